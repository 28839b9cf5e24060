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
MONITORED, NEW, LARGE, COMPLETED, SLOW, LETTERS = 566, 5, 12, 300, 120, 18
EXCELLENT, POOR, POINTS = 24, 2, 5
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
    """Execution of 2022, the assessment of 2023, operating funds of 2024; the nine below the line have 1 000万元 of
    these together."""
    everyone = range(1, DEPARTMENTS + 1)
    below = chosen("below", BELOW, everyone)
    above = chosen("above", ABOVE, [n for n in everyone if n not in below])
    funds_below = dict(zip(below, parts(1_000 * WAN, BELOW, 100 * YUAN, "funds"), strict=True))
    excellent = chosen("excellent", EXCELLENT, everyone)
    poor = chosen("poor", POOR, [n for n in everyone if n not in excellent])
    for n in everyone:
        budget = (400 + digest("budget", n, below=9_600)) * WAN
        name = [f"D{n:03}", f"示例部门{n:02}"]
        of_2022 = [yuan(budget), yuan(paid(n, budget, below, above)), "否", ""]
        yield [name[0], str(YEAR_OF_EXECUTION), name[1], *of_2022, *[""] * POINTS]
        least = 900 if n in excellent else 400 if n in poor else 800  # in tenths of a point
        tenths = least + digest("points", n, below=100)
        yield [name[0], str(YEAR_OF_TARGETS), name[1], "", "", "否", "", *points(tenths)]
        funds = funds_below.get(n, (2_000 + digest("own", n, below=28_000)) * 100 * YUAN)
        yield [name[0], str(YEAR_OF_FUNDS), name[1], "", "", "否", yuan(funds), *[""] * POINTS]


def points(tenths: int) -> list[str]:
    """Points of the five parts of the assessment, at most 20 each, that add up."""
    each, rest = divmod(tenths, POINTS)
    return [f"{p // 10}.{p % 10}" for p in (each + (n < rest) for n in range(POINTS))]


Amounts = dict[int, int]


def targets() -> tuple[Amounts, Amounts, list[int], list[list[str]]]:
    """Targets of 2023, what was found too much, which fail twice, and their joint reviews: 5.2亿元, of which 5 850万元
    fail twice and 5 320万元 are cut."""
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
    reviews = []
    for n in everyone:
        failed = 2 if n in excluded else 1 if n in rectified else 0
        for number in range(1, 2 if failed == 0 else 3):
            reviews.append(review(f"P{n:03}", number, fails=number <= failed))
    return {n: amounts[n] for n in everyone}, cuts, excluded, reviews


def added(approved: int) -> tuple[Amounts, Amounts]:
    """Projects beside the targets, which make up the 566 that are monitored and the 6.6亿元: five new ones, from which
    the ex-ante evaluation cut 224万元, and what was added or carried over; twelve of these are large."""
    new = range(TARGETS + 1, TARGETS + NEW + 1)
    cuts = dict(zip(new, parts(224 * WAN, NEW, 100 * YUAN, "ex-ante"), strict=True))
    kept = dict(zip(new, parts(1_500 * WAN, NEW, 100 * YUAN, "new"), strict=True))
    large = range(TARGETS + NEW + 1, TARGETS + NEW + LARGE + 1)
    amounts = {n: kept[n] + cuts[n] for n in new}
    amounts |= zip(large, parts(15_800 * WAN, LARGE, 100 * YUAN, "large"), strict=True)
    rest = range(large[-1] + 1, MONITORED + EXCLUDED + 1)
    open_ = 66_000 * WAN - approved - 1_500 * WAN - 15_800 * WAN
    amounts |= zip(rest, parts(open_, len(rest), 100 * YUAN, "added"), strict=True)
    return amounts, cuts


