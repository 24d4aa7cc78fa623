"""How soon one browser shows what was typed in another. browsers.py WORDS OUT"""

import json
import sys

from report import Bar, finish, table


def main():
    words, out = sys.argv[1:]
    with open(words, encoding="utf-8") as file:
        found = json.load(file)
    print(f"\n{found['words']} words, from the key that ended each until the other browser showed it\n")
    print(table(["p50 ms", "p95 ms", "longest ms"],
                [[f"{found[name]:.0f}" for name in ("p50", "p95", "longest")]]))
    print()
    finish(out, [found], [Bar("p95 of a word, ms", found["p95"], 300)])


if __name__ == "__main__":
    main()
