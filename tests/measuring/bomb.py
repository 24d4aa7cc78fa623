"""Measures how fast documents that expand without end are refused. bomb.py FOLDER OUT"""

import http.client
import json
import statistics
import sys
import time

from product import Product
from report import Bar, finish, table
from servers import server, stop_on_signals

TIMES = 50


def doubling(count, leaf):
    """Fragments of which each spreads the next twice."""
    fragments = [f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(count)]
    return " ".join(["{ viewer { ...F0 } }", *fragments,
                     f"fragment F{count} on Viewer {{ {leaf} }}"])


DOCUMENTS = {
    "24 doubling fragments": doubling(24, "person { id }"),
    "200 doubling fragments": doubling(200, "person { id }"),
    "1,000 aliases": "{ viewer { " + " ".join(f"a{n}: person {{ id }}" for n in range(1_000)) + " } }",
    "nested 500 deep": "{ viewer { person " + "{ manager " * 500 + "{ id }" + " }" * 500 + " } }",
}


def refused(port, token, document):
    """Milliseconds of each answer, and the answer's code."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        connection.request("POST", "/graphql", json.dumps({"query": document}), headers)
        answer = connection.getresponse()
        found = json.loads(answer.read())
        times.append((time.perf_counter() - begun) * 1000)
        if not found.get("errors") or found.get("data"):
            raise RuntimeError(f"not refused: {str(found)[:300]}")
    connection.close()
    error = found["errors"][0]
    return times, error.get("extensions", {}).get("code") or error["message"]


def main():
    stop_on_signals()
    folder, out = sys.argv[1:]
    product = Product(f"sqlite:{folder}/taiwa.sqlite", folder)
    product.bring(product.people(1), "--apply")
    token = product.token("100001")["token"]
    found = []
    with server(product.serve(), f"{folder}/server.log", product.environment) as (_, port):
        for name, document in DOCUMENTS.items():
            times, code = refused(port, token, document)
            found.append({"document": name, "bytes": len(document), "median": statistics.median(times),
                          "worst": max(times), "code": code})
    print(f"\nEach {TIMES} times, over HTTP with a token\n")
    print(table(["", "bytes", "median ms", "worst ms", "refused as"],
                [[row["document"], row["bytes"], f"{row['median']:.2f}", f"{row['worst']:.2f}",
                  row["code"]] for row in found]))
    print()
    finish(out, found, [Bar(f"{row['document']}, ms", row["median"], 20) for row in found])


if __name__ == "__main__":
    main()
