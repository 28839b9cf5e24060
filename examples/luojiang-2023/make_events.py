"""Writes the year 2023 of this example as it was told: `python make_events.py`.

`beginning` has what is known on 1 January; `events.jsonl` what came after it, one message a line: reviews, approvals,
spending by month, the monitoring of 31 August, what was corrected, replies to letters, evaluations, the assessment. At
the end of the year just the facts of `facts` are known. On the way some is told late, wrong or twice, and a review that
was never held.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from make_facts import digest, tables, write, yuan

HERE = Path(__file__).parent
Row = dict[str, str]
LADDER = "luojiang/letters/two-letters"
IN_THE_BEGINNING = ("id", "period", "department", "名称", "项目来源", "当年预算")  # known of a project that is there
ASSESSED = ["目标管理得分", "运行监控得分", "绩效评价得分", "结果应用得分", "队伍和制度建设得分"]
DIMENSIONS = ["必要性", "经济性", "目标合理性", "可行性", "合规性", "评估核定数"]
MONITORED = ["实施状态", "监控日期", "支出数", "目标完成率", "预计全年支出"]
APPROVED, LETTERS, ANSWERED, LAPSED = date(2023, 2, 10), date(2023, 9, 19), date(2023, 9, 20), date(2023, 10, 10)


@dataclass
class Year:
    """What is told, each message with the day on which it is."""

    told: list[tuple[date, dict[str, object]]] = field(default_factory=list)

    def tell(self, id_: str, at: date, said: Mapping[str, object], late: int = 0) -> None:
        """Tell something on its day, or some days later."""
        self.told.append((at + timedelta(days=late), {"id": id_, "at": at.isoformat(), **said}))

    def facts(self, id_: str, at: date, kind: str, row: Row, names: list[str], late: int = 0) -> None:
        """Tell what is known of some facts of a row."""
        known = {name: row[name] for name in names if row[name]}
        self.tell(id_, at, {"kind": kind, "subject": row["id"], "facts": known}, late)

    def lines(self) -> Iterator[str]:
        """The messages by the day on which they are told."""
        for _, said in sorted(self.told, key=lambda one: one[0]):
            yield json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def rows(found: list[list[str]]) -> list[Row]:
    """Rows by their headings."""
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def beginning(found: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """What is known on 1 January: departments without their assessment, projects of the budget and carried over."""
    there = [row for row in rows(found["project"]) if row["项目来源"] in ("年初预算", "上年结转")]
    head = found["department"][0]
    departments = [["" if name in ASSESSED else row[name] for name in head] for row in rows(found["department"])]
    return {
        "department": [head, *departments],
        "project": [list(IN_THE_BEGINNING), *([row[name] for name in IN_THE_BEGINNING] for row in there)],
        "review": found["review"][:1],
        "evaluation": found["evaluation"][:1],
    }


def tell_reviews(year: Year, reviews: list[Row]) -> None:
    """Joint reviews on their days: one is told five days late, one twice; one that was never held is withdrawn."""
    names = [name for name in reviews[0] if name not in ("id", "period")]
    for n, row in enumerate(reviews):
        held = date.fromisoformat(row["日期"])
        for again in (0, 2) if n == 20 else (0,):
            year.facts(f"会审 {row['id']}", held, "review", row, names, 5 if n == 40 else again)
    passed = next(row for row in reviews if row["轮次"] == "2" and "否" not in row.values())
    never = passed | {"id": f"{passed['project']}-3", "轮次": "3", "日期": "2023-01-26", "绩效股同意": "否"}
    year.facts(f"会审 {never['id']}", date(2023, 1, 26), "review", never, names)
    year.tell(f"撤回 {never['id']}", date(2023, 1, 30), {"withdraws": f"会审 {never['id']}"})


def tell_project(year: Year, row: Row) -> None:
    """A project: how it came into the budget, what was spent month by month, and the monitoring of 31 August."""
    number = row["id"]
    came = [name for name in IN_THE_BEGINNING if name not in ("id", "period")]
    match row["项目来源"]:
        case "新增":
            year.facts(f"申报 {number}", date(2023, 3, 1), "project", row, came)
            year.facts(f"批复 {number}", date(2023, 3, 20), "project", row, [*DIMENSIONS, "批复预算数"])
        case "追加":
            added = date(2023, 4 + digest("added", number, below=2), 11)
            year.facts(f"批复 {number}", added, "project", row, [*came, "批复预算数"])
        case _:
            year.facts(f"批复 {number}", APPROVED, "project", row, ["会审核定数", "批复预算数"])
    if row["支出数"]:
        tell_spending(year, row)
        year.facts(f"监控 {number}", date(2023, 8, 31), "project", row, MONITORED)


def tell_spending(year: Year, row: Row) -> None:
    """What was spent by the end of a month in spring and of one in summer; one month is told eighteen days late."""
    number, spent = row["id"], int(row["支出数"].replace(".", ""))
    spring = [3 + digest("spring", number, below=2)] if row["项目来源"] in ("年初预算", "上年结转") else []
    for month in [*spring, 6 + digest("summer", number, below=2)]:
        last = date(2023, month + 1, 1) - timedelta(days=1)
        so_far = row | {"监控日期": last.isoformat(), "支出数": yuan(spent * month // 9)}
        late = 18 if number == "P009" and month < 6 else 0
        year.facts(f"支出 {number} {month}月", last, "project", so_far, ["监控日期", "支出数"], late)


def tell_corrections(year: Year, slow: list[Row]) -> set[str]:
    """Who was asked to correct a deviation, and when it was done; which departments were too late.

    One that was in time tells it a week after the letters are sent.
    """
    end = LETTERS.isoformat()
    late = {row["department"] for row in slow if not row["整改完成日"] or row["整改完成日"] >= end}
    forgot = next(row["id"] for row in slow if row["department"] not in late)
    for row in slow:
        year.facts(f"督促 {row['id']}", date.fromisoformat(row["督促整改日"]), "project", row, ["督促整改日"])
        if row["整改完成日"]:
            done = date.fromisoformat(row["整改完成日"])
            days = (LETTERS - done).days + 7 if row["id"] == forgot else 0
            year.facts(f"整改 {row['id']}", done, "project", row, ["整改完成日"], days)
    return late


def tell_replies(year: Year, late: set[str]) -> None:
    """Most answer the letter of reminder; one of them is told only after the order that it makes void, two answer the
    order that follows, one answers nothing."""
    answered = sorted(late)
    answered.pop()  # this one answers nothing
    orders, forgot = (answered.pop(), answered.pop()), answered[0]
    for n, department in enumerate(answered):
        said = {"replies": f"department/{department}", "ladder": LADDER}
        year.tell(f"回函 {department}", ANSWERED + timedelta(days=n % 9), said, 22 if department == forgot else 0)
    for department in orders:
        said = {"replies": f"department/{department}", "ladder": LADDER}
        year.tell(f"回函 {department}", LAPSED + timedelta(days=6), said)


def tell_a_mistake(year: Year, slow: Row) -> None:
    """The budget of a project was told as its spending at the end of August; it is corrected on the next day."""
    id_ = f"监控 {slow['id']}"
    for at, said in year.told:
        if said["id"] == id_:
            assert isinstance(said["facts"], dict)
            year.tell(f"更正 {id_}", at + timedelta(days=1), {"corrects": id_, "facts": dict(said["facts"])})
            said["facts"]["支出数"] = slow["批复预算数"]
            return


def events(found: dict[str, list[list[str]]]) -> Iterator[str]:
    """The year, line by line."""
    year = Year()
    tell_reviews(year, rows(found["review"]))
    projects = rows(found["project"])
    for row in projects:
        tell_project(year, row)
    slow = [row for row in projects if row["督促整改日"]]
    tell_replies(year, tell_corrections(year, slow))
    tell_a_mistake(year, slow[0])
    for n, row in enumerate(rows(found["evaluation"])):
        names = [name for name in row if name not in ("id", "period")]
        year.facts(f"评价 {row['id']}", date(2023, 10, 11) + timedelta(days=2 * n), "evaluation", row, names)
    for row in rows(found["department"]):
        if row["period"] == "2023":
            year.facts(f"考核 {row['id']}", date(2023, 12, 20), "department", row, ASSESSED)
    yield from year.lines()
    yield '{"to":"2023-12-31"}'


def main() -> None:
    """Write the files."""
    found = tables()
    write(HERE / "beginning", beginning(found))
    text = "".join(f"{line}\n" for line in events(found))
    (HERE / "events.jsonl").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
