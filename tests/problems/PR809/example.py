from pathlib import Path

import perfrules
from perfrules.plugins import Reader, Unreadable, Words, hookimpl


def read(path):
    *lines, last = path.read_text().splitlines()
    if last != f"END {len(lines)}":
        words = Words(f"`{last}` does not end {len(lines)} lines", f"`{last}` 不是 {len(lines)} 行的末行")
        raise Unreadable(words, Words("export it again", "请重新导出"), len(lines) + 1)
    yield "department", [{"id": line} for line in lines]


class Town:
    @staticmethod
    @hookimpl
    def perfrules_readers():
        return [Reader("ledger", (".ledger",), read)]


Path("2023.ledger").write_text("A\nEND 2\n")
program = perfrules.load("policy.yaml", as_of="2024-01-31", plugins=[Town])
program.read_facts("2023.ledger", period=2023)
