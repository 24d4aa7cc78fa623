"""Measures dashboards over a year of figures. See suites/insight.

    insight.py FOLDER OUT POSTGRES_URL POSTMASTER
"""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import load
from load import Contender
from product import Product
from report import Bar, finish, table
from servers import server, stop_on_signals

HERE = Path(__file__).parent
PEOPLE = int(os.environ.get("MEASURE_PEOPLE", 20_000))
SECONDS = int(os.environ.get("MEASURE_SECONDS", 8))
ROUNDS = int(os.environ.get("MEASURE_ROUNDS", 3))
TODAY = date.today()
FIRST = TODAY - timedelta(days=TODAY.weekday() + 7 * 56)
LAST = TODAY - timedelta(days=TODAY.weekday() + 7)
FIGURES = """{ due held heldConfirmed heldUnopposed missed unconfirmed skipped displaced
  completionRate displacedBy { label count } }"""
QUERIES = {
    "a month by department": f"""{{ insight {{ departments(period: {{kind: MONTH}}, first: 100) {{
      nodes {{ label figures {FIGURES} before {{ completionRate }}
        support {{ helps {{ label }} }} }} }} }} }}""",
    "a heat map of a year": f"""{{ insight {{ heatMap(from: "{FIRST}", until: "{TODAY}", first: 100) {{
      nodes {{ label cells {{ period {{ from }} figures {{ completionRate }} }} }} }} }} }}""",
    "a trend of a year": f"""{{ insight {{ trend(kind: WEEK, last: 53) {{
      period {{ from }} figures {FIGURES} }} }} }}""",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def psql(url, *words):
    run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *words, url],
                         capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return run.stdout.strip()


def filled(url, folder):
    """A company with a year of 1on1s behind it."""
    product = Product(url, folder)
    product.bring(product.people(PEOPLE), "--apply", "--effective", str(FIRST - timedelta(days=7)))
    # Pairs follow the org chart by a job, which the planner's command works off.
    product.plan(TODAY + timedelta(days=7 - TODAY.weekday()), 1)
    psql(url, "-v", f"tenant={product.id}", "-v", f"first={FIRST}", "-v", f"last={LAST}",
         "-f", str(HERE / "insight.sql"))
    return product


def closed(product):
    """Waits until nothing is left to close; how long that took."""
    began = time.monotonic()
    tenant = f"set app.tenant = '{product.id}'"
    waiting = ("select count(*) from job where kind = 'close_insight' and done_at is null "
               "and run_at <= now()")
    while psql(product.database, "-c", tenant, "-c", waiting) != "0":
        if time.monotonic() - began > 1_800:
            raise RuntimeError("the year is not closed")
        time.sleep(0.5)
    return time.monotonic() - began


def ask(url, line):
    authorization, body = line.rstrip("\n").split("\t")
    headers = {"Content-Type": "application/json", "Authorization": authorization}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, body.encode(), headers), timeout=30) as answer:
        return json.load(answer)


def main():
    stop_on_signals()
    folder, out, url, postmaster = sys.argv[1:]
    product = filled(url, folder)
    token = product.call("token", "--organization", "acme", "--person", "100002",
                         "--role", "hr")["token"]
    with contextlib.ExitStack() as stack:
        pid, port = stack.enter_context(
            server(product.serve(), Path(folder) / "server.log", product.environment))
        took = closed(product)
        tenant = f"set app.tenant = '{product.id}'"
        counts = {name: int(psql(url, "-c", tenant, "-c", f"select count(*) from {name}"))
                  for name in ("meeting", "insight_tally", "insight_cell")}
        say(f"{counts['meeting']} meetings counted and closed in {took:.0f} s: "
            f"{counts['insight_cell']} cells")
        psql(url, "-c", "vacuum analyze")
        contenders = []
        for name, query in QUERIES.items():
            requests = Path(folder) / f"{len(contenders)}.requests"
            line = f"Bearer {token}\t{json.dumps({'query': ' '.join(query.split())})}\n"
            requests.write_text(line)
            address = f"http://127.0.0.1:{port}/graphql"
            answer = ask(address, line)
            text = json.dumps(answer)
            if "errors" in answer or text.count("completionRate") < 12:
                raise RuntimeError(f"{name}: {text[:500]}")
            contenders.append(Contender(name, address, pid, str(requests)))
        found = load.measure(contenders, 1, SECONDS, ROUNDS, int(postmaster), say)
    print(f"\n{PEOPLE} people, {counts['insight_tally']} 1on1s of a year, "
          f"{counts['insight_cell']} cells, one connection\n")
    print(table(["", "p50 ms", "p99 ms", "server CPU ms", "PostgreSQL CPU ms", "others"],
                [[name, f"{it.p50:.1f}", f"{it.p99:.1f}", f"{it.server:.2f}",
                  f"{it.database:.2f}", f"{it.others:.0f} %"] for name, it in found.items()]))
    print()
    rows = [{"name": name, **vars(it), **counts, "closingSeconds": took}
            for name, it in found.items()]
    finish(out, rows, [Bar(f"p99 of {name}, ms", it.p99, 50) for name, it in found.items()])


if __name__ == "__main__":
    main()
