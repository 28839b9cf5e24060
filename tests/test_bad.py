"""Bad inputs, and the whole text of what each one gets, in English and Chinese.

A case is a file or folder `NNN-name` in `tests/bad`, numbered as the list of bad inputs in which it was promised,
with `NNN-name.en.txt` and `NNN-name.zh.txt` beside it; from 079 on are those that were found later. What is too big
to store is made here. What is not refused but kept or mapped has a test below that says what it gives. With
PERFRULES_REWRITE=1 the expected texts are written anew: read them as the clerk who has to act on them. Add cases,
never remove one.
"""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Callable
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

import perfrules
from perfrules.core.codes import CODES
from specimen import AS_OF, TOWN, Files, files_of, is_located, problems_of, said

BAD = Path(__file__).resolve().parent / "bad"
HEAD = "policy: bad\nfacts: town\nsubject: department\n"
RULE = "rules:\n  - rule: slow\n    when: {}\n    then: suspend\n    because: below the line\n"
SMALL_STACK = 512 * 1024


def policy(when: str, head: str = HEAD) -> Files:
    return {"policy.yaml": (head + RULE.format(when)).encode()}


def names(count: int) -> str:
    """Names that each stand on the one before."""
    return "names:\n  n0: rate\n" + "".join(f"  n{n}: n{n - 1} + 1%\n" for n in range(1, count))


