"""Measures the nested query on both engines, beside others. See suites/query.

    query.py FOLDER OUT NODE BARE POSTGRES_URL POSTMASTER
"""

import contextlib
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import load
import team
from load import Contender
from product import ORGANIZATION, Product
from report import Bar, finish, table
from servers import server, stop_on_signals

HERE = Path(__file__).parent
PEOPLE = int(os.environ.get("MEASURE_PEOPLE", 10_000))
WEEKS = 22
SECONDS = int(os.environ.get("MEASURE_SECONDS", 8))
ROUNDS = int(os.environ.get("MEASURE_ROUNDS", 3))
NOW = datetime.now(ZoneInfo("Asia/Tokyo"))
TODAY = NOW.date()
OURS = "Taiwa"


def say(text):
    print(text, file=sys.stderr, flush=True)


def filled(database, folder):
    """A company imported and planned by the product, its managers' tokens, and what that took."""
    product = Product(database, folder)
    imported = product.bring(product.people(PEOPLE), "--apply")
    # Far enough ahead that no meeting begins while we measure.
    monday = TODAY + timedelta(days=1)
    monday += timedelta(days=-monday.weekday() % 7)
    planned = product.plan(monday, WEEKS)
    plan = json.loads(planned.output)
    took = {"people": PEOPLE, "importSeconds": imported.seconds, "weeks": WEEKS,
            "meetings": len(plan["meetings"]), "planningSeconds": plan["seconds"],
            "planAndHoldsSeconds": planned.seconds, "megabytes": planned.megabytes}
    say(f"{PEOPLE} people imported in {imported.seconds:.1f} s, {took['meetings']} meetings "
        f"planned in {plan['seconds']:.1f} s, with writing and holds in {planned.seconds:.1f} s, "
        f"{planned.megabytes:.0f} MB")
    if took["meetings"] < 10 * PEOPLE:
        raise RuntimeError("there are too few meetings")
    return product, [product.token(number) for number in team.MANAGERS], took


def psql(url, *words):
    run = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *words, url],
                         capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return run.stdout


def statements(product, folder):
    """The limit: pgbench with one statement, and the same as we must send it over a pool."""
    options = "-c role=taiwa_app -c timezone=UTC"
    tenant = {"PGOPTIONS": f"{options} -c app.tenant={product.id}"}
    sql = (HERE / "team.sql").read_text()
    sql = sql.replace("ORGANIZATION", f"'{product.id}'::uuid").replace("DAY", f"'{TODAY}'::date")
    sql = "".join(line for line in sql.splitlines(True) if not line.startswith("--"))
    pick = "\\set i random(1, 100)\n"
    alone, whole = Path(folder) / "alone.sql", Path(folder) / "whole.sql"
    alone.write_text(pick + sql)
    whole.write_text(f"{pick}begin isolation level repeatable read read only;\n"
                     f"set local app.tenant = '{product.id}';\n{sql}commit;\n")

    def answer(i):
        run = subprocess.run(["psql", "-X", "-q", "--csv", "-t", "-v", f"i={i}", product.database],
                             input=sql, capture_output=True, text=True, env=os.environ | tenant)
        return team.rows(run.stdout)

    contenders = [
        Contender("pgbench, one statement", pgbench=["-f", str(alone), product.database],
                  environment=tenant),
        Contender("pgbench, as a transaction", pgbench=["-f", str(whole), product.database],
                  environment={"PGOPTIONS": options}),
    ]
    return contenders, answer


def contender(stack, folder, name, query, managers, command, environment=None):
    """A server that was started, and the lines to send to it."""
    slug = "".join(char for char in name.lower() if char.isalnum())
    requests = Path(folder) / f"{slug}.requests"
    requests.write_text("".join(team.bodies(query, managers)))
    pid, port = stack.enter_context(server(command, Path(folder) / f"{slug}.log", environment))
    return Contender(name, f"http://127.0.0.1:{port}/graphql", pid, str(requests))


def check(contenders, expected):
    """Nobody is measured whose answers differ."""
    for one in contenders:
        if one.pgbench:
            continue
        lines = Path(one.requests).read_text().splitlines()
        for number in (0, 41, 99):
            found = team.ask(one.url, lines[number])
            if len(found) != 16 or found != expected(number):
                raise RuntimeError(f"{one.name} answers {found[:2]}…, not {expected(number)[:2]}…")


