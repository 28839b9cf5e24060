"""One subject decided inside another program: what it knows of others, and the objects that hosts have."""

from __future__ import annotations

import copy
import pickle
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

import pytest
from pydantic import BaseModel

import perfrules

FACTS = """
facts: made
extends: budget
kinds:
  bureau: {}
  department:
    belongs_to: bureau
    many: departments
    facts:
      budget: {is: money, at_least: 0}
      paid:   {is: money, at_least: 0}
      size:   {is: choice, of: [small, large]}
      urgent: {is: flag}
    accounts:
      funds: {together: sum}
  project:
    belongs_to: department
    many: projects
    facts:
      score: {is: number}
"""
POLICY = """
policy: made
facts: made
subject: department
names:
  rate: round(paid / budget, 0.01%)
  project.first: rank(score over projects) = 1
pools:
  saved: {leftover: carried-over}
rules:
  - {rule: slow, when: paid / budget < 85%, then: {deduct: {from: funds, amount: 1% * funds, into: saved}}, because: slow}
  - {rule: fast, when: paid / budget > 96%, then: {reward: {to: funds, out_of: saved, by: funds}}, because: fast}
  - {rule: best, when: rank(rate over departments) = 1, then: {flag: {as: best}}, because: best}
  - {rule: mean, when: rate > average(rate over departments per bureau), then: remind, because: mean}
  - {rule: urgent, when: urgent and size = large, then: remind, because: urgent}
  - {rule: worse, when: rate < prior(rate), then: remind, because: worse}
  - {rule: leads, when: any(first over projects), then: remind, because: leads}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> perfrules.Program:
    folder = tmp_path_factory.mktemp("decide")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(folder, as_of="2024-01-31")


OWN = {"id": "B", "bureau": "X", "budget": 100, "paid": 97, "funds": 300}
OTHERS = [
    {"id": "A", "bureau": "X", "budget": 100, "paid": 84, "funds": 1000},
    {"id": "C", "bureau": "Y", "budget": 100, "paid": 99, "funds": 100},
]


def test_of_a_cohort_that_was_not_given_nothing_is_known(program):
    verdicts = program.decide("department", OWN).verdicts
    assert verdicts["made/best"] == verdicts["made/mean"] == "undecided"
    assert verdicts["made/fast"] == "holds"
    assert "departments" in program.decide("department", OWN).explain().text()


def test_what_belongs_to_the_subject_is_no_cohort(program):
    """Its projects are given, all others are not: which is the first of all is not known."""
    decision = program.decide("department", OWN, children={"projects": [{"score": 5}]})
    assert decision.verdicts["made/leads"] == "undecided"


def test_a_subject_among_the_others_is_decided_as_in_a_run(program):
    decision = program.decide("department", OWN, cohort=OTHERS, period=2023)
    assert decision.verdicts["made/best"] == "does-not-hold"
    assert decision.verdicts["made/mean"] == "holds"  # A and B of bureau X
    # A pays 1% of 1000元; B has 300 of the 400元 that share it
    assert ("made/fast", "reward", Decimal("7.50")) in decision.fired
    outcome = program.run(program.facts({"department": [OWN, *OTHERS]}, period=2023))
    whole = {r.rule: r.verdict for r in outcome.rulings if r.subject == "department/B"}
    assert whole == decision.verdicts
    assert decision.explain().subject == "department/B"
    assert program.decide("department", OWN).fired[0].amount is None  # alone, the share is not known


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda whole: pickle.loads(pickle.dumps(whole))], ids=["copied", "sent"])
def test_programs_facts_and_results_are_copied_and_sent_to_other_processes(program, copied):
    row = program.read("department", OWN, cohort=OTHERS, period=2023)
    decision, facts = program.decide("department", row), program.facts({"department": [OWN, *OTHERS]}, period=2023)
    outcome = program.run(facts)
    whole = program, facts, outcome, outcome.rulings[0], row, decision, outcome.explain("department/B")
    (other, given, result, ruling, read, decided, explained) = copied(whole)
    assert (other.digest, other.origins, given, ruling, result.json()) == (program.digest, program.origins, facts, whole[3], outcome.json())
    assert other.run(given).json() == program.run(given).json() == other.run(facts).json() == outcome.json()
    assert decided.fired == decision.fired == other.decide("department", read).fired
    assert other.decide("department", OWN).fired == program.decide("department", OWN).fired
    assert decided.explain().json() == explained.json() == decision.explain().json()
    with pytest.raises(perfrules.Refused, match="PR629"):
        other.decide("department", row)  # which another program has read
    with pytest.raises(perfrules.Refused) as refused:
        program.decide("department", {"paid": 1.5})
    assert copied(refused.value).problems == refused.value.problems


def test_what_is_logged_says_whose_it_is_in_a_line_and_the_same_in_every_run(program):
    row = program.read("department", OWN, period=2023)
    outcome = program.run(program.facts({"department": [OWN, *OTHERS]}, period=2023))
    digest = program.digest[:12]
    assert repr(row) == f"<Row department B 2023 {digest}>"
    assert repr(outcome) == f"<Outcome 2023 {digest}>"
    explained = outcome.explain("department/B")
    assert repr(explained).startswith(f"Explanation(statement=<Statement 2023 {digest}>, subject='department/B'")
    for one in (explained, outcome.since(outcome), *outcome.pools, *outcome.rulings):
        assert " at 0x" not in repr(one)


def test_the_year_before_and_other_years(program):
    better = {"budget": 100, "paid": 98}
    for given in ({"prior": better}, {"years": {-1: better}}, {"prior": better, "years": {-2: OWN}}):
        assert program.decide("department", OWN, **given).verdicts["made/worse"] == "holds"
    assert program.decide("department", OWN).verdicts["made/worse"] == "undecided"
    assert program.decide("department", OWN, years={-2: better}).verdicts["made/worse"] == "undecided"
    with pytest.raises(perfrules.Refused) as refused:
        program.decide("department", OWN, prior=better, years={-1: better})
    assert [(p.code, p.place) for p in refused.value.problems] == [("PR628", "years")]
    with pytest.raises(perfrules.Refused) as refused:
        program.decide("department", program.read("department", OWN), prior=better)
    assert [(p.code, p.place) for p in refused.value.problems] == [("PR630", "prior")]


def test_what_is_read_over_years_is_read_of_the_judged_one(tmp_path):
    """Its other years are absent, as in a run with this row alone."""
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    rules = ("sum(paid over years) >= 97元", "streak(paid < budget over years) >= 1", "streak(paid < budget over years) >= 2")
    text = "policy: years\nfacts: made\nsubject: department\nrules:\n" + "".join(
        f"  - {{rule: r{n}, when: {when}, then: remind, because: years}}\n" for n, when in enumerate(rules)
    )
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    assert [*program.decide("department", OWN).verdicts.values()] == ["holds", "holds", "undecided"]
    outcome = program.run(program.facts({"department": [OWN]}, period=2023))
    assert [r.verdict for r in outcome.rulings] == ["holds", "holds", "undecided"]


def test_others_may_come_in_any_order(program):
    one = program.decide("department", OWN, cohort=OTHERS)
    other = program.decide("department", dict(reversed(OWN.items())), cohort=OTHERS[::-1])
    assert (one.fired, one.verdicts) == (other.fired, other.verdicts)


SIBLING = """
policy: sibling
facts: made
subject: project
names: {department.all_scores: sum(score over projects)}
rules:
  - {rule: low, when: department.all_scores < 5, then: remind, because: low}
