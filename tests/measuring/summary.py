"""All bars once more, and all figures as one document. summary.py FOLDER FILE SUITE…"""

import json
import os
import platform
import sys
from datetime import datetime, timezone
from pathlib import Path


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


folder, target, *names = sys.argv[1:]
suites = {}
for name in names:
    path = Path(folder) / f"{name}.json"
    if not path.exists():
        print(f"----  {name}: not measured")
        continue
    suites[name] = json.loads(path.read_text())
    for bar in suites[name]["bars"]:
        sign = "at least" if bar["atLeast"] else "at most"
        print(f"{'PASS' if bar['met'] else 'MISS'}  {name}: {bar['what']}: {bar['value']:.3g}, "
              f"{sign} {bar['limit']:g}")
if target:
    Path(target).write_text(json.dumps({
        "measuredAt": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": {"processor": processor(), "cores": os.cpu_count(), "load": os.getloadavg()},
        "suites": suites,
    }, indent=2) + "\n")
