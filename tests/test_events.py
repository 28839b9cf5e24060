"""Events end as the batch run does: after each, the statuses are those of a run over what is known by then.

Letters are in test_letters_due.py, the journal in test_journal.py.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from corpus import PERIOD, Example
from generated import FLAG, SOME, facts
from perfrules.core.facts import Facts, build
from perfrules.core.problem import Findings
from perfrules.core.register import Register
from perfrules.engines import durable
from perfrules.events.statuses import Status
from perfrules.events.watch import Watch
from perfrules.language import plan
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.states import AWAITING, POSTED, STATES, WAITING
from perfrules.testing.expressions import expression, quoted
from perfrules.testing.policies import heads, rules

HOME = Path(__file__).resolve().parent.parent
STATE = {STATES[POSTED]: "stands", STATES[WAITING]: "open", STATES[AWAITING]: "open"}


def said(statuses: tuple[Status, ...]) -> list[tuple]:
    return [(s.subject, s.period, s.action, s.rule, s.state) for s in statuses]


IDS = count(1)


def receive(watch: Watch, kind: str, row: dict, *, on) -> tuple[Status, ...]:
    """An event with an id of its own, from a row with `id` and perhaps `period`."""
    facts = {name: value for name, value in row.items() if name not in ("id", "period")} if isinstance(row, dict) else row
    subject, period = (row.get("id", ""), row.get("period")) if isinstance(row, dict) else ("", None)
    id_ = f"{kind}/{subject} {next(IDS)}"
    new = isinstance(row, dict) and kind == "unit"
    changed = watch.event(subject, period, kind, facts, on, id_, new=new)
    TOLD.setdefault((id(watch), f"{kind}/{subject}"), []).append(id_)
    return changed


TOLD: dict[tuple[int, str], list[str]] = {}  # by watch and subject, the ids of its events


def withdraw(watch: Watch, kind: str, subject: object, *, on) -> tuple[Status, ...]:
    """Withdraw all events about a subject, the last first; what changed at the end."""
    ids = TOLD.get((id(watch), f"{kind}/{subject}"), [])
    changed: tuple[Status, ...] = ()
    if not ids:
        return watch.withdraw(f"{kind}/{subject}", on, next(IDS))
    while ids:
        changed = watch.withdraw(ids.pop(), on, next(IDS))
    return changed


def batch(program: Compiled, facts: Facts, period: int) -> list[tuple]:
    """The statuses that stand or may stand by a run, in which nothing is required of the money."""
    free = tuple(tuple(s for s in stratum if not isinstance(s, plan.Require)) for stratum in program.plan.strata)
    statement = Statement(evaluate(replace(program, plan=plan.Plan(free)), facts, period))
    actions = {c.number for c in program.claims if c.clause.action.effect == "status"}
    claims = [c for c in statement.made.all if c.number in actions and c.state in STATE]
    return [(c.subject, c.period, c.action, c.rule, STATE[c.state]) for c in claims]


def watched(watch: Watch) -> list[tuple]:
    return sorted(said((*watch.statuses, *watch.open)))


def refusal(act) -> list[tuple[str, str]]:
    with pytest.raises(perfrules.Refused) as refused:
        act()
    return [(p.code, p.place) for p in refused.value.problems]


# what is said of whom, on a policy of a district and on that of the manual


def manual(folder: Path) -> perfrules.Program:
    """The policy of the page about the language."""
    page = (HOME / "docs" / "en" / "language.md").read_text(encoding="utf-8")
    for name in ("facts.yaml", "policy.yaml"):
        block = re.search(rf"^```yaml {re.escape(name)}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        (folder / name).write_text(block[1], encoding="utf-8")
    return perfrules.load(folder / "policy.yaml", as_of="2024-12-31")


PASSED = ("division_agrees", "performance_agrees", "congress_agrees")


class Case:
    """A program, its year, which facts a review and a project have, and what its rules give."""

    def __init__(self, program: perfrules.Program, period: int, passed: tuple[str, ...], project: dict, once: str, twice: str):
        self.program, self.period, self.passed, self.project, self.once, self.twice = program, period, passed, project, once, twice

    def review(self, number: object, project: str, round_: int, passed: bool | None) -> dict:
        return {"id": number, "project": project, "round": round_, **dict.fromkeys(self.passed, True), self.passed[-1]: passed}


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    luojiang = perfrules.load("luojiang/targets", as_of="2023-12-31")
    project = {"source": "年初预算", "current_budget": 100, "reviewed_amount": 80}
    return {
        "luojiang": Case(luojiang, 2023, PASSED, project, "luojiang/targets/rectify", "luojiang/targets/failed-again"),
        "manual": Case(manual(tmp_path_factory.mktemp("manual")), 2024, ("passed",), {"budget": 100}, "", "town/review/failed-again"),
    }


@pytest.fixture(params=["luojiang", "manual"])
def case(cases, request) -> Case:
    return cases[request.param]


def begun(case: Case, *projects: str) -> Watch:
    rows = {"department": [{"id": "D"}], "project": [{"id": p, "department": "D", **case.project} for p in projects], "review": []}
    return perfrules.watch(case.program, case.program.facts(rows, period=case.period), period=case.period)


def test_a_second_failed_review_excludes_and_its_correction_takes_that_back(case):
    watch = begun(case, "P", "Q")
    year = case.period
    first = receive(watch, "review", case.review(1, "P", 1, False), on=f"{year}-01-05")
    assert [s.rule for s in first] == [case.once] * bool(case.once)
    receive(watch, "review", case.review(2, "P", 2, None), on=f"{year}-01-12")
    assert {s.action for s in watch.open} >= {"exclude"}
    receive(watch, "review", {"id": 2, case.passed[-1]: False}, on=f"{year}-01-15")
    excluded = Status("project/P", year, "exclude", case.twice, "stands", date(year, 1, 15))
    assert watch.statuses == (excluded,)
    assert watch.open == ()
    ended = receive(watch, "review", {"id": 2, case.passed[-1]: True}, on=f"{year}-02-01")
    assert ended == (replace(excluded, state="ended", since=date(year, 2, 1)),)
    assert watch.statuses == ()


def test_a_row_that_is_withdrawn_never_came(case):
    watch = begun(case, "P")
    for number in (1, 2):
        receive(watch, "review", case.review(number, "P", number, False), on=f"{case.period}-03-01")
    before = watch.statuses
    receive(watch, "review", case.review(3, "P", 3, False), on=f"{case.period}-03-02")
    assert withdraw(watch, "review", 3, on=f"{case.period}-03-03") == ()
    assert watch.statuses == before
    changed = withdraw(watch, "review", "1", on=f"{case.period}-03-04")
    assert ("exclude", "ended") in {(s.action, s.state) for s in changed}


def test_a_review_that_moves_to_another_project_moves_the_status(case):
    watch = begun(case, "P", "Q")
    receive(watch, "review", case.review(1, "P", 1, False), on=f"{case.period}-03-01")
    receive(watch, "review", case.review(2, "P", 2, False), on=f"{case.period}-03-01")
    receive(watch, "review", case.review(3, "Q", 1, False), on=f"{case.period}-03-01")
    moved = receive(watch, "review", {"id": 2, "project": "Q", "round": 2}, on=f"{case.period}-03-02")
    assert {(s.subject, s.state) for s in moved if s.action == "exclude"} == {("project/P", "ended"), ("project/Q", "stands")}


def test_what_comes_late_for_one_that_moved_looks_at_whom_it_left_as_they_were(cases):
    """P leaves D on the first day; when more is told of that day, what Q in D had only later does not count yet."""
    case = cases["manual"]
    rows = {"department": [{"id": "D"}, {"id": "E"}], "project": [{"id": p, "department": "D", **case.project} for p in "PQ"], "review": []}
    watch = perfrules.watch(case.program, case.program.facts(rows, period=case.period), period=case.period)
    receive(watch, "project", {"id": "P", "department": "E"}, on="2024-01-01")
    for number, day in ((1, 1), (2, 2)):
        receive(watch, "review", case.review(number, "Q", number, False), on=f"2024-01-0{day}")
    receive(watch, "review", case.review(3, "P", 1, True), on="2024-01-01")
    assert [(s.subject, s.since) for s in watch.statuses] == [("project/Q", date(2024, 1, 2))]


FAILED = st.sampled_from([True, False, False, False, None])
DAY = st.integers(0, 20)
WHAT = st.one_of(
    st.tuples(st.just("review"), DAY, st.integers(1, 8), st.sampled_from("PPPQQRS"), FAILED, st.integers(0, 9)),
    st.tuples(st.just("review"), DAY, st.integers(1, 8), st.sampled_from("PPPQQRS"), FAILED, st.integers(0, 9)),
    st.tuples(st.just("passed"), DAY, st.integers(1, 8), FAILED),
    st.tuples(st.just("project"), DAY, st.sampled_from("PQRS"), st.sampled_from("DDE"), st.sampled_from([50, 100, None])),
    st.tuples(st.just("correction"), st.integers(0, 20), FAILED),
    st.tuples(st.just("withdrawal"), st.integers(0, 20)),
)  # fmt: skip


class Told(NamedTuple):
    """An event as it was told: on which day, the kind and id that it is about, and the facts."""

    day: int
    id: str
    kind: str
    key: str
    facts: dict


def told(case: Case, what: tuple, number: int) -> Told:
    day, key, id_ = what[1], str(what[2]), f"event {number}"
    match what[0]:
        case "review":
            facts = case.review(key, what[3], 1 if what[5] == 0 else int(key), what[4])
            return Told(day, id_, "review", key, {name: value for name, value in facts.items() if name != "id"})
        case "passed":
            return Told(day, id_, "review", key, {case.passed[-1]: what[3]})
    amount = next(name for name in case.project if name.endswith("budget"))
    return Told(day, id_, "project", key, {**case.project, "department": what[3], amount: what[4]})


def folded(known: dict, events: list[Told], until: int) -> dict:
    """What is known by the end of a day, by the order of days, and of telling within one."""
    found = {kind: dict(rows) for kind, rows in known.items()}
    for one in sorted(events, key=lambda e: (e.day, int(e.id.split()[1]))):
        if one.day <= until:
            found[one.kind][one.key] = {"id": one.key, **found[one.kind].get(one.key, {}), **one.facts}
    return found


@pytest.mark.parametrize("which", ["luojiang", "manual"])
@given(whats=st.lists(WHAT, min_size=8, max_size=20))
def test_after_each_event_the_statuses_are_those_of_a_run(cases, which, whats):
    """Also of what comes late, is corrected or withdrawn: as if everything had been told in the order of its days."""
    case = cases[which]
    program, year = case.program, case.period
    known = {"department": {d: {"id": d} for d in "DE"}, "review": {},
             "project": {p: {"id": p, "department": "D", **case.project} for p in "PQR"}}  # fmt: skip

    def run(rows: dict) -> Facts:
        return program.facts({kind: list(own.values()) for kind, own in rows.items()}, period=year)

    watch = perfrules.watch(program, run(known), period=year)
    events: list[Told] = []
    for number, what in enumerate(whats):
        before, after, now = watched(watch), list(events), watch.now.timetuple().tm_yday - 1
        if what[0] in ("correction", "withdrawal"):
            about = next((e for e in events if e.id == f"event {what[1]}" and e.kind == "review"), None)
            if about is None:
                continue
            after.remove(about)
            if what[0] == "correction":
                after.append(about._replace(facts={**about.facts, case.passed[-1]: what[2]}))
            tell = partial(watch.correct, about.id, after[-1].facts) if what[0] == "correction" else partial(watch.withdraw, about.id)
            tell, day = partial(tell, watch.now, f"change {number}"), now
        else:
            one = told(case, what, number)
            after.append(one)
            day = max(now, one.day)
            tell = partial(watch.event, one.key, None, one.kind, one.facts, date(year, 1, 1 + one.day), one.id)
        try:
            expected = [batch(program.compiled, run(folded(known, after, until)), year) for until in sorted({day, *(e.day for e in after)})][-1]
        except perfrules.Refused:
            expected = None
        try:
            changed = tell()
        except perfrules.Refused:
            event("refused")
            assert expected is None
            assert watched(watch) == before
        else:
            event(f"{'late' if what[0] not in ('correction', 'withdrawal') and what[1] < now else 'in order'}, {what[0]}")
            events = after
            assert expected is not None
            assert watched(watch) == sorted(expected)
            assert {key[:4] for key in differences(before, expected)} <= {tuple(said((s,))[0][:4]) for s in changed}
            event("changed" if changed else "nothing changed")
    outcome = program.run(run(folded(known, events, 99)), period=year)
    assert said(watch.statuses) == [(m.subject, m.period, m.action, m.rule, "stands") for m in outcome.statuses]
    assert program.run(watch.facts, period=year).json() == outcome.json()
    again = perfrules.watch(program, run(known), period=year)
    for one in sorted(events, key=lambda e: (e.day, int(e.id.split()[1]))):
        try:
            again.event(one.key, None, one.kind, one.facts, date(year, 1, 1 + one.day), one.id)
        except perfrules.Refused as refused:
            if not {problem.code for problem in refused.problems} <= {"PR619", "PR620", "PR627"}:  # two in one place, or none said
                raise
            event("told in order, a day contradicts itself, or lacks something, until more of it is told")
            return
    again.advance(watch.now)
    assert (again.statuses, again.open) == (watch.statuses, watch.open)  # since the same days, too
    event("statuses stand at the end" if watch.statuses else "none stands at the end")
    event("some are open at the end" if watch.open else "none is open at the end")


def differences(before: list[tuple], after: list[tuple]) -> list[tuple]:
    """The statuses that are in another state than before, those that are gone as ended."""
    was, now = ({s[:4]: s[4] for s in statuses} for statuses in (before, after))
    return [(*key, now.get(key, "ended")) for key in was.keys() | now.keys() if was.get(key) != now.get(key)]


def merged(register: Register, kind: str, row: dict, period: int):
    facts = {name: value for name, value in row.items() if name not in ("id", "period")}
    return register.merged(register.read(kind, row["id"], row.get("period", period), facts))


def test_a_family_is_who_belongs_together_now(cases):
    """So that an event costs what its family does, not all that ever had to do with it."""
    register = Register(Facts(cases["manual"].program.vocabulary, {}, frozenset()))
    rows = [("department", {"id": "D"}), ("department", {"id": "E"}), ("project", {"id": "P", "department": "D"}),
            ("project", {"id": "Q", "department": "E"}), ("review", {"id": 1, "project": "P", "round": 1})]  # fmt: skip
    for kind, row in rows:
        register.put(merged(register, kind, row, 2024))
    assert register.family(("review", "1")) == {("department", "D"), ("project", "P"), ("review", "1")}
    undo = register.put(merged(register, "review", {"id": 1, "project": "Q"}, 2024))
    assert register.family(("department", "D")) == {("department", "D"), ("project", "P")}
    assert register.family(("department", "E")) == {("department", "E"), ("project", "Q"), ("review", "1")}
    register.put(merged(register, "project", {"id": "P", "department": "E", "period": 2023}, 2024))
    assert ("review", "1") in register.family(("department", "D"))  # in one year or another
    register.put(undo)
    assert register.parent(("review", "1"), 2024) == "P"


# on generated policies: cohorts, years, histories, gates of what a subject belongs to, approvals


@st.composite
def giving_statuses(draw) -> list[str]:
    """A policy on units and one on their items, whose rules give statuses; some bar others, some wait for approval."""
    action = st.sampled_from(["veto:", "stop:", "suspend:", "merge: {in_year: +1}", "deduct: {from: x, amount: 1元}"])
    above = draw(heads())
    for number in range(draw(st.integers(1, 3))):
        above += draw(rules(number, action))
    if draw(st.integers(0, 2)) == 0:
        above += ["approvals:", "  - {of: [suspend], when: a > 0, by: council, because: made}"]
    below = ["policy: below", "district: test", "facts: generated", "subject: item", "parameters: {s: 85%, p: 850元}", "names:", "  unit.e: a - b", "rules:"]
    for number in range(draw(st.integers(1, 2))):
        below += [f"  - rule: r{number}", f"    when: {quoted(draw(expression('flag', 1, 'item')))}", "    then: [veto, merge]", "    because: made"]
    return ["\n".join([*text, ""]) for text in (above, below)]


@given(giving_statuses(), facts(), st.data())
def test_on_generated_policies_events_end_as_the_run_does(texts, rows, data):
    """On the day of the program, as what looks at `as_of` is not the same on another."""
    example = Example(tuple(texts), rows)
    program = example.program
    if program is None or not any(c.clause.action.effect == "status" for c in program.claims):
        event("nothing to watch")
        return
    order = data.draw(st.permutations([(kind, row) for kind, own in rows.items() for row in own]))
    known: dict[str, dict[tuple, dict]] = {kind: {} for kind in rows}
    for kind, row in sorted(order[:-4], key=lambda pair: list(rows).index(pair[0])):  # what is known beforehand
        if is_placed(kind, row, known):
            known[kind][row["period"], row["id"]] = row
    late = [(kind, row) for kind, row in order if (row["period"], row["id"]) not in known[kind]]
    late += [("unit", {"id": r["id"], "period": r["period"], "c": data.draw(SOME), "f": data.draw(FLAG)}) for r in rows["unit"][:1]]

    def of_known() -> Facts:
        placed = {kind: [(kind, row) for row in own.values()] for kind, own in known.items()}
        return build(example.facts.vocabulary, placed, Findings())

    watch = Watch(program, of_known(), PERIOD, date(2022, 12, 28), 31, None)
    event(f"looks at all: {watch._history._judges.looks_at_all}")
    while late:
        kind, row = late.pop(0)
        if not is_placed(kind, row, known):
            assert {code for code, _ in refusal(lambda kind=kind, row=row: receive(watch, kind, row, on="2022-12-31"))} == {"PR621"}
            late.append((kind, row))  # once that is there to which it belongs
            continue
        receive(watch, kind, row, on="2022-12-31")
        key = row["period"], row["id"]
        known[kind][key] = {**known[kind].get(key, {}), **row}
        assert watched(watch) == sorted(batch(program, of_known(), PERIOD))
    if watch.statuses:
        event("statuses stand at the end")


def is_placed(kind: str, row: dict, known: dict[str, dict[tuple, dict]]) -> bool:
    """Whether that is there to which a row belongs."""
    above = {"item": "unit", "step": "item"}.get(kind)
    return above is None or (row["period"], row[above]) in known[above]


# what is refused, and what goes wrong


def test_what_is_refused_has_changed_nothing(cases):
    case = cases["manual"]
    watch = begun(case, "P")
    receive(watch, "review", case.review(1, "P", 1, False), on="2024-01-05")
    before = case.program.run(watch.facts).json()
    bad = [
        ("review", case.review(2, "X", 2, False), "PR621"),
        ("review", case.review(2, "P", 1, False), "PR619"),
        ("review", {"id": 2, "project": "P", "passed": False}, "PR627"),
        ("review", {"id": 2, "project": None, "round": 2}, "PR620"),
        ("review", {**case.review(2, "P", 2, False), "passed": "perhaps"}, "PR602"),
        ("review", {**case.review(2, "P", 2, False), "pased": True}, "PR601"),
        ("department", {"id": "D", "": True}, "PR601"),
        ("review", {"project": "P", "round": 2}, "PR602"),
        ("review", {"id": 2, "project": "P", "项目": "P", "round": 2}, None),
        ("reviews", case.review(2, "P", 2, False), "PR616"),
        ("review", 5, "PR756"),
        (["review"], {"id": 2}, "PR602"),
    ]
    for kind, row, code in bad:
        found = refusal(lambda kind=kind, row=row: receive(watch, kind, row, on="2024-01-06"))
        assert code is None or code in {c for c, _ in found}, (row, found)
    assert refusal(lambda: watch.withdraw("never told", "2024-01-06", "w")) == [("PR749", "never told")]
    assert refusal(lambda: watch.event("N", None, "department", {}, "2024-01-06", "n", new="no")) == [("PR602", "new")]
    assert case.program.run(watch.facts).json() == before
    assert watched(watch) == []
    receive(watch, "review", case.review(2, "P", 2, False), on="2024-01-07")
    assert [s.action for s in watch.statuses] == ["exclude"]


def test_a_parent_that_is_not_there_is_told_from_those_that_are(cases):
    watch = begun(cases["manual"], "P17")
    with pytest.raises(perfrules.Refused, match="did you mean `P17`"):
        receive(watch, "review", cases["manual"].review(1, "P71", 1, False), on="2024-01-05")


def test_days_are_checked(cases):
    watch = begun(cases["manual"], "P")
    row = cases["manual"].review(1, "P", 1, True)
    tell = partial(watch.event, 1, None, "review", {name: value for name, value in row.items() if name != "id"})
    assert refusal(lambda: tell("2025-01-01", "a")) == [("PR722", "a")]
    assert refusal(lambda: tell("2023-12-31", "a")) == [("PR746", "a")]
    assert refusal(lambda: tell("2024-02-30", "a")) == [("PR209", "at")]
    watch.advance("2024-03-31")
    assert refusal(lambda: tell("2024-02-28", "a")) == [("PR747", "a")]
    assert refusal(lambda: watch.advance("2024-03-30")) == [("PR750", "to")]
    for ask in (watch.on, watch.letters):
        assert refusal(lambda ask=ask: ask("2024-04-01")) == [("PR766", "on")]
        assert refusal(lambda ask=ask: ask("2023-12-31")) == [("PR746", "on")]
        ask("2024-01-01")
        ask("2024-03-31")
    for wrong in ("nope", ["nope"], None):
        assert refusal(lambda wrong=wrong: watch.because(wrong)) == [("PR208", "because")]
    assert receive(watch, "review", row, on=date(2024, 12, 31)) == ()


def test_what_can_not_be_watched_is_refused(cases):
    program = cases["manual"].program
    assert refusal(lambda: perfrules.watch(program, period="2024")) == [("PR211", "period")]
    assert refusal(lambda: perfrules.watch(5, period=2024)) == [("PR628", "program")]
    assert refusal(lambda: perfrules.watch(program, [], period=2024)) == [("PR628", "facts")]
    for window in (-1, "31", 3_661, True):
        assert refusal(lambda window=window: perfrules.watch(program, period=2024, window=window)) == [("PR211", "window")]
    other = cases["luojiang"].program
    assert refusal(lambda: perfrules.watch(program, other.facts({}, period=2023), period=2023)) == [("PR629", "facts")]
    funds = perfrules.load("luojiang/operating-funds", as_of="2024-01-31")
    assert refusal(lambda: perfrules.watch(funds, period=2022)) == [("PR721", "luojiang/operating-funds")]


def test_from_nothing_the_first_row_of_a_kind_makes_it_known(cases):
    """As of a file that is not loaded, of reviews that never came nothing is known; with the first, others have none."""
    case = cases["manual"]
    watch = perfrules.watch(case.program, period=2024)
    for project, department in (("P", "D"), ("Q", "E")):
        receive(watch, "department", {"id": department}, on="2024-01-01")
        receive(watch, "project", {"id": project, "department": department}, on="2024-01-02")
    assert {s.subject for s in watch.open} == {"project/P", "project/Q"}
    receive(watch, "review", case.review(1, "P", 1, True), on="2024-01-03")
    assert watch.open == ()
    withdraw(watch, "review", 1, on="2024-01-04")
    assert {s.subject for s in watch.open} == {"project/P", "project/Q"}


DECIDED = """
decisions: two sessions
by: the council
on: 2024-06-01
decided:
  - {subject: department/A, period: 2024, rule: p/slow, approve: yes, because: as proposed, on: 2024-06-01}
  - {subject: department/B, period: 2024, rule: p/slow, approve: no, because: a flood, on: 2024-09-01}
