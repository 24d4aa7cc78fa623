"""Runs a command and tells what it took."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Ran:
    seconds: float
    megabytes: float  # at its peak
    output: str


def run(command, environment=None):
    # To files: a pipe would fill while we wait for the process itself, whose end tells its costs.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err,
                                   env=os.environ | (environment or {}))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}: {out.read()[-2000:]}{err.read()[-2000:]}")
        return Ran(seconds, usage.ru_maxrss / 1024, out.read())
