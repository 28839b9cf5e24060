"""The journal: what was answered is never lost, whenever a process dies, and what was changed is refused."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import sys
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfrules
from perfrules.events.watch import Watch
from test_letters_due import FACTS, POLICY, program, refusal, tell


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> perfrules.Program:
    return program(tmp_path_factory.mktemp("policy"), POLICY + "  - ladder: other\n    again: add\n    because: made\n    steps: [{send: summon, when: rank > 3, within: 3 days}]\n")


def opened(made: perfrules.Program, journal: Path | None, **other) -> Watch:
    rows = {"bureau": [{"id": "B"}], "department": [{"id": one, "bureau": "B", "late": False, "deaf": False, "corrected": False} for one in "ACD"]}
    return perfrules.watch(made, made.facts(rows, period=2023), period=2023, journal=journal, **other)


MESSAGES = [
    {"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {"late": True}},
    {"id": "e2", "at": "2023-02-03", "kind": "department", "subject": "C", "facts": {"deaf": True, "rank": 2}},
    {"id": "e3", "at": "2023-02-02", "kind": "department", "subject": "D", "facts": {"late": True}},
    {"to": "2023-02-20"},
    {"id": "e4", "at": "2023-02-12", "replies": "department/D", "ladder": "letters/follow-up"},
    {"id": "e5", "at": "2023-02-21", "corrects": "e2", "facts": {"deaf": False, "rank": 4}},
    {"id": "e6", "at": "2023-02-21", "withdraws": "e1"},
    {"id": "e7", "at": "2023-02-22", "kind": "department", "subject": "A", "facts": {"corrected": None}},
]


def state(watch: Watch) -> tuple:
    return watch.statuses, watch.open, watch.letters(), watch.facts.rows(), watch.now, watch.told


def test_a_watch_that_is_begun_again_is_where_it_was(made, tmp_path):
    for number in range(len(MESSAGES) + 1):
        path = tmp_path / f"{number}.journal"
        watch = opened(made, path)
        for message in MESSAGES[:number]:
            watch.take(message)
        before = state(watch)
        watch.end()
        again = opened(made, path)
        assert state(again) == before
        for message in MESSAGES[number:]:
            again.take(message)
        whole = opened(made, None)
        for message in MESSAGES:
            whole.take(message)
        assert state(again) == state(whole)


DAYS = st.integers(0, 40)
CHANGES = st.lists(st.tuples(DAYS, st.sampled_from("ACD"), st.sampled_from(["late", "deaf", "corrected"]), st.sampled_from([True, False, None])), max_size=12)


@given(CHANGES, st.integers(0, 12))
def test_any_watch_that_is_begun_again_is_where_it_was(made, tmp_path_factory, changes, cut):
    path = tmp_path_factory.mktemp("journal") / "j"
    watch = opened(made, path)
    for number, (day, subject, fact, value) in enumerate(changes):
        at = f"2023-0{1 + day // 28}-{1 + day % 28:02}"
        with suppress(perfrules.Refused):  # too late
            tell(watch, {fact: value}, at, f"e{number}", subject)
        if number == cut:
            watch.end()
            watch = opened(made, path)
    before = state(watch)
    watch.end()
    assert state(opened(made, path)) == before


def child(made: perfrules.Program, path: Path, dies_at: int, answered: int) -> None:
    """Take everything in, and be killed at some statement to the database; ids go through a pipe once answered."""
    watch = opened(made, path)
    seen = 0

    def trace(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    watch._journal._db.set_trace_callback(trace)
    for message in MESSAGES:
        watch.take(message)
        os.write(answered, f"{json.dumps(message)}\n".encode())


KILLS = int(os.environ.get("PERFRULES_KILLS", "20"))  # spread over the forty statements of these messages


@pytest.mark.parametrize("dies_at", [1 + n * 41 // KILLS % 41 for n in range(KILLS)])
def test_killed_at_any_moment_it_has_what_was_answered(made, tmp_path, dies_at):
    path = tmp_path / "journal"
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:  # pragma: no cover - the child
        try:
            child(made, path, dies_at, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        answered = [json.loads(line) for line in stream]
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status) == (len(answered) < len(MESSAGES))
    again = opened(made, path)
    assert again.told in (len(answered), len(answered) + 1)  # what was on the disk when the answer was not yet out
    fresh = opened(made, None)
    for message in MESSAGES[: again.told]:
        fresh.take(message)
    assert state(again) == state(fresh)
    for message in MESSAGES[again.told :]:
        again.take(message)
    assert again.told == len(MESSAGES)


MEASURES = {  # a fact, and the least that it can have, as it is written
    "{is: money, in: 亿元}": "0.0000000001", "{is: money, in: 万元}": "0.000001", "{is: money}": "0.01", "{is: ratio, places: 8}": "0.00000001",
    "{is: ratio, places: 20}": "0.00000000000000000001", "{is: number, places: 12}": "0.000000000001",
    "{is: number, rounded: half-up, places: 12}": "0.000000000001", "{is: count}": "1", "{is: flag}": "yes", "{is: date}": "0001-01-01", "{is: text}": "5E-7",
}  # fmt: skip


@pytest.mark.parametrize("fact", MEASURES)
def test_what_was_taken_in_is_read_again_however_small(tmp_path, fact):
    one = program(tmp_path, facts=FACTS + f"      m: {fact}\n")
    rows = {"bureau": [{"id": "B"}], "department": [{"id": "A", "bureau": "B"}]}
    path, numeric = tmp_path / "journal", fact.split()[1].strip(",}") in ("money", "ratio", "number")
    for value in [MEASURES[fact], *([Decimal(f"-{MEASURES[fact]}"), 100_000, Decimal("1E+4")] if numeric else [])]:
        watch = perfrules.watch(one, one.facts(rows, period=2023), period=2023, journal=path)
        watch.event("A", None, "department", {"m": value}, "2023-02-01", f"e{value}")
        before = state(watch)
        watch.end()
        again = perfrules.watch(one, one.facts(rows, period=2023), period=2023, journal=path)
        assert state(again) == before
        again.end()


# what was changed, and what is another's


CHANGED = {
    "a fact": ("update entry set content = replace(content, 'true', 'false') where number = 1", "1"),
    "a day": ("update entry set content = replace(content, '02-03', '02-04') where number = 2", "2"),
    "one that is gone": ("delete from entry where number = 3", "3"),
    "the end cut off": ("delete from entry where number > 6", "7"),
    "all cut off": ("delete from entry", "1"),
    "two exchanged": ("update entry set number = case number when 2 then 103 when 3 then 102 else number end; update entry set number = number - 100 where number > 100", "2"),
    "one more": ("insert into entry select 9, 'x', content, digest from entry where number = 8", "9"),
    "an id": ("update entry set id = 'e99' where number = 1", "1"),
    "ids exchanged": ("update entry set id = 'x' where id = 'e1'; update entry set id = 'e1' where id = 'e2'; update entry set id = 'e2' where id = 'x'", "1"),
    "a content that is no text": ("update entry set content = x'00ff' where number = 2", "2"),
    "a content that is nothing": ("update entry set content = '' where number = 2", "2"),
    "a content whose bytes are no text": ("update entry set content = cast(x'7bff' as text) where number = 2", "2"),
    "a digest that is none": ("update entry set digest = 'x' where number = 2", "2"),
    "all cut off, and the end": ("delete from entry; delete from watch where name = 'last'", "0"),
    "a calendar that is none": ("update watch set value = x'ff' where name = 'calendar'", "0"),
    "a calendar that is another": ("update watch set value = replace(value, '738801', '738802') where name = 'calendar'", "0"),
    "a calendar that is gone": ("delete from watch where name = 'calendar'", "0"),
    "decisions that are gone": ("delete from watch where name = 'decisions'", "0"),
    "the end forgotten": ("update watch set value = '8 00 ' || substr(value, -64) where name = 'last'", "9"),
    "an end that is none": ("update watch set value = 'x' where name = 'last'", "0"),
    "decisions that are none": ("update watch set value = '[1]' where name = 'decisions'", "0"),
    "decisions of no day": ("update watch set value = '[[]]' where name = 'decisions'", "0"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_journal_that_was_changed_is_refused_with_the_place(made, tmp_path, what):
    path = tmp_path / "journal"
    watch = opened(made, path)
    for message in MESSAGES:
        watch.take(message)
    watch.end()
    statements, number = CHANGED[what]
    with sqlite3.connect(path) as database:
        database.executescript(statements)
    database.close()
    with pytest.raises(perfrules.Refused, match=f"entry {number} ") as refused:
        opened(made, path)
    assert [(p.code, p.place) for p in refused.value.problems] == [("PR754", str(path))]


@pytest.mark.parametrize(
    ("was", "is_now", "code"),
    [
        (b"integer primary key", b"integer primarx key", "PR754"),  # numbers of entries are none
        (b"CREATE UNIQUE INDEX", b"CREATE \x8aNIQUE INDEX", "PR755"),  # which SQLite quotes
        (b"\r\x00\x00\x00\x08", b"\x00\x00\x00\x00\x08", "PR755"),  # the page of the eight entries
    ],
)
def test_a_journal_of_which_bytes_are_others_is_refused(made, tmp_path, was, is_now, code):
    path = tmp_path / "journal"
    watch = opened(made, path)
    for message in MESSAGES:
        watch.take(message)
    watch.end()
    written = path.read_bytes()
    assert written.count(was) == 1
    path.write_bytes(written.replace(was, is_now))
    assert refusal(lambda: opened(made, path)) == [code]


def test_a_journal_of_another_watch_is_refused(made, tmp_path):
    path = tmp_path / "journal"
    opened(made, path).end()
    for other in ({"since": "2023-01-02"}, {"window": 30}):
        assert refusal(lambda other=other: opened(made, path, **other)) == ["PR753"]
    assert refusal(lambda: perfrules.watch(made, period=2023, journal=path)) == ["PR753"]
    opened(made, path)


MOVED = FACTS.replace("rank:      {is: count}", "rank:      {is: count}\n      paid:      {is: money}")
OTHER_READING = [("{is: money}", "{is: money, in: 万元}"), ("{is: money}", "{is: ratio}"), ("{is: money}", "{is: money, at_least: 0}"), ("2023-10-06]", "2023-10-06, 2023-02-10]"),
                 ("from: 2023-01-01, to", "from: 2023-01-09, to")]  # fmt: skip


def reopened(folder: Path, facts: str) -> Watch:
    watch = opened(program(folder, facts=facts), folder / "journal")
    watch.advance("2023-03-01")
    watch.end()
    return watch


@pytest.mark.parametrize("change", OTHER_READING)
def test_a_journal_of_facts_that_were_read_otherwise_is_refused(tmp_path, change):
    reopened(tmp_path, MOVED)
    assert change[0] in MOVED
    assert refusal(lambda: reopened(tmp_path, MOVED.replace(*change))) == ["PR753"]
    reopened(tmp_path, MOVED)


def test_a_calendar_may_have_another_year_and_other_days_that_have_not_come(tmp_path):
    reopened(tmp_path, MOVED)
    longer = MOVED.replace("kinds:", "  - {from: 2025-01-01, to: 2025-12-31, holidays: [2025-01-01]}\nkinds:")
    reopened(tmp_path, longer)
    reopened(tmp_path, longer.replace("holidays: [2025-01-01]", "holidays: [2025-01-02]"))
    reopened(tmp_path, MOVED.replace("2023-10-06]", "2023-10-06, 2023-03-02]"))
    assert refusal(lambda: reopened(tmp_path, MOVED.replace("2023-10-06]", "2023-10-06, 2023-03-01]"))) == ["PR753"]


def test_a_reply_stays_where_the_calendar_got_the_days_by_which_its_letter_was_over(tmp_path):
    facts = "facts: short\nextends: core\nkinds: {unit: {facts: {bad: {is: flag}}}}\n"
    rules = "policy: short\nfacts: short\nsubject: unit\nrules: [{rule: bad, when: bad, then: remind, because: bad}]\n"
    rules += "notices: [{ladder: u, steps: [{send: remind, within: 3 working days, if_lapsed: close}]}]\n"

    def begun(vocabulary: str) -> Watch:
        for name, text in (("facts", vocabulary), ("policy", rules)):
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return perfrules.watch(perfrules.load(tmp_path / "policy.yaml", as_of="2027-03-31"), since="2026-12-01", period=2026, journal=tmp_path / "journal")

    watch = begun(facts)
    watch.take({"id": "1", "at": "2026-12-30", "kind": "unit", "subject": "B", "new": True, "facts": {"bad": True}})
    watch.take({"id": "2", "at": "2027-01-20", "replies": "unit/B", "ladder": "short/u"})
    assert [letter.state for letter in watch.letters()] == ["met"]
    watch.end()
    watch = begun(facts.replace("kinds:", "calendar:\n  - {from: 2027-01-01, to: 2027-12-31, holidays: [2027-01-01]}\nkinds:"))
    assert [(letter.state, str(letter.ended)) for letter in watch.letters()] == [("closed", "2027-01-06")]  # three working days: 31 December, 4 and 5 January
    assert refusal(lambda: watch.take({"id": "3", "at": "2027-01-21", "replies": "unit/B", "ladder": "short/u"})) == ["PR751"]
    watch.end()


APPROVED = POLICY.replace("notices:", "  - {rule: barred, when: late, then: suspend, because: late}\napprovals:\n  - {of: [suspend], by: us, because: article 7}\nnotices:")
DECIDED = "decisions: {at}\nby: us\non: {at}\ndecided:\n  - {{subject: department/A, period: 2023, rule: letters/barred, approve: {yes}, because: as proposed}}\n"


def test_what_is_decided_later_may_be_added_and_what_was_decided_before_stays(tmp_path):
    def decided(*given: tuple[str, str]) -> perfrules.Program:
        program(tmp_path, APPROVED)
        for number, (at, yes) in enumerate(given):
            (tmp_path / f"decisions{number}.yaml").write_text(DECIDED.format(at=at, yes=yes).replace("/A", "/AC"[0:1] + "AC"[number]), encoding="utf-8")
        paths = [tmp_path / "policy.yaml", *(tmp_path / f"decisions{number}.yaml" for number in range(len(given)))]
        return perfrules.load(paths, as_of="2023-12-31")

    def again(*given: tuple[str, str]) -> Watch:
        watch = opened(decided(*given), tmp_path / "journal")
        watch.advance("2023-03-01")
        watch.end()
        return watch

    again()
    again(("2023-03-02", "yes"))  # the day to which time has passed is the day before
    again(("2023-03-02", "no"))
    assert refusal(lambda: again(("2023-03-02", "no"), ("2023-03-01", "yes"))) == ["PR753"]
    watch = opened(decided(("2023-03-02", "no")), tmp_path / "journal")
    watch.advance("2023-03-02")
    watch.end()
    assert refusal(lambda: opened(decided(("2023-03-02", "yes")), tmp_path / "journal")) == ["PR753"]


def test_a_copy_of_the_file_alone_has_everything_that_was_answered(made, tmp_path):
    watch = opened(made, tmp_path / "journal")
    for number, message in enumerate(MESSAGES, 1):
        watch.take(message)
        (tmp_path / "copy").write_bytes((tmp_path / "journal").read_bytes())
        copied = opened(made, tmp_path / "copy")
        assert (copied.told, state(copied)) == (number, state(watch))
        copied.end()


DATED = POLICY.replace("rules:", "parameters:\n  time: [{from: 2023-01-01, value: 5 days}, {from: 2023-06-01, value: 3 days}]\n  least: [{from: 2023-01-01, value: 1}, {from: 2023-02-01, value: 2}]\nrules:").replace("10 working days", "time").replace("when: late,", "when: late and rank > least,")


@pytest.mark.parametrize("change", [("value: 5 days", "value: 6 days"), ("value: 1}", "value: 0}"), ("15 days", "16 days"), ("met: corrected", "met: not corrected"), ("1 month", "30 days")])
def test_a_journal_of_other_policies_is_refused_also_where_only_another_day_differs(tmp_path, change):
    journal = tmp_path / "journal"
    opened(program(tmp_path, DATED), journal).end()
    opened(program(tmp_path, DATED), journal).end()
    assert change[0] in DATED
    assert refusal(lambda: opened(program(tmp_path, DATED.replace(*change)), journal)) == ["PR753"]


def test_what_is_no_journal_or_is_another_processs_is_refused(made, tmp_path):
    (tmp_path / "text").write_text("no database at all, but long enough" * 99, encoding="utf-8")
    assert refusal(lambda: opened(made, tmp_path / "text")) == ["PR755"]
    assert refusal(lambda: opened(made, tmp_path)) == ["PR755"]
    assert refusal(lambda: opened(made, tmp_path / "none" / "journal")) == ["PR755"]
    assert refusal(lambda: opened(made, "\0")) == ["PR755"]
    for path in ("", 5, b"journal"):
        assert refusal(lambda path=path: opened(made, path)) == ["PR628"]
    (tmp_path / "cut").write_bytes(b"")
    assert refusal(lambda: opened(made, tmp_path / "cut")) == ["PR755"]
    with sqlite3.connect(tmp_path / "other") as database:
        database.execute("create table accounts (id)")
    database.close()
    before = (tmp_path / "other").read_bytes()
    assert refusal(lambda: opened(made, tmp_path / "other")) == ["PR755"]
    assert (tmp_path / "other").read_bytes() == before
    first = opened(made, tmp_path / "journal")
    assert refusal(lambda: opened(made, tmp_path / "journal")) == ["PR755"]
    first.end()


def test_why_a_journal_is_refused_is_said_in_one_language(made, tmp_path):
    def said(act) -> tuple[str, str]:
        with pytest.raises(perfrules.Refused) as refused:
            act()
        (problem,) = refused.value.problems
        return problem.said("en"), problem.said("zh").replace(str(tmp_path), "")

    first = opened(made, tmp_path / "journal")
    en, zh = said(lambda: opened(made, tmp_path / "journal"))
    assert ("another watch has it open" in en, "另一跟踪正在使用" in zh) == (True, True)
    first.end()
    _, zh = said(lambda: opened(made, tmp_path / "journal", window=30))
    assert "其迟报天数是 31，而不是 30" in zh
    (tmp_path / "cut").write_bytes((tmp_path / "journal").read_bytes()[:4096])
    assert not any(sign.isascii() and sign.isalpha() for sign in said(lambda: opened(made, tmp_path))[1])
    assert "已损坏或被截断" in said(lambda: opened(made, tmp_path / "cut"))[1]


def test_where_the_disk_is_full_it_stops_and_has_what_was_answered(made, tmp_path):
    path = tmp_path / "journal"
    process = os.fork()
    if process == 0:  # pragma: no cover - the child
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            watch = opened(made, path)
            watch.take(MESSAGES[0])
            resource.setrlimit(resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
            with pytest.raises(perfrules.Refused) as refused:
                watch.take(MESSAGES[1])
            assert [p.code for p in refused.value.problems] == ["PR755"]
            assert "磁盘" in refused.value.problems[0].said("zh")
            assert refusal(lambda: watch.take(MESSAGES[2])) == ["PR765"]
            code = 0
        finally:
            sys.stdout.flush()
            os._exit(code)
    assert os.waitpid(process, 0)[1] == 0
    again = opened(made, path)
    assert again.told == 1
    again.take(MESSAGES[1])


# ids, batches, the end


def test_the_same_again_changes_nothing_and_another_with_its_id_is_refused(made):
    watch = opened(made, None)
    assert watch.take(MESSAGES[0]) != ()
    before = state(watch)
    assert watch.take(MESSAGES[0]) == ()
    assert watch.take({**MESSAGES[0], "facts": {"late": "yes"}, "period": "2023"}) == ()  # says the same
    assert refusal(lambda: watch.take({**MESSAGES[0], "at": "2023-02-02"})) == ["PR748"]
    assert refusal(lambda: watch.take({**MESSAGES[0], "facts": {"late": False}})) == ["PR748"]
    assert refusal(lambda: watch.withdraw("e2", "2023-02-02", "w")) == ["PR749"]
    assert state(watch) == before


def test_what_was_withdrawn_stays_so_when_it_comes_again_and_with_another_id_it_counts(made):
    """Who sends events may send each of them twice, and in whatever order."""
    watch = opened(made, None)
    told = watch.take(MESSAGES[0])
    watch.withdraw("e1", "2023-02-01", "w")
    before = state(watch)
    assert watch.take(MESSAGES[0]) == ()
    assert state(watch) == before
    assert len(watch.take({**MESSAGES[0], "id": "e9"})) == len(told) > 0


def test_what_is_corrected_or_withdrawn_must_be_there(made):
    watch = opened(made, None)
    for message in MESSAGES:
        watch.take(message)
    for about in ("e9", "e5", "e1"):  # never told, a correction, withdrawn
        assert refusal(lambda about=about: watch.withdraw(about, "2023-02-22", "w")) == ["PR749"]
    assert refusal(lambda: watch.correct("e4", {"late": True}, "2023-02-22", "w")) == ["PR749"]
    watch.withdraw("e4", "2023-02-22", "w4")
    watch.advance("2023-04-01")
    assert refusal(lambda: watch.withdraw("e3", "2023-04-01", "w3")) == ["PR747"]


def test_a_batch_is_written_at_its_end(made, tmp_path):
    watch = opened(made, tmp_path / "journal")
    written = []
    watch._journal._db.set_trace_callback(lambda text: written.append(text) if text == "commit" else None)
    with watch.batch():
        for message in MESSAGES:
            watch.take(message)
        assert written == []
    assert written == ["commit"]


def test_a_closed_period_takes_nothing_more_and_ends_as_the_run_does(made, tmp_path):
    watch = opened(made, tmp_path / "journal")
    for message in MESSAGES:
        watch.take(message)
    facts = watch.close()
    outcome = made.run(facts, period=2023)
    assert [m.subject for m in outcome.notices] == ["department/C", "department/D"]
    assert refusal(lambda: watch.advance("2023-12-31")) == ["PR758"]
    assert len(watch._history._entries) == 0  # nothing is kept to be changed
    again = opened(made, tmp_path / "journal")
    assert refusal(lambda: again.advance("2023-12-31")) == ["PR758"]
    assert again.letters() == watch.letters()


BAD = [
    ([], "PR756"),
    ({}, "PR756"),
    ({"id": "e1", "at": "2023-02-01"}, "PR756"),
    ({"id": "e1", "kind": "department", "subject": "A", "facts": {}}, "PR756"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": []}, "PR756"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {}, "when": 1}, "PR759"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {"id": "B"}}, "PR759"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {"年度": 2022}}, "PR759"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {"编号": "B"}}, "PR759"),
    ({"id": "e1", "at": "2023-02-01", "kind": "office", "subject": "A", "facts": {}}, "PR616"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "X", "facts": {}}, "PR620"),
    ({"id": "e1", "at": "2023-02-01", "kind": "bureau", "subject": "X", "facts": {}}, "PR752"),
    ({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {}, "period": "this"}, "PR612"),
    ({"id": "e1", "at": "1 February", "kind": "department", "subject": "A", "facts": {}}, "PR209"),
    ({"id": "e1", "at": "2023-02-01", "replies": "department/A", "ladder": "letters/follow-up"}, "PR751"),
    ({"id": "e1", "at": "2023-02-01", "replies": "department/X", "ladder": "letters/follow-up"}, "PR705"),
    ({"id": "e1", "at": "2023-02-01", "replies": "department/A", "ladder": "letters/up"}, "PR208"),
    *(({"id": id_, "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {}}, "PR602") for id_ in ("", " ", "-", None, True, ["e1"], 1.5)),
    *(({"id": "e1", "at": "2023-02-01", "kind": "department", "subject": subject, "facts": {"bureau": "B"}}, "PR602") for subject in ("", None, True, ["x"], {})),
    ({"id": "k\ud800", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {}}, "PR103"),
    ({"id": "e1", "at": "2023-02-01", "withdraws": "\ud800"}, "PR103"),
    ({"id": "e1", "at": "2023-02-01", "withdraws": None}, "PR602"),
    ({"id": "e1", "at": "2023-02-01", "replies": None, "ladder": "letters/follow-up"}, "PR602"),
    *(({"id": "e1", "at": "2023-02-01", "kind": kind, "subject": "A", "facts": {}}, "PR602") for kind in ("", None, ["department"])),
    *(({"id": "e1", "at": "2023-02-01", "replies": "department/A", "ladder": ladder}, "PR602") for ladder in (None, " ", ["letters/follow-up"])),
    *(({"id": "e1", "at": "2023-02-01", "replies": "department/A", "ladder": "letters/follow-up", "ground": ground}, "PR602") for ground in ("", " ", True, ["letters/late-report"])),
    ({"to": "2024-01-01"}, "PR722"),
]


@pytest.mark.parametrize(("message", "code"), BAD)
def test_a_bad_message_is_a_clear_problem_and_the_journal_is_unharmed(made, tmp_path, message, code):
    watch = opened(made, tmp_path / "journal")
    before = state(watch)
    assert code in refusal(lambda: watch.take(message))
    assert state(watch) == before
    assert watch.take(MESSAGES[0]) != ()
