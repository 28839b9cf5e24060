"""The example of Luojiang: published totals beside what the policies make of the synthetic facts."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import perfrules

HOME = Path(__file__).resolve().parent.parent
POLICIES = HOME / "policies" / "luojiang"
EXAMPLE = HOME / "examples" / "luojiang-2023"
FUNDS, TARGETS = "luojiang/operating-funds", "luojiang/targets"
WAN, YI = Decimal(10_000), Decimal(100_000_000)


def run(path: Path, as_of: str, period: int) -> perfrules.Outcome:
    program = perfrules.load(path, as_of=as_of)
    return program.run(program.read_facts(EXAMPLE / "facts"), period=period)


@pytest.fixture(scope="module")
def funds() -> perfrules.Outcome:
    return run(POLICIES / "operating-funds.yaml", "2024-01-31", 2022)


@pytest.fixture(scope="module")
def targets() -> perfrules.Outcome:
    return run(POLICIES / "targets.yaml", "2023-01-31", 2023)


def holding(outcome: perfrules.Outcome, rule: str) -> set[str]:
    return {r.subject for r in outcome.rulings if r.rule == rule and r.verdict == "holds"}


def amounts(outcome: perfrules.Outcome, rule: str) -> list[Decimal]:
    return [e.amount for e in outcome.entries if e.rules == (rule,)]


def budgets() -> dict[str, Decimal]:
    """The budget asked for, by target."""
    return {f"project/{r['id']}": Decimal(r["当年预算"]) for r in rows("project.csv") if r["项目来源"] == "年初预算"}


def test_operating_funds_as_published(funds):
    """61 departments: 9 below 85% lose 1万元 together, all of it goes to the 20 above 96%, 32 stay as they are."""
    slow, fast = holding(funds, f"{FUNDS}/slow-execution"), holding(funds, f"{FUNDS}/fast-execution")
    judged = {r.subject for r in funds.rulings}
    assert (len(judged), len(slow), len(fast), len(judged - slow - fast)) == (61, 9, 20, 32)
    deducted, given = amounts(funds, f"{FUNDS}/slow-execution"), amounts(funds, f"{FUNDS}/fast-execution")
    assert (len(deducted), sum(deducted)) == (9, 1 * WAN)
    assert (len(given), sum(given)) == (20, 1 * WAN)
    [pool] = funds.pools
    assert (pool.taken, pool.given, pool.leftover, pool.settled) == (1 * WAN, 1 * WAN, 0, True)
    assert {e.period for e in funds.entries} == {2024}


def test_targets_as_published(targets):
    """438 targets over 5.2亿元: 45 cut by 5320万元, 22 not in the budget with 5850万元."""
    asked = budgets()
    assert (len(asked), sum(asked.values())) == (438, Decimal("5.2") * YI)
    assert len({r.subject for r in targets.rulings}) == 438
    cut = amounts(targets, f"{TARGETS}/trimmed")
    assert (len(cut), sum(cut)) == (45, 5320 * WAN)
    excluded = {m.subject for m in targets.statuses if m.action == "exclude"}
    assert (len(excluded), sum(asked[s] for s in excluded)) == (22, 5850 * WAN)


@pytest.fixture(scope="module")
def year() -> perfrules.Outcome:
    return run(POLICIES, "2023-12-31", 2023)


PUBLISHED = {  # of the year 2023: by policy and rule how many, and 万元
    "ex-ante/trimmed": (5, 224),
    "targets/trimmed": (45, 5320),
    "monitoring/trimmed": (120, 3380),  # the report publishes no counts here and below
    "monitoring/completed": (300, 16530),
    "monitoring/abandoned": (12, 15330),
    "application/cut-fair": (6, 3000),
    "application/cut-poor": (2, 314),  # together 3314
    "application/completed": (8, 8750),
    "application/abandoned": (1, 364),
}


def test_the_year_as_published(year):
    """Every amount that the report says was cut or recovered, beside what the policies make of the facts."""
    computed = {rule: amounts(year, f"luojiang/{rule}") for rule in PUBLISHED}
    assert {rule: (len(found), sum(found) / WAN) for rule, found in computed.items()} == PUBLISHED
    assert {r for e in year.entries for r in e.rules} == {f"luojiang/{rule}" for rule in PUBLISHED}
    asked = budgets()
    cancelled = sum(asked[m.subject] for m in year.statuses if m.action == "exclude")
    assert sum(e.amount for e in year.entries) + cancelled == 59062 * WAN


def test_the_bases_as_published(year):
    """How many were looked at, and the money: 438 targets, 566 monitored, 18 evaluated over the four budgets."""
    found = {word: [m.value for m in year.labels if m.word == word] for word in ("会审资金", "监控资金", "评价资金")}
    assert {word: (len(values), sum(values)) for word, values in found.items()} == {
        "会审资金": (438, Decimal("5.2") * YI), "监控资金": (566, Decimal("6.6") * YI), "评价资金": (18, 3 * YI),
    }  # fmt: skip
    assert [r["评价对象"] for r in rows("evaluation.csv")].count("部门整体") == 5
    assert len({r["预算类型"] for r in rows("evaluation.csv")}) == 4


def test_the_assessment_and_the_letters_as_published(year):
    """61 departments: 24 excellent, 35 good, 2 poor; 18 letters of reminder."""
    grades = [m.word for m in year.labels if m.rule.startswith("luojiang/assessment/")]
    assert {word: grades.count(word) for word in set(grades)} == {"优秀": 24, "良好": 35, "较差": 2}
    assert len(year.notices) == len({m.subject for m in year.notices}) == 18


def test_what_is_announced_is_not_in_force_and_can_be_tried(year):
    assert [p.values["policy"] for p in perfrules.load(POLICIES, as_of="2023-12-31").problems] == ["luojiang/assessment-funds"]
    tried = perfrules.load([POLICIES / "facts.yaml", POLICIES / "assessment-funds.yaml"], as_of="2026-01-31")
    outcome = tried.run(tried.read_facts(EXAMPLE / "facts"), period=2023)
    taken, given = (amounts(outcome, f"luojiang/assessment-funds/{rule}") for rule in ("poor", "excellent"))
    assert (len(taken), len(given)) == (2, 24)
    assert sum(taken) == sum(given) > 0


@pytest.mark.parametrize(("policy", "written", "changed", "rule"), [
    ("monitoring", "value: 20pp", "value: 45pp", "monitoring/trimmed"),
    ("application", "value: 20%", "value: 30%", "application/cut-fair"),
    ("letters", "value: 10 working days", "value: 20 working days", "letters/reminder"),
    ("assessment", "value: 90", "value: 95", "assessment/excellent"),
])  # fmt: skip
def test_another_parameter_gives_another_year(tmp_path, year, policy, written, changed, rule):
    for path in POLICIES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace(written, changed) if path.stem == policy else text, encoding="utf-8")
    other = run(tmp_path, "2023-12-31", 2023)
    of = [[(r.subject, r.claims) for r in o.rulings if r.rule == f"luojiang/{rule}" and r.claims] for o in (year, other)]
    assert of[0] != of[1]


def test_an_excluded_target_is_not_cut(targets):
    excluded = {m.subject for m in targets.statuses if m.action == "exclude"}
    aside = {r.subject for r in targets.rulings for c in r.claims if c.state == "set-aside"}
    assert len(aside) == 6
    assert aside <= excluded
    assert not excluded & {e.subject for e in targets.entries}


def test_some_targets_failed_once_and_were_accepted_after_rectification(targets):
    lines = (EXAMPLE / "facts" / "review.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    failed = [row[2] for row in rows if "否" in row[5:]]
    once = {p for p in failed if failed.count(p) == 1}
    assert len(once) == 39
    assert not {f"project/{p}" for p in once} & holding(targets, f"{TARGETS}/failed-again")


def test_exactly_at_the_lines_nothing_happens_and_a_cent_beyond_it_does(funds):
    """Four departments of the example lie at or a cent beyond a line."""
    facts = {
        r["id"]: (int(r["支出数"].replace(".", "")), int(r["调整预算数"].replace(".", "")))
        for r in rows("department.csv") if r["period"] == "2022"
    }  # fmt: skip
    for line, rule, beyond in ((85, "slow-execution", -1), (96, "fast-execution", 1)):
        held = holding(funds, f"{FUNDS}/{rule}")
        at = {d for d, (paid, budget) in facts.items() if paid * 100 == budget * line}
        past = {d for d, (paid, budget) in facts.items() if (paid - beyond) * 100 == budget * line}
        assert len(at) == len(past) == 1
        assert not {f"department/{d}" for d in at} & held
        assert {f"department/{d}" for d in past} <= held


def rows(name: str) -> list[dict[str, str]]:
    header, *lines = (EXAMPLE / "facts" / name).read_text(encoding="utf-8-sig").splitlines()
    return [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]


@pytest.mark.parametrize(("written", "changed"), [("value: 85%", "value: 70%"), ("value: 96%", "value: 99%"), ("value: 0.1%", "value: 0.2%"), ("value: by_operating_funds", "value: equal")])
def test_another_parameter_gives_another_table(tmp_path, funds, written, changed):
    """No fact names an outcome: the table follows from budgets, payments and the parameters."""
    (tmp_path / "facts.yaml").write_text((POLICIES / "facts.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    policy = (POLICIES / "operating-funds.yaml").read_text(encoding="utf-8")
    assert policy.count(written) == 1
    (tmp_path / "operating-funds.yaml").write_text(policy.replace(written, changed), encoding="utf-8")
    other = run(tmp_path / "operating-funds.yaml", "2024-01-31", 2022)
    assert other.entries != funds.entries
    assert sum(e.amount for e in other.entries if e.debit.startswith(FUNDS)) == sum(
        e.amount for e in other.entries if e.credit.startswith(FUNDS)
    )


def test_equal_shares_differ_by_one_cent_at_most(tmp_path):
    (tmp_path / "facts.yaml").write_text((POLICIES / "facts.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    policy = (POLICIES / "operating-funds.yaml").read_text(encoding="utf-8")
    (tmp_path / "funds.yaml").write_text(policy.replace("value: by_operating_funds", "value: equal"), encoding="utf-8")
    given = amounts(run(tmp_path / "funds.yaml", "2024-01-31", 2022), f"{FUNDS}/fast-execution")
    assert set(given) == {Decimal("500.00")}  # 1万元 among 20


def test_the_facts_name_no_outcome():
    """What decides are amounts, dates and the reviewers' votes; no verdict, deduction or reward is given."""
    vocabulary = perfrules.load(POLICIES, as_of="2024-01-31").vocabulary
    titles = {fact.title.zh for kind in vocabulary.kinds.values() for fact in kind.columns.values()}
    outcomes = ("扣减", "奖励", "调减", "收回", "等级", "优秀", "未通过", "纳入", "函", "偏离", "取消")
    assert not [title for title in titles if any(word in title for word in outcomes)]


