"""Drives servers with wrk and a database with pgbench, in turns, and reads what they cost."""

import glob
import json
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass
class Contender:
    """Who is measured: a server with its requests, or pgbench with its arguments."""

    name: str
    url: str = ""
    pid: int = 0
    requests: str = ""
    pgbench: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)


@dataclass
class Figures:
    """Of one run, or the medians of several."""

    per_second: float
    p50: float
    p99: float
    server: float  # CPU milliseconds a request
    database: float
    others: float  # CPU percent of the machine that was none of ours


def stat(pid):
    """(parent, own CPU, CPU of children that ended) of a process, in ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    numbers = [int(value) for value in fields[1:15]]
    return numbers[0], numbers[10] + numbers[11], numbers[12] + numbers[13]


class Meter:
    """CPU of a server, of PostgreSQL and of the whole machine since it was made."""

    def __init__(self, server, postmaster):
        self.server, self.postmaster = server, postmaster
        self.before = self.read()

    def read(self):
        own = stat(self.server)[1] if self.server else 0
        database = 0
        if self.postmaster:
            # Backends that live, and those that ended meanwhile.
            database = sum(stat(self.postmaster)[1:])
            for pid in filter(str.isdigit, os.listdir("/proc")):
                found = stat(pid)
                if found and found[0] == self.postmaster:
                    database += found[1]
        machine = [int(value) for value in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        children = os.times()
        driver = (children.children_user + children.children_system) * 1000 / TICK_MS
        return own, database, sum(machine) - machine[3] - machine[4], sum(machine), driver

    def figures(self, requests, per_second, p50, p99):
        # Until the postmaster has collected backends that are ending, nobody counts their time.
        time.sleep(0.3)
        own, database, busy, total, driver = (
            after - before for after, before in zip(self.read(), self.before))
        return Figures(per_second, p50, p99, own * TICK_MS / requests, database * TICK_MS / requests,
                       max(0, busy - own - database - driver) / total * 100)


def wrk(contender, connections, seconds):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "load.lua"),
               contender.url]
    run = subprocess.run(command, capture_output=True, text=True,
                         env=os.environ | {"REQUESTS": contender.requests})
    if run.returncode:
        raise RuntimeError(f"{contender.name}: {run.stdout}{run.stderr}")
    found = json.loads(run.stdout.strip().split("\n")[-1])
    if found["failed"] or not found["requests"]:
        raise RuntimeError(f"{contender.name}: {found['failed']} of {found['requests']} requests "
                           f"failed\n{run.stderr}")
    return found["requests"], found["requests"] / found["seconds"], found["p50"], found["p99"]


def pgbench(contender, connections, seconds):
    with tempfile.TemporaryDirectory() as folder:
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1",
                   "-T", str(seconds), "-l", f"--log-prefix={folder}/log", *contender.pgbench]
        run = subprocess.run(command, capture_output=True, text=True,
                             env=os.environ | contender.environment)
        if run.returncode:
            raise RuntimeError(f"{contender.name}: {run.stderr}")
        times = sorted(int(line.split()[2]) / 1000
                       for name in glob.glob(f"{folder}/log*") for line in open(name))
    return (len(times), len(times) / seconds, times[len(times) // 2], times[len(times) * 99 // 100])


def once(contender, connections, seconds, postmaster):
    drive = pgbench if contender.pgbench else wrk
    meter = Meter(contender.pid, postmaster)
    return meter.figures(*drive(contender, connections, seconds))


def measure(contenders, connections, seconds, rounds, postmaster, say):
    """The medians of some rounds, in each of which everyone has a turn, by name."""
    for contender in contenders:
        once(contender, connections, max(1, seconds // 3), postmaster)
    runs = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        for contender in contenders:
            found = once(contender, connections, seconds, postmaster)
            runs[contender.name].append(found)
            say(f"round {number + 1}, {connections} connections, {contender.name}: "
                f"{found.per_second:.0f}/s, p50 {found.p50:.2f} ms, "
                f"server {found.server:.3f} ms, others {found.others:.0f} %")
    return {name: Figures(*(statistics.median(getattr(run, key) for run in found)
                            for key in Figures.__dataclass_fields__))
            for name, found in runs.items()}