"""
LAST_YEAR = """
policy: last-year
facts: made
subject: department
rules:
  - {rule: none, when: prior(count(over projects)) = 0, then: remind, because: none}
"""


def test_of_what_belongs_to_others_or_to_other_years_nothing_is_known(tmp_path):
    """A project is not the only one of its department because no other was given; nor had the department none last year."""
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    for name, text in (("sibling", SIBLING), ("last-year", LAST_YEAR)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    project = program.decide("project", {"score": 4}, parent={"budget": 1})
    assert project.verdicts == {"sibling/low": "undecided"}
    department = program.decide("department", {"budget": 1}, prior={"budget": 1}, children={"projects": [{"score": 4}]})
    assert department.verdicts == {"last-year/none": "undecided"}


def test_a_cohort_of_nobody_else_is_the_subject(program):
    assert program.decide("department", OWN, cohort=[]).verdicts["made/best"] == "holds"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"cohort": {"A": {}}}, "PR628"),
        ({"cohort": [1]}, "PR628"),
        ({"cohort": [{"budget": 1}]}, "PR617"),
        ({"cohort": [{**OWN}]}, "PR605"),
        ({"cohort": OTHERS, "years": {1: OWN}}, "PR640"),
        ({"cohort": OTHERS, "children": {"projects": []}}, "PR640"),
        ({"cohort": [{**OTHERS[0], "paid": 84.5}]}, "PR607"),
    ],
)
def test_a_cohort_that_cannot_be_read_is_refused(program, given, code):
    with pytest.raises(perfrules.Refused) as refused:
        program.decide("department", OWN, **given)
    assert [p.code for p in refused.value.problems] == [code]


def test_a_row_that_says_its_year_is_of_no_other(program):
    row = {"id": "B", "period": 2022, "budget": 100, "paid": 84}
    assert program.read("department", row).period == 2022
    for given in ({"period": 2023}, {"period": 2022, "prior": {"period": 2019, "budget": 1}}, {"period": 2023, "cohort": []}):
        with pytest.raises(perfrules.Refused) as refused:
            program.decide("department", row, **given)
        assert {p.code for p in refused.value.problems} == {"PR646"}
    with pytest.raises(perfrules.Refused):
        program.decide("department", {**row, "period": "abc"})
    among = program.decide("department", row, cohort=[{"id": "C", "period": 2021, "budget": 1, "paid": 1}])
    assert among.verdicts["made/best"] == "holds"  # C is of another year


def test_years_are_counted_from_the_judged_one(program):
    with pytest.raises(perfrules.Refused) as refused:
        program.decide("department", OWN, years={2022: OWN})
    assert [p.code for p in refused.value.problems] == ["PR211"]


SIBLINGS = """
policy: siblings
facts: made
subject: department
pools:
  saved: {leftover: carried-over, if_undecided: leave-out}
