"""Takes over what tests/oracle/compare.py printed. optimum.py FILE OUT"""

import re
import sys
from pathlib import Path

from report import Bar, finish

said, out = sys.argv[1:]
LINE = re.compile(r"^(ok|FAILED) +(\w+) +(\d+) +(\d+) pairs: (\d+) \(HiGHS (\d+)(\??) in ([\d.]+) s\), "
                  r"bound (\d+), weeks (\d+), unplaced (\d+), ([\d.]+) s$", re.M)
rows = [{"kind": row[2], "seed": int(row[3]), "pairs": int(row[4]), "cost": int(row[5]),
         "highs": int(row[6]), "highsProved": not row[7], "highsSeconds": float(row[8]),
         "lowerBound": int(row[9]), "unplaced": int(row[11]), "seconds": float(row[12]),
         "passed": row[1] == "ok"} for row in LINE.finditer(Path(said).read_text())]
if not rows:
    sys.exit("compare.py said nothing that is understood")
print()
finish(out, rows, [Bar("plans that are worse than they may be", sum(not row["passed"] for row in rows), 0)])
