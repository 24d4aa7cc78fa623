"""A company as an HR system would export it: CSV on standard output.

    python3 tests/measuring/company.py PEOPLE

Eight reports to a manager, all the way down: person 1 is the head, person n reports to person
(n - 2) // 8 + 1, so whoever is not above PEOPLE // 8 - 1 has exactly eight. Numbers are 100000 + n.
The rows are shuffled, the same way each time: managers come after their reports.
"""

import csv
import random
import sys
from datetime import date, timedelta

WIDTH = 8
FAMILY = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上".split()
GIVEN = "蓮 陽葵 湊 凛 蒼 結菜 樹 芽依 大和 紬 悠真 葵 陽翔 莉子 朝陽 澪 健一 美咲 誠 直子".split()
HEADERS = ["社員番号", "氏名", "メールアドレス", "部署", "役職", "上司社員番号", "入社日"]


def number(n):
    return str(100_000 + n)


def manager(n):
    return (n - 2) // WIDTH + 1 if n > 1 else None


def path(n):
    """The people from the head down to n, the head left out."""
    above = []
    while n > 1:
        above.append(n)
        n = manager(n)
    return above[::-1]


def department(n):
    """A division for each of the head's reports, a department for each of theirs."""
    names = [f"第{above}{kind}" for above, kind in zip(path(n), ("本部", "部"))]
    return "/".join(names) or "経営"


def row(n, people):
    family, given = FAMILY[n % len(FAMILY)], GIVEN[n // len(FAMILY) % len(GIVEN)]
    above = manager(n)
    joined = date(2005, 4, 1) + timedelta(days=n * 7 % 7_000)
    position = "課長" if n * WIDTH - 6 <= people else ""
    return [number(n), f"{family} {given}", f"e{number(n)}@acme.example", department(n), position,
            number(above) if above else "", joined.isoformat()]


def main():
    people = int(sys.argv[1])
    numbers = list(range(1, people + 1))
    random.Random(people).shuffle(numbers)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(HEADERS)
    out.writerows(row(n, people) for n in numbers)


if __name__ == "__main__":
    main()