MADE: dict[str, Callable[[], Files]] = {
    "001-hundred-thousand-brackets": lambda: {"policy.yaml": b"policy: " + b"[" * 100_000},
    "001-hundred-thousand-braces": lambda: {"policy.yaml": b"policy: " + b"{a: " * 100_000},
    "001-hundred-thousand-dashes": lambda: {"policy.yaml": b"policy:\n" + b"- " * 100_000},
    "001-more-values-than-are-read": lambda: policy("rate < 85%", HEAD + f"note: [{'x, ' * 110_000}x]\n"),
    "023-fifty-megabytes": lambda: {"policy.yaml": b"# no end\n" * (50 * 1024 * 1024 // 9)},
    "033-five-thousand-parentheses": lambda: policy("(" * 5_000 + "rate" + ")" * 5_000),
    "033-four-thousand-parentheses": lambda: policy("(" * 4_000 + "rate" + ")" * 4_000),
    "033-five-thousand-minuses": lambda: policy("-" * 5_000 + "rate < 85%"),
    "033-two-thousand-minuses": lambda: policy("rate < " + "-" * 1_900 + "1"),
    "033-three-thousand-terms": lambda: policy("rate < " + "+".join(["1%"] * 3_000)),
    "033-nine-hundred-minuses-in-a-row": lambda: policy("rate < " + "-".join(["1%"] * 900)),
    "033-three-hundred-names": lambda: policy("n299 < 85%", HEAD + names(300)),
    "044-ten-thousand-digits": lambda: policy("score < " + "9" * 9_000),
    "044-ten-thousand-digits-in-a-parameter": lambda: policy("score < line", HEAD + f"parameters: {{line: {'9' * 10_000}}}\n"),
    "044-ten-thousand-digits-in-facts": lambda: {"department.csv": b"id,period,paid\nA,2023," + b"9" * 10_000 + b"\n"},
    "044-ten-thousand-digits-with-units": lambda: {"department.csv": b"id,period,paid,rate\nA,2023,%s\xe4\xb8\x87\xe5\x85\x83,%s%%\n" % (b"9" * 10_000, b"9" * 10_000)},
    "061-cell-of-a-megabyte": lambda: {"department.csv": b"id,period,code\nA,2023," + b"x" * 1024 * 1024 + b"\n"},
}
STORED = {p.stem: p for p in sorted(BAD.iterdir()) if p.suffix != ".txt"}
CASES = sorted({*STORED, *MADE})


def files(case: str) -> Files:
    return MADE[case]() if case in MADE else files_of(STORED[case])


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.mark.parametrize("case", CASES)
def test_what_a_bad_input_gets(case):
    given = files(case)
    problems = problems_of(given)
    for problem in problems:
        assert problem.code in CODES
        assert is_located(problem, given)
    for language in ("en", "zh"):
        golden, text = BAD / f"{case}.{language}.txt", said(problems, language)
        if os.environ.get("PERFRULES_REWRITE"):
            golden.write_text(text, encoding="utf-8", newline="\n")
        assert text == read(golden), f"the text for {case} is another one"
        assert len(text) < 20_000


def test_each_case_has_its_texts_and_each_text_its_case():
    texts = {p.name for p in BAD.glob("*.txt")}
    assert not set(STORED) & set(MADE)
    assert len(STORED) == len([p for p in BAD.iterdir() if p.suffix != ".txt"])
    assert texts == {f"{case}.{language}.txt" for case in CASES for language in ("en", "zh")}
    assert all(re.match(r"\d{3}-", case) for case in CASES)


@pytest.mark.parametrize("case", [c for c in CASES if c.startswith(("001", "002", "033"))])
def test_nothing_deep_needs_more_than_a_small_stack(case):
    """A web server's worker may have 512 KB."""
    found: list[perfrules.Problem] = []
    before = threading.stack_size(SMALL_STACK)
    try:
        worker = threading.Thread(target=lambda: found.extend(problems_of(files(case))))
        worker.start()
        worker.join()
    finally:
        threading.stack_size(before)
    assert said(found, "en") == read(BAD / f"{case}.en.txt")


# kept as it was typed, or mapped


def example(when: str, given: str) -> Files:
    """A policy whose example gives a fact to department A and expects that the condition holds."""
    shown = f"examples:\n  - name: kept\n    as_of: {AS_OF}\n    period: 2023\n    given: {{department: [{{id: A, {given}}}]}}\n    expect: {{A: {{slow: holds}}}}\n"
    return {"policy.yaml": (HEAD + RULE.format(when) + shown).encode()}


@pytest.mark.parametrize(("when", "given"), [
    ("'code = \"no\"'", "code: no"),  # 9
    ("'code = \"on\"'", "code: on"),
    ("'code = \"0107\"'", "code: 0107"),  # 10
    ("'code = \"0110101\"'", "部门代码: 0110101"),
    ("'code = \"12:30\"'", "code: 12:30"),  # 11
    ("'code = \"1e5\"'", "code: 1e5"),  # 12
    ("'code = \"E001\"'", "code: E001"),
    ("12345678901234567.89元 - 12345678901234567.88元 = 0.01元", "code: x"),  # 14
    ("founded = 2025-12-31", "founded: 2025-12-31"),  # 15
    ("'code = \"2025-12-31\"'", "code: 2025-12-31"),
    ("paid = 849_999.99元", "paid: 849_999.99"),
    ("owed = 12万元", "owed: 12"),  # 41: a bare number is in the unit of its fact
    ("owed = 12万元", "owed: 12万元"),
])  # fmt: skip
def test_what_is_kept(when, given):
    assert [p for p in problems_of(example(when, given)) if p.severity == "error"] == []


@pytest.mark.parametrize(("when", "plain"), [
    ("执行率 ≥ ８５％ 且 （评审 或 得分 ＞ ５９．５）", "执行率 >= 85% 且 (评审 或 得分 > 59.5)"),
    ("rate　＜　８５．５％", "rate < 85.5%"),
    ("max（paid， 0元） ≥ 0元", "max(paid, 0元) >= 0元"),
    ("部门代码 = “０１０７”", '部门代码 = "０１０７"'),
])  # fmt: skip
def test_full_width_signs_are_mapped_with_a_note(when, plain):
    noted = [p for p in problems_of(policy(when)) if p.code.startswith("PR3")]
    assert [(p.code, p.values["plain"]) for p in noted] == [("PR314", plain)]  # 38


def test_a_mark_at_the_beginning_and_windows_lines_move_no_column():
    plain = policy("rate < 85")["policy.yaml"]
    marked = b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")
    assert said(problems_of({"policy.yaml": marked}), "en") == said(problems_of({"policy.yaml": plain}), "en")  # 20


@pytest.fixture(scope="module")
def town() -> perfrules.Program:
    return perfrules.load(TOWN / "policy.yaml", as_of=AS_OF)


def table(folder: Path, text: str, kind: str = "department") -> Path:
    path = folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_has_no_quotient_is_undecided(town):
    rows = [{"id": "zero", "budget": 0, "paid": 1}, {"id": "over", "budget": 1, "paid": 2}, {"id": "less", "budget": 1, "paid": -2, "operating_funds": 0}]
    outcome = town.run(town.facts({"department": rows}, period=2023))
    assert {r.subject: r.verdict for r in outcome.rulings} == {
        "department/less": "holds", "department/over": "does-not-hold", "department/zero": "undecided",
    }  # fmt: skip  # 45


@pytest.mark.parametrize("cell", ["", "-", "—", "N/A", "无", "未知", " "])
def test_what_means_unknown_is_not_zero(town, tmp_path, cell):
    outcome = town.run(town.read_facts(table(tmp_path, f"id,period,budget,paid\nA,2023,100,{cell}\n")))
    [ruling] = outcome.rulings
    assert ruling.verdict == "undecided"
    assert ("department/A", "paid") in [(need.subject, need.about) for need in ruling.needs]  # 46


def stored(program: perfrules.Program, fact: str, value: object) -> object:
    return program.facts({"department": [{"id": "A", fact: value}]}, period=2023).table("department", 2023).columns[fact][0]


@pytest.mark.parametrize(("value", "minor"), [
    (Decimal("-0"), 0), (Decimal("-0.00"), 0), ("-0", 0), (Decimal("1E+3"), 100_000), ("1,234.50", 123_450), ("-1,234,567", -123_456_700),
])  # fmt: skip
def test_numbers_that_are_read(town, value, minor):
    assert stored(town, "paid", value) == minor  # 48, 50


def test_one_name_in_two_departments(town):
    rows = {"department": [{"id": "A"}, {"id": "B"}], "project": [{"id": "1", "department": "A", "name": "road"}, {"id": "2", "department": "B", "name": "road"}]}
    assert town.facts(rows, period=2023).table("project", 2023).parents == ["A", "B"]  # 51


def test_the_hosts_decimal_context_has_no_effect(town):
    rows = [{"id": "A", "paid": Decimal("849999.99"), "budget": Decimal("1000000.00"), "operating_funds": Decimal("12345678.90")}]
    usual = town.run(town.facts({"department": rows}, period=2023)).json()
    with localcontext() as context:
        context.prec = 6
        assert town.run(town.facts({"department": rows}, period=2023)).json() == usual  # 54
        assert '"123456.79"' in usual


def test_the_order_of_rows_and_columns_has_no_effect(town, tmp_path):
    names = ["id", "period", "budget", "paid", "operating_funds"]
    rows = [[f"D{n}", "2023", "100", str(n * 9), "50"] for n in range(12)]
    results = set()
    for seed in range(5):
        chance = random.Random(seed)
        columns, lines = chance.sample(range(5), 5), chance.sample(rows, len(rows))
        text = "".join(",".join(line[c] for c in columns) + "\n" for line in [names, *lines])
        results.add(town.run(town.read_facts(table(tmp_path, text))).json())
    assert len(results) == 1  # 56


def test_gbk_is_read_and_said(town, tmp_path):
    path = tmp_path / "department.csv"
    path.write_bytes("编号,年度,预算数,支出数\n甲,2023,100,90\n".encode("gbk"))
    facts = town.read_facts(path)
    assert [n.code for n in facts.notices] == ["PR622"]
    assert facts.table("department", 2023).ids == ["甲"]  # 61


def test_quotes_and_lines_inside_a_cell_are_read(town, tmp_path):
    facts = town.read_facts(table(tmp_path, 'id,period,code\nA,2023,"one ""two"",\nthree"\n'))
    assert facts.table("department", 2023).columns["code"] == ['one "two",\nthree']  # 61