rules:
  - {rule: pays, when: budget > 1元, then: {deduct: {from: funds, amount: 10元, into: saved}}, because: pays}
  - {rule: gets, when: paid > 1元, then: {reward: {to: funds, out_of: saved, by: 1}}, because: gets}
  - {rule: out, when: not bureau.ok, then: exclude, because: out}
  - {rule: above, when: paid > 1元, then: {cut_current: {from: bureau.funds, amount: 10元}}, because: above}
"""


def test_what_others_decide_is_no_amount_of_the_subject(tmp_path):
    facts = FACTS.replace("  bureau: {}", "  bureau: {facts: {ok: {is: flag}}, accounts: {funds: {}}}")
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(SIBLINGS, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    own, others = {"id": "B", "bureau": "X", "budget": 5, "paid": 5}, [{"id": "C", "bureau": "Y", "budget": 0, "paid": 5}]
    for given in ({}, {"cohort": others}):
        decision = program.decide("department", own, parent={"ok": True}, **given)
        amounts = {f.rule: f.amount for f in decision.fired}
        assert amounts["siblings/gets"] is None  # of C's bureau nothing is known: it may be out
        assert amounts["siblings/above"] is None  # another department of X may claim on the same account
        assert amounts["siblings/pays"] == 10


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass
class Department:
    budget: Decimal
    paid: Decimal
    size: Size | None = None
    urgent: bool | None = None
    telephone: str = "0834-1234567"


class Modelled(BaseModel):
    budget: Decimal
    paid: Decimal
    size: Size | None = None
    urgent: bool | None = None
    telephone: str = "0834-1234567"


class Named(NamedTuple):
    budget: Decimal
    paid: Decimal
    size: Size | None = None
    urgent: bool | None = None


@pytest.mark.parametrize("record", [Department, Modelled, Named])
def test_hosts_give_their_own_objects(program, record):
    row = record(budget=Decimal(100), paid=Decimal("84.99"), size=Size.LARGE, urgent=True)
    assert [f.rule for f in program.decide("department", row).fired] == ["made/urgent"]
    unknown = record(budget=Decimal(100), paid=Decimal("84.99"))
    assert program.decide("department", unknown).verdicts["made/urgent"] == "undecided"
    around = program.decide("project", {"score": 1}, parent=row)
    assert around.verdicts == {}


def test_objects_are_rows_of_a_run(program):
    @dataclass
    class Project:
        id: str
        department: str
        score: int

    facts = program.facts({"department": [OWN], "project": [Project("1", "B", 5)]}, period=2023)
    assert facts.table("project", 2023).columns["score"] == [500]


def test_floats_of_objects_are_refused_with_the_cure(program):
    with pytest.raises(perfrules.Refused, match="Decimal"):
        program.decide("department", Department(budget=Decimal(100), paid=84.99))  # type: ignore[arg-type]


def test_an_attribute_that_may_be_meant_as_a_fact_is_refused(program):
    @dataclass
    class Row:
        budget: int
        payd: int

    with pytest.raises(perfrules.Refused, match="did you mean `paid`"):
        program.decide("department", Row(100, 84))


@pytest.mark.parametrize("kind", ["bureau", "department"])
def test_a_value_without_a_name_is_refused(program, kind):
    with pytest.raises(perfrules.Refused, match=f"the column `` is no fact of {kind}"):
        program.decide(kind, {"": 84})
    with pytest.raises(perfrules.Refused, match=f"the column `` is no fact of {kind}"):
        program.facts({kind: [{"id": "A", "": 84}]}, period=2023)


WAITING = """
policy: waiting
facts: made
subject: department
rules:
  - {rule: cut, when: budget > 5元, then: {deduct: {from: funds, amount: paid}}, because: cut}
  - {rule: halt, when: urgent, then: suspend, because: halt}
  - {rule: big, when: budget > 5元, then: {award: {to: funds, amount: 1元}}, because: big}