def measured(contenders, postmaster):
    return {connections: load.measure(contenders, connections, SECONDS, ROUNDS, postmaster, say)
            for connections in (1, 16)}


def on_postgres(folder, node, bare, url, postmaster):
    product, managers, took = filled(url, folder)
    psql(url, "-v", f"day={TODAY}", "-f", str(HERE / "peers/postgraphile.sql"))
    subprocess.run(["psql", "-X", "-q", "-c", "vacuum analyze", url], stderr=subprocess.DEVNULL)
    limits, answer = statements(product, folder)
    peer = [url, product.id, str(TODAY), "PORT"]
    production = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    with contextlib.ExitStack() as stack:
        def start(name, query, command, environment=None):
            return contender(stack, folder, name, query, managers, command, environment)

        contenders = [
            start(OURS, team.OURS, product.serve(), product.environment),
            start("bare resolver", team.BARE,
                  [bare, url, ORGANIZATION, "127.0.0.1:PORT", str(TODAY)]),
            start("Mercurius, JIT", team.BY_ID, [node, str(HERE / "peers/mercurius.mjs"), *peer],
                  production),
            start("PostGraphile 5", team.POSTGRAPHILE,
                  [node, str(HERE / "peers/postgraphile.mjs"), *peer], production),
            *limits,
        ]
        check(contenders, lambda number: answer(number + 1))
        return measured(contenders, postmaster), took


def on_sqlite(folder, bare):
    url = f"sqlite:{folder}/taiwa.sqlite"
    product, managers, took = filled(url, folder)
    with contextlib.ExitStack() as stack:
        contenders = [
            contender(stack, folder, OURS, team.OURS, managers, product.serve(),
                      product.environment),
            contender(stack, folder, "bare resolver", team.BARE, managers,
                      [bare, url, ORGANIZATION, "127.0.0.1:PORT", str(TODAY)]),
        ]
        first = Path(contenders[0].requests).read_text().splitlines()
        check(contenders, lambda number: team.ask(contenders[0].url, first[number]))
        return measured(contenders, None), took


def rows(engine, figures):
    for connections, by_name in figures.items():
        ours = by_name[OURS]
        for name, it in by_name.items():
            yield {"engine": engine, "connections": connections, "name": name, **vars(it),
                   "throughput": ours.per_second / it.per_second,
                   "frugality": it.server / ours.server if it.server else None}


def shown(row):
    server = f"{row['server']:.3f}" if row["frugality"] else "–"
    ratio = f"{row['frugality']:.2f}" if row["frugality"] else "–"
    database = f"{row['database']:.3f}" if row["engine"] == "PostgreSQL" else "–"
    return [row["name"], row["connections"], f"{row['per_second']:.0f}", f"{row['p50']:.2f}",
            f"{row['p99']:.2f}", server, database, f"{row['throughput']:.2f}", ratio,
            f"{row['others']:.0f} %"]


def bars(figures):
    one, many = figures[1], figures[16]
    ours = many[OURS]
    return [
        Bar("server CPU of a request, ms", ours.server, 0.50),
        Bar("throughput as a share of the bare resolver's",
            ours.per_second / many["bare resolver"].per_second, 0.7, at_least=True),
        Bar("CPU of Mercurius with JIT for one of ours",
            many["Mercurius, JIT"].server / ours.server, 1.5, at_least=True),
        Bar("p50 at one connection, ms", one[OURS].p50, 1.5),
    ]


def main():
    stop_on_signals()
    folder, out, node, bare, url, postmaster = sys.argv[1:]
    both = {}
    for engine, place in (("PostgreSQL", "postgres"), ("SQLite", "sqlite")):
        place = Path(folder) / place
        place.mkdir()
        both[engine] = (on_postgres(place, node, bare, url, int(postmaster))
                        if engine == "PostgreSQL" else on_sqlite(place, bare))
    found = []
    for engine, (figures, took) in both.items():
        lines = list(rows(engine, figures))
        found += [{"engine": engine, "name": "filling", **took}, *lines]
        print(f"\n{engine}: {PEOPLE} people, medians of {ROUNDS} rounds of {SECONDS} s\n")
        print(table(["", "connections", "requests/s", "p50 ms", "p99 ms", "server CPU ms",
                     "PostgreSQL CPU ms", "our requests/s ÷ theirs", "their CPU ÷ ours",
                     "others"], [shown(row) for row in lines]))
    print()
    finish(out, found, bars(both["PostgreSQL"][0]))


if __name__ == "__main__":
    main()