"""
APPROVED = """
policy: p
facts: town
subject: department
rules:
  - {rule: slow, when: paid < 60% * budget, then: suspend, because: less than 60% was spent}
approvals:
  - {of: [suspend], by: the council, because: article 7}
"""


def test_a_decision_counts_from_the_day_on_which_it_was_made(tmp_path):
    kinds = "{department: {facts: {budget: {is: money}, paid: {is: money}}}}"
    (tmp_path / "facts.yaml").write_text(f"facts: town\nextends: budget\nkinds: {kinds}\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(APPROVED, encoding="utf-8")
    (tmp_path / "decisions.yaml").write_text(DECIDED, encoding="utf-8")
    paths, rows = [tmp_path / "policy.yaml", tmp_path / "decisions.yaml"], [{"id": "A", "budget": 100, "paid": 50}, {"id": "B", "budget": 100, "paid": 50}]
    loaded = perfrules.load(paths, as_of="2024-12-31")
    watch = perfrules.watch(loaded, loaded.facts({"department": rows}, period=2024), period=2024)
    told = [(one.subject, one.state, str(one.since)) for one in watch.advance("2024-12-31")]
    assert told == [("department/A", "stands", "2024-06-01"), ("department/B", "ended", "2024-09-01")]
    for day in ("2024-03-05", "2024-05-31", "2024-06-01", "2024-08-31", "2024-09-01", "2024-12-31"):
        of_day = perfrules.load(paths, as_of=day)
        assert sorted(said(watch.on(day))) == sorted(batch(of_day.compiled, of_day.facts({"department": rows}, period=2024), 2024))


def test_where_the_engine_fails_the_event_is_as_if_it_had_not_come(cases, monkeypatch):
    case = cases["manual"]
    watch = begun(case, "P", "Q")
    for number in (1, 2):
        receive(watch, "review", case.review(number, "P", number, False), on="2024-01-05")
        receive(watch, "review", case.review(number + 2, "Q", number, number == 1), on="2024-01-05")
    before = watch.statuses
    with monkeypatch.context() as broken:
        broken.setattr(durable._Ruleset, "_following", lambda self, state: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            receive(watch, "review", {"id": 3, "passed": False}, on="2024-01-06")
    assert watch.statuses == before
    assert [s.subject for s in receive(watch, "review", {"id": 3, "passed": False}, on="2024-01-07")] == ["project/Q"]
    assert [s.subject for s in watch.statuses] == ["project/P", "project/Q"]


def test_threads_wait_for_each_other(cases):
    case = cases["luojiang"]
    names = [f"P{n:02}" for n in range(24)]
    watch = begun(case, *names)
    failures: list[BaseException] = []

    def work(own: list[str]) -> None:
        try:
            for number in (1, 2):
                for name in own:
                    receive(watch, "review", case.review(f"{name}-{number}", name, number, False), on="2023-05-05")
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=work, args=(names[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [(s.subject, s.action) for s in watch.statuses] == [(f"project/{name}", "exclude") for name in names]


DATED = [  # whatever looks at the day: alone, in other rows, other years, in a scope, in names and tables
    "as_of > due", "as_of > due + 10 working days", "as_of > due + 7 days", "days(due, as_of) > 7 days", "months(due, as_of) >= 1 months",
    "as_of >= 2024-02-20 and paid > 0元", "month(as_of) = 3", "end_of_year(as_of) > due + 300 days", "as_of is known and due is known",
    "(if as_of > due then 2元 else 1元) * 100 > paid", "count(over tasks where as_of > done_by) > 1", "max(done_by over tasks) < as_of",
    "average(paid over departments where as_of > due) < 200元", "rank(paid over departments where as_of > due) = 1", "prior(age) > 300 days", "level = old",
    "sum(paid over years where as_of > due) > 150元",
]  # fmt: skip
OF_THE_DAY = """facts: town
calendar:
  - {from: 2023-01-01, to: 2025-12-31, holidays: [2024-02-10 to 2024-02-17], workdays: [2024-02-04, 2024-02-18]}