def test_the_script_writes_the_same_facts_again(tmp_path):
    script = tmp_path / "make_facts.py"
    script.write_bytes((EXAMPLE / "make_facts.py").read_bytes())
    subprocess.run([sys.executable, script], check=True)
    made = {p.name: p.read_bytes() for p in (tmp_path / "facts").iterdir()}
    assert made == {p.name: p.read_bytes() for p in (EXAMPLE / "facts").iterdir()}


def test_the_policies_pass_their_own_check():
    assert perfrules.check(POLICIES) == ()


def test_every_open_question_is_a_parameter_with_a_note():
    for name in ("operating-funds", "targets", "ex-ante", "monitoring", "application", "assessment", "letters"):
        policy = (POLICIES / f"{name}.yaml").read_text(encoding="utf-8")
        parameters = policy.split("\nparameters:\n")[1].split("\nnames:\n")[0].split("\nrules:\n")[0]
        assert parameters.count("\n    value:") == parameters.count("\n    note:") > 0


def test_the_json_has_the_documented_form(funds):
    found = json.loads(funds.json())
    assert list(found) == [
        "as_of", "period", "program", "rulings", "entries", "pools", "conflicts", "statuses", "notices", "labels", "recommendations",
    ]  # fmt: skip
    assert list(found["rulings"][0]) == ["subject", "period", "rule", "verdict", "needs", "claims"]
    [claim] = next(r for r in found["rulings"] if r["claims"] and r["rule"] != f"{FUNDS}/executed")["claims"]
    assert list(claim) == ["action", "account", "period", "amount", "state"]
    entry = found["entries"][0]
    assert list(entry) == ["debit", "credit", "subject", "period", "amount", "rules", "pool"]
    assert isinstance(entry["amount"], str)
    assert Decimal(entry["amount"]).as_tuple().exponent == -2
