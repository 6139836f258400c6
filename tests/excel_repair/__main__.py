"""Say what Excel would repair in the workbooks named on the command line; exit with 1 if there is anything."""

from __future__ import annotations

import sys
from collections import Counter

from tests.excel_repair import findings

wrong = 0
for path in sys.argv[1:]:
    found = Counter(findings(path))
    wrong += bool(found)
    print(f"{path}: {found.total()} findings")
    for sentence, count in found.most_common(40):
        print(f"   {count} x {sentence}")
sys.exit(bool(wrong))