kinds:
  department: {many: departments, facts: {due: {is: date}, paid: {is: money}}}
  task: {many: tasks, belongs_to: department, facts: {done_by: {is: date}}}
"""


@pytest.mark.parametrize("condition", DATED)
@pytest.mark.parametrize("scope", ["", "scope: as_of > 2024-01-20\n"])
def test_what_looks_at_the_day_is_said_on_each_day_as_a_run_of_it_says(condition, scope, tmp_path):
    table = "tables: {level: {inputs: ['days(due, as_of)'], rows: [[below 20 days, new], [at least 20 days, old]]}}\n"
    rules = f"rules:\n  - {{rule: a, when: '{condition}', then: suspend, because: x}}\n"
    (tmp_path / "facts.yaml").write_text(OF_THE_DAY, encoding="utf-8")
    paths = [tmp_path / "p.yaml", tmp_path / "q.yaml"]
    paths[0].write_text(f"policy: p\nfacts: town\nsubject: department\nnames: {{age: 'days(due, as_of)'}}\n{table}{scope}{rules}", encoding="utf-8")
    below = "rules:\n  - {rule: b, when: 'as_of > done_by or department.age > 30 days', then: suspend, because: x}\n"
    paths[1].write_text(f"policy: q\nfacts: town\nsubject: task\nnames: {{department.age: 'days(due, as_of)'}}\n{scope}{below}", encoding="utf-8")
    loaded = perfrules.load(paths, as_of="2024-03-31")
    rows = {
        "department": [{"id": "A", "period": 2023, "due": "2023-03-01", "paid": 100}, {"id": "A", "due": "2024-02-05", "paid": 100},
                       {"id": "B", "due": "2024-02-25", "paid": 200}, {"id": "C", "due": None, "paid": 150}],
        "task": [{"id": "1", "department": "A", "done_by": "2024-01-31"}, {"id": "2", "department": "A", "done_by": "2024-02-28"}, {"id": "3", "department": "B", "done_by": None}],
    }  # fmt: skip
    watch = perfrules.watch(loaded, loaded.facts(rows, period=2024), period=2024, since="2024-01-01")
    watch.advance("2024-03-31")
    seen = set()
    for day in [f"2024-01-{n:02}" for n in (1, 19, 20, 21, 31)] + [f"2024-02-{n:02}" for n in range(1, 30)] + [f"2024-03-{n:02}" for n in (1, 6, 7, 31)]:
        of_day = perfrules.load(paths, as_of=day)
        found = sorted(said(watch.on(day)))
        assert found == sorted(batch(of_day.compiled, of_day.facts(rows, period=2024), 2024)), day
        seen.add(tuple(found))
    assert len(seen) > 1
