"""Writes the synthetic facts of this example: `python make_facts.py`.

The report of 2023 publishes totals only. These departments, projects and reviews are made up so that they add
up to it; none of them is real. The same numbers come out on every machine: what looks like chance is a digest.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

FACTS = Path(__file__).parent / "facts"
YUAN, WAN, YI = 100, 1_000_000, 10_000_000_000  # in 分
BELOW, ABOVE, DEPARTMENTS = 9, 20, 61
TARGETS, TRIMMED, EXCLUDED, RECTIFIED = 438, 45, 22, 39
YEAR_OF_EXECUTION, YEAR_OF_TARGETS, YEAR_OF_FUNDS = 2022, 2023, 2024


def digest(*about: object, below: int) -> int:
    """A number from 0 that looks like chance, and is the same everywhere."""
    return int.from_bytes(sha256(repr(about).encode()).digest()[:8], "big") % below


def parts(total: int, count: int, step: int, about: str) -> list[int]:
    """`total` cut into parts of whole steps, none less than a third of the largest possible."""
    weights = [50 + digest(about, n, below=100) for n in range(count)]
    cut = [total * w // sum(weights) // step * step for w in weights]
    cut[-1] += total - sum(cut)
    return cut


def chosen(about: str, count: int, among: Iterable[int]) -> list[int]:
    """Some of several numbers, in order."""
    return sorted(sorted(among, key=lambda n: digest(about, n, below=2**60))[:count])


def yuan(cents: int) -> str:
    """An amount as files carry it."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02}"


def paid(number: int, budget: int, below: list[int], above: list[int]) -> int:
    """Spending on the side of the lines where the department is; some exactly at a line, some a cent beyond."""
    low, high = budget * 85 // 100, budget * 96 // 100
    if number == below[0]:
        return low - 1
    if number in below:
        return budget * (6_000 + digest("slow", number, below=2_400)) // 10_000
    if number == above[0]:
        return high + 1
    if number in above:
        return budget * (9_610 + digest("fast", number, below=390)) // 10_000
    neutral = [n for n in range(1, DEPARTMENTS + 1) if n not in below and n not in above]
    if number in (neutral[0], neutral[1]):
        return low if number == neutral[0] else high
    return budget * (8_510 + digest("neutral", number, below=1_080)) // 10_000


def departments() -> Iterable[list[str]]:
    """Execution of 2022 and operating funds of 2024; the nine below the line have 1 000万元 of these together."""
    everyone = range(1, DEPARTMENTS + 1)
    below = chosen("below", BELOW, everyone)
    above = chosen("above", ABOVE, [n for n in everyone if n not in below])
    funds_below = dict(zip(below, parts(1_000 * WAN, BELOW, 100 * YUAN, "funds"), strict=True))
    for n in everyone:
        budget = (400 + digest("budget", n, below=9_600)) * WAN
        names = [f"D{n:03}", f"示例部门{n:02}"]
        yield [names[0], str(YEAR_OF_EXECUTION), names[1], yuan(budget), yuan(paid(n, budget, below, above)), "否", ""]
        funds = funds_below.get(n, (2_000 + digest("own", n, below=28_000)) * 100 * YUAN)
        yield [names[0], str(YEAR_OF_TARGETS), names[1], "", "", "否", ""]
        yield [names[0], str(YEAR_OF_FUNDS), names[1], "", "", "否", yuan(funds)]


def projects() -> tuple[list[list[str]], list[list[str]]]:
    """Targets of 2023 with their joint reviews: 5.2亿元, of which 5 850万元 fail twice and 5 320万元 are cut."""
    everyone = range(1, TARGETS + 1)
    excluded = chosen("excluded", EXCLUDED, everyone)
    others = [n for n in everyone if n not in excluded]
    trimmed, rectified = chosen("trimmed", TRIMMED, others), chosen("rectified", RECTIFIED, others)
    usual = [n for n in others if n not in trimmed]
    kept = parts(12_000 * WAN, TRIMMED, 100 * YUAN, "kept")
    cuts = dict(zip(trimmed, parts(5_320 * WAN, TRIMMED, 100 * YUAN, "cuts"), strict=True))
    amounts = dict(zip(excluded, parts(5_850 * WAN, EXCLUDED, 100 * YUAN, "excluded"), strict=True))
    amounts |= {n: cuts[n] + rest for n, rest in zip(trimmed, kept, strict=True)}
    amounts |= zip(usual, parts(52_000 * WAN - sum(amounts.values()), len(usual), 100 * YUAN, "usual"), strict=True)
    for n in chosen("found too high", 6, excluded):
        cuts[n] = amounts[n] // 4  # the reviewers found less than was asked for; it is excluded all the same
    found, reviews = [], []
    for n in everyone:
        subject, department = f"P{n:03}", f"D{1 + digest('owner', n, below=DEPARTMENTS):03}"
        found.append([subject, str(YEAR_OF_TARGETS), department, f"示例项目{n:03}", yuan(amounts[n]),
                      yuan(amounts[n] - cuts.get(n, 0))])  # fmt: skip
        failed = 2 if n in excluded else 1 if n in rectified else 0
        for number in range(1, 2 if failed == 0 else 3):
            reviews.append(review(subject, number, fails=number <= failed))
    return found, reviews


def review(subject: str, number: int, *, fails: bool) -> list[str]:
    """A joint review; where it fails, one or two of the three reviewers do not agree."""
    against = {digest("against", subject, number, below=3), digest("too", subject, number, below=3)} if fails else set()
    held = f"2023-01-{(3 if number == 1 else 16) + digest('day', subject, number, below=9):02}"
    agrees = ["否" if reviewer in against else "是" for reviewer in range(3)]
    return [f"{subject}-{number}", str(YEAR_OF_TARGETS), subject, str(number), held, *agrees]


def write(name: str, header: list[str], rows: Iterable[list[str]]) -> None:
    """A CSV file in UTF-8 with a mark at its beginning, which spreadsheets want for Chinese."""
    with (FACTS / name).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Write the three files."""
    FACTS.mkdir(exist_ok=True)
    found, reviews = projects()
    write("department.csv", ["id", "period", "名称", "调整预算数", "支出数", "当年新设", "公用经费"], departments())
    write("project.csv", ["id", "period", "department", "名称", "当年预算", "会审核定数"], found)
    write(
        "review.csv",
        ["id", "period", "project", "轮次", "日期", "业务股室同意", "绩效股同意", "人大预算委同意"],
        reviews,
    )


if __name__ == "__main__":
    main()