def shares(total: int, budgets: Amounts) -> Amounts:
    """`total` in steps of 100元, by budget; the last takes what remains."""
    step, whole = 100 * YUAN, sum(budgets.values())
    found = {n: total * budget // whole // step * step for n, budget in budgets.items()}
    found[max(found)] += total - sum(found.values())
    assert all(found[n] <= budget for n, budget in budgets.items())
    return found


def monitored(approved: Amounts) -> tuple[dict[int, list[str]], list[int]]:
    """How far each project is at the end of August 2023, or when it was completed or given up; and which are slow."""
    abandoned = {n: approved[n] for n in range(TARGETS + NEW + 1, TARGETS + NEW + LARGE + 1)}
    others = [n for n in approved if n not in abandoned]
    completed = {n: approved[n] for n in chosen("completed", COMPLETED, others)}
    building = [n for n in others if n not in completed]
    slow = {n: approved[n] for n in chosen("slow", SLOW, building)}
    idle, left, cut = shares(15_330 * WAN, abandoned), shares(16_530 * WAN, completed), shares(3_380 * WAN, slow)
    found: dict[int, list[str]] = {}
    for n, budget in approved.items():
        if n in abandoned:
            spent = budget - idle[n]
            found[n] = ["不再实施", "2023-08-31", yuan(spent), "0", yuan(spent)]
        elif n in completed:
            spent = budget - left[n]
            found[n] = ["已完工", "2023-08-31", yuan(spent), "1", yuan(spent)]
        else:
            least = 1_500 if n in slow else 5_000  # of 10 000, where two thirds of the year have passed
            spent = budget * (least + digest("spent", n, below=2_000)) // 10_000
            reached = f"0.{least + digest('reached', n, below=2_500):04}"
            found[n] = ["在建", "2023-08-31", yuan(spent), reached, yuan(budget - cut.get(n, 0))]
    return found, sorted(slow)


def corrections(slow: dict[int, str]) -> dict[int, list[str]]:
    """When departments were asked to correct a deviation, and did; eighteen of them did not in time."""
    late = chosen("late", LETTERS, sorted({int(owner[1:]) for owner in slow.values()}))
    first = {int(owner[1:]): n for n, owner in sorted(slow.items(), reverse=True)}
    found = {}
    for n, owner in slow.items():
        again = n == first[int(owner[1:])] and int(owner[1:]) in late
        never = again and digest("never", n, below=3) == 0
        day = 19 + digest("late", n, below=9) if again else 11 + digest("soon", n, below=8)  # due on 18 September
        found[n] = ["2023-09-04", "" if never else f"2023-09-{day:02}"]
    return found


def projects() -> tuple[list[list[str]], list[list[str]]]:
    """All projects of 2023, and the joint reviews of those with targets."""
    asked, cuts, excluded, reviews = targets()
    approved = {n: 0 if n in excluded else amount - cuts.get(n, 0) for n, amount in asked.items()}
    more, assessed = added(sum(approved.values()))
    approved |= {n: amount - assessed.get(n, 0) for n, amount in more.items()}
    states, slow = monitored({n: amount for n, amount in approved.items() if amount})
    owners = {n: f"D{1 + digest('owner', n, below=DEPARTMENTS):03}" for n in approved}
    told = corrections({n: owners[n] for n in slow})
    found = []
    for n, amount in (asked | more).items():
        source = "年初预算" if n in asked else "新增" if n in assessed else "追加" if n % 2 else "上年结转"
        scores = [str(65 + digest("dimension", n, d, below=31)) for d in range(5)] if n in assessed else [""] * 5
        found.append([
            f"P{n:03}", str(YEAR_OF_TARGETS), owners[n], f"示例项目{n:03}", source, yuan(amount),
            yuan(amount - cuts.get(n, 0)) if n in asked else "",
            *scores, yuan(amount - assessed[n]) if n in assessed else "",
            yuan(approved[n]), *states.get(n, [""] * 5), *told.get(n, [""] * 2),
        ])  # fmt: skip
    return found, reviews


def evaluations() -> Iterable[list[str]]:
    """Ten projects, five departments and three policies over 3亿元: 3 314万元 less next year, 8 750万元 of balances and
    364万元 of what is given up recovered."""
    objects = ["项目"] * 10 + ["部门整体"] * 5 + ["财政政策"] * 3
    books = ["一般公共预算", "政府性基金预算", "国有资本经营预算", "社会保险基金预算"]
    amounts = parts(30_000 * WAN, len(objects), 100 * YUAN, "evaluated")
    everyone = dict(enumerate(amounts))
    completed = {n: everyone[n] for n in range(8)}
    left = shares(8_750 * WAN, completed)
    fair = dict(zip(range(9, 15), parts(5 * 3_000 * WAN, 6, 500 * YUAN, "fair"), strict=True))  # a fifth is cut
    poor = dict(zip(range(15, 17), parts(2 * 314 * WAN, 2, 200 * YUAN, "poor"), strict=True))  # a half is cut
    for n, amount in everyone.items():
        state = "已完工" if n in completed else "不再实施" if n == 8 else "在建"
        spent = amount - left[n] if n in completed else amount - 364 * WAN if n == 8 else amount * 3 // 4
        score = f"{60 + digest('score', n, below=20)}" if n in fair else "55.5" if n in poor else f"{82 + n % 3 * 5}"
        book = books[n] if n < 4 else books[0]
        following = (fair | poor).get(n, 0 if n in completed or n == 8 else amount)
        owner, name = f"D{1 + digest('evaluated', n, below=DEPARTMENTS):03}", f"示例评价{n + 1:02}"
        yield [f"E{n + 1:02}", str(YEAR_OF_TARGETS), owner, name, objects[n], book, score, state, yuan(spent), "否",
               yuan(amount), yuan(following)]  # fmt: skip


def review(subject: str, number: int, *, fails: bool) -> list[str]:
    """A joint review; where it fails, one or two of the three reviewers do not agree."""
    against = {digest("against", subject, number, below=3), digest("too", subject, number, below=3)} if fails else set()
    held = f"2023-01-{(3 if number == 1 else 16) + digest('day', subject, number, below=9):02}"
    agrees = ["否" if reviewer in against else "是" for reviewer in range(3)]
    return [f"{subject}-{number}", str(YEAR_OF_TARGETS), subject, str(number), held, *agrees]


def tables() -> dict[str, list[list[str]]]:
    """The rows of each kind, the headings first."""
    found, reviews = projects()
    own = ["id", "period"]
    assessed = ["目标管理得分", "运行监控得分", "绩效评价得分", "结果应用得分", "队伍和制度建设得分"]
    asked = [*own, "department", "名称", "项目来源", "当年预算", "会审核定数"]
    dimensions = ["必要性", "经济性", "目标合理性", "可行性", "合规性", "评估核定数"]
    progress = ["批复预算数", "实施状态", "监控日期", "支出数", "目标完成率", "预计全年支出"]
    corrected = ["督促整改日", "整改完成日"]
    agreed = ["业务股室同意", "绩效股同意", "人大预算委同意"]
    evaluated = ["评价对象", "预算类型", "评价得分", "实施状态", "支出数", "与其他项目重复", "评价资金", "下一年度预算"]
    return {
        "department": [[*own, "名称", "调整预算数", "支出数", "当年新设", "公用经费", *assessed], *departments()],
        "project": [[*asked, *dimensions, *progress, *corrected], *found],
        "review": [[*own, "project", "轮次", "日期", *agreed], *reviews],
        "evaluation": [[*own, "department", "名称", *evaluated], *evaluations()],
    }


def write(folder: Path, found: dict[str, list[list[str]]]) -> None:
    """CSV files in UTF-8 with a mark at their beginning, which spreadsheets want for Chinese."""
    folder.mkdir(exist_ok=True)
    for name, rows in found.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    write(FACTS, tables())
