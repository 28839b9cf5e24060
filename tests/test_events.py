"""Events end as the batch run does: after each, the statuses are those of a run over what is known by then."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

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
from perfrules.events import Status, Watch
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
    return case.program.watch(case.program.facts(rows, period=case.period), period=case.period)


def test_a_second_failed_review_excludes_and_its_correction_takes_that_back(case):
    watch = begun(case, "P", "Q")
    year = case.period
    first = watch.receive("review", case.review(1, "P", 1, False), on=f"{year}-01-05")
    assert [s.rule for s in first] == [case.once] * bool(case.once)
    watch.receive("review", case.review(2, "P", 2, None), on=f"{year}-01-12")
    assert {s.action for s in watch.open} >= {"exclude"}
    watch.receive("review", {"id": 2, case.passed[-1]: False}, on=f"{year}-01-15")
    excluded = Status("project/P", year, "exclude", case.twice, "stands", date(year, 1, 15))
    assert watch.statuses == (excluded,)
    assert watch.open == ()
    ended = watch.receive("review", {"id": 2, case.passed[-1]: True}, on=f"{year}-02-01")
    assert ended == (replace(excluded, state="ended", since=date(year, 2, 1)),)
    assert watch.statuses == ()


def test_a_row_that_is_withdrawn_never_came(case):
    watch = begun(case, "P")
    for number in (1, 2):
        watch.receive("review", case.review(number, "P", number, False), on=f"{case.period}-03-01")
    before = watch.statuses
    watch.receive("review", case.review(3, "P", 3, False), on=f"{case.period}-03-02")
    assert watch.withdraw("review", 3, on=f"{case.period}-03-03") == ()
    assert watch.statuses == before
    changed = watch.withdraw("review", "1", on=f"{case.period}-03-04")
    assert ("exclude", "ended") in {(s.action, s.state) for s in changed}


def test_a_review_that_moves_to_another_project_moves_the_status(case):
    watch = begun(case, "P", "Q")
    watch.receive("review", case.review(1, "P", 1, False), on=f"{case.period}-03-01")
    watch.receive("review", case.review(2, "P", 2, False), on=f"{case.period}-03-01")
    watch.receive("review", case.review(3, "Q", 1, False), on=f"{case.period}-03-01")
    moved = watch.receive("review", {"id": 2, "project": "Q", "round": 2}, on=f"{case.period}-03-02")
    assert {(s.subject, s.state) for s in moved if s.action == "exclude"} == {("project/P", "ended"), ("project/Q", "stands")}


FAILED = st.sampled_from([True, False, False, False, None])
REVIEWS = st.tuples(st.just("review"), st.integers(1, 8), st.sampled_from("PPPQQRS"), FAILED, st.integers(0, 9))
ROWS = st.one_of(
    REVIEWS,
    REVIEWS,
    REVIEWS,
    st.tuples(st.just("correction"), st.integers(1, 8), FAILED),
    st.tuples(st.just("withdrawal"), st.integers(1, 8)),
    st.tuples(st.just("project"), st.sampled_from("PQRS"), st.sampled_from("DDE"), st.sampled_from([50, 100, None])),
)  # fmt: skip


def row_of(case: Case, event_: tuple, known: dict) -> tuple[str, str, dict | None]:
    """The kind and id that an event is about, and its row; None where that is withdrawn."""
    what, key, *more = event_
    match what:
        case "withdrawal":
            return "review", str(key), None
        case "correction":
            return "review", str(key), {"id": str(key), case.passed[-1]: more[0]}
        case "project":
            amount = next(name for name in case.project if name.endswith("budget"))
            first = {} if key in known["project"] else case.project
            return "project", key, {**first, "id": key, "department": more[0], amount: more[1]}
    project, passed, chance = more
    return "review", str(key), case.review(str(key), project, 1 if chance == 0 else key, passed)


@pytest.mark.parametrize("which", ["luojiang", "manual"])
@given(events=st.lists(ROWS, min_size=12, max_size=25))
def test_after_each_event_the_statuses_are_those_of_a_run(cases, which, events):
    case = cases[which]
    program, year = case.program, case.period
    known = {"department": {d: {"id": d} for d in "DE"}, "review": {},
             "project": {p: {"id": p, "department": "D", **case.project} for p in "PQR"}}  # fmt: skip

    def run(rows: dict) -> tuple[Facts, list[tuple]]:
        read = program.facts({kind: list(own.values()) for kind, own in rows.items()}, period=year)
        return read, batch(program.compiled, read, year)

    watch = program.watch(run(known)[0], period=year)
    for number, one in enumerate(events):
        kind, key, row = row_of(case, one, known)
        after = {**known, kind: {**known[kind], key: {**known[kind].get(key, {}), **(row or {})}}}
        if row is None:
            del after[kind][key]
        before, day = watched(watch), date(year, 1 + number // 3, 1 + number)
        try:
            expected = run(after)[1] if row is not None or key in known[kind] else None
        except perfrules.Refused:
            expected = None
        try:
            changed = watch.withdraw(kind, key, on=day) if row is None else watch.receive(kind, row, on=day)
        except perfrules.Refused:
            event("refused")
            assert expected is None
            assert watched(watch) == before
        else:
            known = after
            assert watched(watch) == sorted(expected)
            assert sorted(said(changed)) == sorted(differences(before, expected))
            event("changed" if changed else "nothing changed")
    outcome = program.run(run(known)[0], period=year)
    assert said(watch.statuses) == [(m.subject, m.period, m.action, m.rule, "stands") for m in outcome.statuses]
    assert program.run(watch.facts, period=year).json() == outcome.json()
    event("statuses stand at the end" if watch.statuses else "none stands at the end")
    event("some are open at the end" if watch.open else "none is open at the end")


def differences(before: list[tuple], after: list[tuple]) -> list[tuple]:
    """The statuses that are in another state than before, those that are gone as ended."""
    was, now = ({s[:4]: s[4] for s in statuses} for statuses in (before, after))
    return [(*key, now.get(key, "ended")) for key in was.keys() | now.keys() if was.get(key) != now.get(key)]


def test_a_family_is_who_belongs_together_now(cases):
    """So that an event costs what its family does, not all that ever had to do with it."""
    register = Register(Facts(cases["manual"].program.vocabulary, {}, frozenset()))
    rows = [("department", {"id": "D"}), ("department", {"id": "E"}), ("project", {"id": "P", "department": "D"}),
            ("project", {"id": "Q", "department": "E"}), ("review", {"id": 1, "project": "P", "round": 1})]  # fmt: skip
    for kind, row in rows:
        register.put(register.read(kind, row, 2024))
    assert register.family(("review", "1")) == {("department", "D"), ("project", "P"), ("review", "1")}
    undo = register.put(register.read("review", {"id": 1, "project": "Q"}, 2024))
    assert register.family(("department", "D")) == {("department", "D"), ("project", "P")}
    assert register.family(("department", "E")) == {("department", "E"), ("project", "Q"), ("review", "1")}
    register.put(register.read("project", {"id": "P", "department": "E", "period": 2023}, 2024))
    assert ("review", "1") in register.family(("department", "D"))  # in one year or another
    register.put(undo)
    assert register.row(("review", "1"), 2024)["project"] == "P"


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

    watch = Watch(program, of_known(), PERIOD)
    event(f"looks at all: {watch._looks_at_all}")
    while late:
        kind, row = late.pop(0)
        if not is_placed(kind, row, known):
            assert {code for code, _ in refusal(lambda kind=kind, row=row: watch.receive(kind, row, on="2022-05-05"))} == {"PR621"}
            late.append((kind, row))  # once that is there to which it belongs
            continue
        watch.receive(kind, row, on="2022-05-05")
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
    watch.receive("review", case.review(1, "P", 1, False), on="2024-01-05")
    before = case.program.run(watch.facts).json()
    bad = [
        ("review", case.review(2, "X", 2, False), "PR621"),
        ("review", case.review(2, "P", 1, False), "PR619"),
        ("review", {"id": 2, "project": "P", "passed": False}, "PR627"),
        ("review", {"id": 2, "project": None, "round": 2}, "PR620"),
        ("review", {**case.review(2, "P", 2, False), "passed": "perhaps"}, "PR602"),
        ("review", {**case.review(2, "P", 2, False), "pased": True}, "PR601"),
        ("review", {"project": "P", "round": 2}, "PR617"),
        ("review", {"id": 2, "project": "P", "项目": "P", "round": 2}, None),
        ("reviews", case.review(2, "P", 2, False), "PR616"),
        ("review", 5, "PR628"),
        (["review"], {}, "PR616"),
    ]
    for kind, row, code in bad:
        found = refusal(lambda kind=kind, row=row: watch.receive(kind, row, on="2024-01-06"))
        assert code is None or code in {c for c, _ in found}, (row, found)
    assert refusal(lambda: watch.withdraw("review", 2, on="2024-01-06")) == [("PR705", "review/2")]
    with pytest.raises(perfrules.Refused, match="nothing is declared"):
        watch.withdraw("review", 1, on="2024-01-06", period=2023)
    assert refusal(lambda: watch.withdraw("project", "P", on="2024-01-06")) == [("PR621", "review/1")]
    assert case.program.run(watch.facts).json() == before
    assert watched(watch) == []
    watch.receive("review", case.review(2, "P", 2, False), on="2024-01-07")
    assert [s.action for s in watch.statuses] == ["exclude"]


def test_a_parent_that_is_not_there_is_told_from_those_that_are(cases):
    watch = begun(cases["manual"], "P17")
    with pytest.raises(perfrules.Refused, match="did you mean `P17`"):
        watch.receive("review", cases["manual"].review(1, "P71", 1, False), on="2024-01-05")


def test_days_are_checked(cases):
    watch = begun(cases["manual"], "P")
    row = cases["manual"].review(1, "P", 1, True)
    assert refusal(lambda: watch.receive("review", row, on="2025-01-01")) == [("PR722", "on")]
    assert refusal(lambda: watch.receive("review", row, on="2024-02-30")) == [("PR209", "on")]
    assert watch.receive("review", row, on=date(2024, 12, 31)) == ()


def test_what_can_not_be_watched_is_refused(cases):
    program = cases["manual"].program
    assert refusal(lambda: program.watch(period="2024")) == [("PR211", "period")]
    assert refusal(lambda: program.watch([], period=2024)) == [("PR628", "facts")]
    other = cases["luojiang"].program
    assert refusal(lambda: program.watch(other.facts({}, period=2023), period=2023)) == [("PR629", "facts")]
    funds = perfrules.load("luojiang/operating-funds", as_of="2024-01-31")
    assert refusal(lambda: funds.watch(period=2022)) == [("PR721", "luojiang/operating-funds")]


def test_from_nothing_the_first_row_of_a_kind_makes_it_known(cases):
    """As of a file that is not loaded, of reviews that never came nothing is known; with the first, others have none."""
    case = cases["manual"]
    watch = case.program.watch(period=2024)
    for project, department in (("P", "D"), ("Q", "E")):
        watch.receive("department", {"id": department}, on="2024-01-01")
        watch.receive("project", {"id": project, "department": department}, on="2024-01-02")
    assert {s.subject for s in watch.open} == {"project/P", "project/Q"}
    watch.receive("review", case.review(1, "P", 1, True), on="2024-01-03")
    assert watch.open == ()
    watch.withdraw("review", 1, on="2024-01-04")
    assert {s.subject for s in watch.open} == {"project/P", "project/Q"}


def test_an_engine_that_fails_is_begun_anew_and_the_event_is_as_if_it_had_not_come(cases, monkeypatch):
    case = cases["manual"]
    watch = begun(case, "P", "Q")
    for number in (1, 2):
        watch.receive("review", case.review(number, "P", number, False), on="2024-01-05")
        watch.receive("review", case.review(number + 2, "Q", number, number == 1), on="2024-01-05")
    before = watch.statuses
    with monkeypatch.context() as broken:
        broken.setattr(durable._Ruleset, "_turn", lambda self, action: 1 // 0)
        broken.setattr(Watch, "_begun_anew", lambda self, made=Watch._begun_anew: (broken.undo(), made(self))[1])
        with pytest.raises(ZeroDivisionError):
            watch.receive("review", {"id": 3, "passed": False}, on="2024-01-06")
    assert watch.statuses == before
    assert [s.subject for s in watch.receive("review", {"id": 3, "passed": False}, on="2024-01-07")] == ["project/Q"]
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
                    watch.receive("review", case.review(f"{name}-{number}", name, number, False), on="2023-05-05")
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=work, args=(names[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [(s.subject, s.action) for s in watch.statuses] == [(f"project/{name}", "exclude") for name in names]
