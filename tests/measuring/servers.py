"""Starts servers on loopback and stops them by their process ids."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time


def stop_on_signals():
    """Makes a request to stop unwind like an error, so that what was started is stopped."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(143))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def server(command, log, environment=None):
    """(process id, port) of a server that listens; PORT in its command stands for the port."""
    port = free_port()
    with open(log, "w") as output:
        process = subprocess.Popen([part.replace("PORT", str(port)) for part in command],
                                   stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                                   env=os.environ | (environment or {}))
    try:
        until = time.monotonic() + 60
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start:\n{open(log).read()[-3000:]}")
            time.sleep(0.1)
        yield process.pid, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
