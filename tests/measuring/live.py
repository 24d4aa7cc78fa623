"""Measures open subscriptions. See suites/live.

    live.py FOLDER OUT DATABASE_URL

MEASURE_PEOPLE and MEASURE_CHANGES change how many people listen (500, each with four sockets) and
how many changes they are told of (500).
"""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from product import Product
from report import Bar, finish, table
from servers import server, stop_on_signals

HERE = Path(__file__).parent
PEOPLE = int(os.environ.get("MEASURE_PEOPLE", 500))
CHANGES = int(os.environ.get("MEASURE_CHANGES", 500))
EACH = 4


def main():
    folder, out, url = sys.argv[1:]
    stop_on_signals()
    product = Product(url, folder)
    product.bring(product.people(PEOPLE), "--apply")
    # Pairs follow the org chart by a job, which the planner's command works off.
    today = date.today()
    product.plan(today + timedelta(days=7 - today.weekday()), 1)
    tokens = [product.token(str(100_000 + n))["token"] for n in range(1, PEOPLE + 1)]
    listeners = Path(folder) / "listeners.json"
    with server(product.serve(), Path(folder) / "server.log", product.environment) as (pid, port):
        plan = {"url": f"http://127.0.0.1:{port}/graphql", "server": pid, "tokens": tokens,
                "each": EACH, "changes": CHANGES}
        listeners.write_text(json.dumps(plan))
        script = HERE.parent / "live" / "measure.mjs"
        ran = subprocess.run(["node", str(script), str(listeners)], stdout=subprocess.PIPE, text=True,
                             check=True)
    found = json.loads(ran.stdout)
    over = found["openMegabytes"] - found["idleMegabytes"]
    print(f"\n{found['subscriptions']} subscriptions of {PEOPLE} people; {found['told']} times one of "
          f"{CHANGES} changes was told, from the request that made it until a client had it\n")
    print(table(["idle MB", "open MB", "KB each", "p50 ms", "p99 ms", "longest ms"],
                [[f"{found['idleMegabytes']:.0f}", f"{found['openMegabytes']:.0f}",
                  f"{over * 1024 / found['subscriptions']:.0f}",
                  *(f"{found[name]:.1f}" for name in ("p50", "p99", "longest"))]]))
    print()
    finish(out, [found], [Bar("memory over idle, MB", over, 200)])


if __name__ == "__main__":
    main()