approvals:
  - {of: award, by: the director, because: awards are approved}
"""


def test_what_waits_is_open_and_not_fired(tmp_path):
    """A host that looks at `fired` alone would take what is not decided for what does not happen."""
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(WAITING, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    decision = program.decide("department", {"id": "B", "budget": 10})
    assert decision.fired == ()
    assert {(c.rule, c.action, c.state, c.amount) for c in decision.open} == {
        ("waiting/cut", "deduct", "waiting", None),
        ("waiting/halt", "suspend", "waiting", None),
        ("waiting/big", "award", "awaiting-approval", 100),
    }
    assert [(n.why, n.subject, n.about) for n in decision.needs] == [
        ("missing", "department/B", "paid"),
        ("missing", "department/B", "urgent"),
    ]
    settled = program.decide("department", {"budget": 1, "urgent": False, "paid": 1})
    assert (settled.open, settled.needs) == ((), ())


def test_the_id_of_a_row_names_the_subject(program):
    for row in ({"id": "B7", "budget": 100, "paid": 84}, {"id": 7, "budget": 100, "paid": 84, "bureau": "X"}):
        decision = program.decide("department", row)
        assert decision.explain().subject == f"department/{row['id']}"
        assert "made/slow" in decision.verdicts
    assert program.decide("department", {"budget": 100, "paid": 84}).explain().subject == "department/subject"
    named = program.decide("department", {"id": "B", "bureau": "X"}, parent={}, children={"projects": [{"score": 1}]}, prior={"budget": 5})
    assert named.explain().subject == "department/B"


def test_children_that_are_none_are_not_known(program):
    for children in ({}, {"projects": None}):
        assert program.decide("department", OWN, children=children).verdicts["made/leads"] == "undecided"


def test_a_class_is_no_row(program):
    with pytest.raises(perfrules.Refused) as refused:
        program.decide("department", Department)
    assert refused.value.problems[0].code == "PR628"


def test_any_number_of_rows_are_decided_in_the_memory_of_one(program):
    def rows(count: int) -> Iterator[dict[str, object]]:
        return ({"budget": 1_000 + n, "paid": 850, "funds": 100} for n in range(count))

    def peak(count: int) -> tuple[int, int]:
        tracemalloc.start()
        slow = sum(bool(program.decide("department", row).fired) for row in rows(count))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return slow, most

    peak(10)  # what is made once
    few, many = peak(100), peak(2_000)
    assert few[0] < many[0]
    assert many[1] < few[1] + 400_000  # kept, two thousand rows would be five times that
