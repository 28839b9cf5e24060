"""`perfrules watch`: lines of JSON in, lines of JSON out, and a journal that has what was answered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import process_time

import docx
import pytest

import perfrules
import warm
from perfrules.events.stream import answers as answers_of
from test_letters_due import FACTS, POLICY, begun, program

ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "PYTHONUTF8": "1"}
LATE = {"id": "e1", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {"late": True}}
DEAF = {"id": "e2", "at": "2023-02-01", "kind": "department", "subject": "A", "facts": {"deaf": "yes", "corrected": "no"}}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "bureau.csv").write_text("id\nB\n", encoding="utf-8")
    (tmp_path / "given" / "department.csv").write_text("id,bureau,late,deaf,corrected\nA,B,no,no,no\nC,B,no,no,no\n", encoding="utf-8")
    return tmp_path


def arguments(*more: str) -> list[str]:
    return ["watch", "policy.yaml", "--facts", "given", "--as-of", "2023-12-31", "--period", "2023", *more]


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "perfrules", *arguments(*more)]


def watched(town: Path, lines: list[object], *more: str) -> tuple[int, list[dict], str]:
    """The exit code, the answers, and what is said beside."""
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    done = warm.perfrules(arguments(*more), town, ENVIRONMENT, text.encode())
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_a_letter_is_answered_with_why(town):
    code, (answer,), _ = watched(town, [LATE])
    assert code == 0
    assert answer == {
        "entry": 1, "event": "e1", "at": "2023-02-01", "what": "letter", "subject": "department/A", "recipient": "department/A", "period": 2023,
        "notice": "letters/follow-up", "action": "remind", "step": 1, "grounds": ["letters/late-report"], "sent": "2023-02-01",
        "due": "2023-02-15", "state": "out", "ended": None, "number": 1, "unanswered": None, "within": "10 working days", "because": ["the report was late"],
    }  # fmt: skip


def test_a_bad_line_stops_it_and_what_came_before_stays(town):
    code, answers, said = watched(town, [LATE, "", "{", DEAF], "--journal", "j")
    assert (code, [one["event"] for one in answers]) == (2, ["e1"])
    assert "PR756" in said
    assert "-:3" in said
    code, answers, _ = watched(town, [LATE, DEAF], "--journal", "j", "--lang", "zh")
    assert (code, [one["event"] for one in answers]) == (0, ["e2", "e2"])


BAD = ['{"to": 1e99999999999999999999}', '{"id": "k\\ud800", "at": "2023-02-01", "withdraws": "e"}', '{"to": "2023-02-01", "\\uDC00": 1}', "[1]", "nonsense", '{"id": "a", "id": "b"}', '{"to": NaN}', '{"to": "2023-02-30"}', "\ufeff\x00", json.dumps({**LATE, "id": "b", "facts": {"rank": 1.5}})]


def test_bad_lines_are_answered_and_it_goes_on(town):
    (town / "events.jsonl").write_bytes("\n".join([*BAD, json.dumps(LATE)]).encode() + b"\n\xff\xfe\n" + json.dumps(DEAF).encode())
    code, answers, said = watched(town, [], "--go-on", "--events", "events.jsonl", "--lang", "zh")
    assert (code, said) == (1, "")
    assert [(one.get("line"), one.get("event")) for one in answers] == [*((n, None) for n in range(1, len(BAD) + 1)), (None, "e1"), (len(BAD) + 2, None), (None, "e2"), (None, "e2")]
    problems = [problem for one in answers if "line" in one for problem in one["refused"]]
    assert {p["code"] for p in problems} >= {"PR756", "PR209"}
    assert all(p["place"].startswith("events.jsonl:") and p["message"] and p["help"] for p in problems)


UNREAD = [
    ('{"to":', "it is no JSON from column 7 on"),
    ('{"id": "a" "at"}', "it is no JSON from column 12 on"),
    ('{"to": ' + "9" * 5_000 + "}", "a number in it has too many digits, or is beyond all sizes"),
    ('{"to": 1e99999999999999999999}', "a number in it has too many digits, or is beyond all sizes"),
    ('{"to": ' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deeply"),
    ('{"to": "\\ud800"}', "an escape `\\u…` in it is only half of a sign"),
]


def test_places_and_lists_have_no_english_in_chinese(town):
    _, answers, _ = watched(town, [{**LATE, "subject": "-"}, {**LATE, "id": [1]}, {"x": 1}], "--go-on", "--lang", "zh")
    problems = [problem for one in answers for problem in one["refused"]]
    assert [problem["place"] for problem in problems] == ["-:1, subject", "-:2, id", "-:3, x"]
    assert problems[-1]["help"] == "须有以下之一：`to`、`corrects`、`withdraws`、`replies`、`kind`"


def test_why_a_line_is_not_read_is_said(town):
    _, answers, _ = watched(town, [line for line, _ in UNREAD], "--go-on")
    (town / "events.jsonl").write_bytes(b"\xff\n")
    _, more, _ = watched(town, [], "--go-on", "--events", "events.jsonl")
    assert [(problem["place"], problem["help"]) for one in (*answers, *more) for problem in one["refused"]] == [
        *((f"-:{line}", why) for line, (_, why) in enumerate(UNREAD, 1)),
        ("events.jsonl:1", "it is not UTF-8"),
    ]


def test_long_ids_are_shown_in_short(town):
    long = [{**LATE, "id": "k" * 5_000}, {**DEAF, "id": "k" * 5_000}, {**LATE, "id": "x", "subject": "s" * 5_000, "facts": {"lat": 1}}]
    _, (_, *answers), _ = watched(town, long, "--go-on")
    problems = [problem for one in answers for problem in one["refused"]]
    assert [problem["code"] for problem in problems] == ["PR748", "PR601"]
    assert max(len(text) for problem in problems for text in problem.values()) < 300


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_a_file_without_events_says_nothing(town, content):
    (town / "events.jsonl").write_bytes(content)
    assert watched(town, [], "--events", "events.jsonl") == (0, [], "")


def test_a_new_subject_is_said_to_be_one_by_yes_or_no(town):
    new = {**LATE, "kind": "bureau", "subject": "N", "facts": {}}
    _, answers, _ = watched(town, [{**new, "new": "true"}, {**new, "new": 1}, {**new, "new": None}], "--go-on")
    assert [[(p["code"], p["place"], p["message"]) for p in one["refused"]] for one in answers] == [
        [("PR602", f"-:{line}, new", f"`{value}` for `new` is not yes or no")] for line, value in ((1, "true"), (2, "1"), (3, "None"))
    ]


def test_an_answer_names_its_event_as_the_journal_does(town):
    _, (answer,), _ = watched(town, [{**LATE, "id": 10}], "--journal", "j")
    assert answer["event"] == "10"
    _, answers, _ = watched(town, [{**LATE, "id": " 10 "}], "--journal", "j", "--again-from", "1")
    assert answers == [answer]


def test_a_line_that_comes_in_many_pieces_is_put_together_once(town):
    """What is no file of lines at all may come, too: it must not take longer and longer."""
    line = json.dumps({**LATE, "facts": {"late": True} | {f"f{n}": " " * 90_000 for n in range(6)}})
    text = f'{json.dumps(LATE)}\n{line}\n{{"to": "2023-02-02"'.encode()
    start = process_time()
    found = list(answers_of(begun(program(town)), (text[n : n + 1] for n in range(len(text))), "-", "en", go_on=True))
    assert process_time() - start < 6
    said = [(one.get("event"), one.get("line"), [p["code"] for p in one.get("refused", ())]) for some in found for one in some]
    assert said == [("e1", None, []), (None, 2, ["PR601"] * 6), (None, 3, ["PR756"])]


def test_what_is_so_on_a_day_and_the_end_of_the_year(town):
    code, answers, _ = watched(town, [LATE, DEAF], "--events", "-", "--to", "2023-03-31", "--show", "2023-02-10", "--close")
    assert code == 0
    assert [(one["to"], one["action"], one["state"]) for one in answers if "to" in one] == [
        ("2023-03-31", "order_rectification", "climbed"),
        ("2023-03-31", "summon", "lapsed"),
    ]
    assert [(one["action"], one["state"]) for one in answers if "on" in one] == [("order_rectification", "out")]
    assert (answers[-1]["what"], len(answers[-1]["notices"])) == ("settled", 2)
    assert watched(town, [LATE], "--events", "-", "--journal", "j", "--close")[0] == 0
    code, _, said = watched(town, [DEAF], "--journal", "j")
    assert code == 2
    assert "PR758" in said


def test_letters_that_became_due_are_written(town):
    assert watched(town, [LATE], "--letters", "out")[0] == 2  # without an issuer
    code, _, said = watched(town, [LATE], "--letters", "out", "--issuer", "某区财政局", "--lang", "zh", "--journal", "j")
    (first,) = (town / "out").iterdir()
    assert (code, said.splitlines()) == (0, [f"out/{first.name}"])
    text = "\n".join(p.text for p in docx.Document(str(first)).paragraphs)
    assert all(word in text for word in ("某区财政局", "提醒敦促函", "the report was late", "2023年2月15日"))
    assert watched(town, [], "--letters", "out", "--issuer", "某区财政局", "--journal", "j", "--to", "2023-02-10")[1:] == ([], "")
    assert list((town / "out").iterdir()) == [first]  # nothing else became due


SENT = ("--letters", "out", "--issuer", "某区财政局", "--lang", "zh")


def sent(town: Path) -> list[str]:
    return sorted(path.name.rpartition("_")[0] for path in (town / "out").iterdir()) if (town / "out").exists() else []


def test_letters_that_became_due_are_written_whatever_comes_between(town):
    """A line that is refused, a folder that can't be written to, and a step that was followed by another at once."""
    code, _, said = watched(town, [LATE, "{"], "--journal", "j", *SENT)
    assert (code, sent(town), "PR756" in said) == (2, ["2023-02-01_A_提醒敦促函"], True)
    (town / "out").rename(town / "kept")
    (town / "out").write_text("no folder")
    code, answers, said = watched(town, [{"to": "2023-02-16"}], "--journal", "j", *SENT)
    assert (code, [one["state"] for one in answers], "PR764" in said) == (2, ["climbed", "out"], True)
    (town / "out").unlink()
    (town / "kept").rename(town / "out")
    code, _, said = watched(town, [{"to": "2023-03-31"}], "--journal", "j", *SENT)
    assert (code, sent(town)) == (0, ["2023-02-01_A_提醒敦促函", "2023-02-16_A_整改通知书", "2023-03-04_A_约谈通知书"])
    assert [line.partition("_")[0] for line in said.splitlines()] == ["out/2023-02-16", "out/2023-03-04"]
    assert watched(town, [], "--journal", "j", "--show", "2023-03-31", *SENT)[2] == ""


def test_a_ratio_that_looks_like_a_percentage_is_pointed_out_in_what_is_known_beforehand(town):
    (town / "facts.yaml").write_text(FACTS.replace("{is: count}", "{is: count}\n      rate: {is: ratio}"), encoding="utf-8")
    (town / "given" / "department.csv").write_text("id,bureau,late,rate\nA,B,no,85\n", encoding="utf-8")
    code, _, said = watched(town, [])
    assert (code, said.count("PR647")) == (0, 1)


def test_and_in_what_events_say(town):
    (town / "facts.yaml").write_text(FACTS.replace("{is: count}", "{is: count}\n      rate: {is: ratio}"), encoding="utf-8")
    code, _, said = watched(town, [{**LATE, "facts": {"rate": 85}}, {**LATE, "id": "e2", "subject": "C", "facts": {"rate": "85%"}}])
    assert (code, said.count("PR647"), "--> department/A, rate" in said, "if 85% is meant" in said) == (0, 1, True, True)
    made = perfrules.load(town / "policy.yaml", as_of="2023-12-31")
    watch = perfrules.watch(made, made.read_facts(town / "given", period=2023), period=2023)
    watch.event("A", 2023, "department", {"rate": 85}, "2023-02-01", "e1")
    assert [p.code for p in watch.facts.notices] == ["PR647"]
    watch.event("A", 2023, "department", {"rate": "85%"}, "2023-02-02", "e2")
    assert watch.facts.notices == ()


def test_a_letter_without_a_known_deadline_is_not_written_and_no_other_waits_for_it(town):
    (town / "facts.yaml").write_text(FACTS.replace("2024-12-31", "2023-12-31"), encoding="utf-8")
    last = {**LATE, "id": "e2", "subject": "C", "at": "2023-12-25"}
    code, answers, said = watched(town, [LATE, last], *SENT, "--show", "2023-12-25", "--events", "-", "--journal", "j")
    assert code == 1
    assert [one["due"] for one in answers if one.get("event") == "e2" and one["subject"] == "department/C"] == [None]
    assert answers[-1]["on"] == "2023-12-25"
    assert said.count("PR757") == 1
    assert [path.name[:12] for path in sorted((town / "out").iterdir())] == ["2023-02-01_A", "2023-02-16_A", "2023-03-04_A"]
    (town / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assert watched(town, [], *SENT, "--to", "2023-12-25", "--journal", "j")[0] == 0
    assert (town / "out" / "2023-12-25_C").name[:12] in {path.name[:12] for path in (town / "out").iterdir()}


def test_who_sends_letters_and_how_belongs_to_letters(town):
    for given in (["--issuer", "某局"], ["--template", "x.docx"], ["--letters", "out"], ["--letters", "out", "--issuer", " "]):
        assert watched(town, [LATE], *given)[:2] == (2, [])


def test_what_was_not_heard_is_answered_again(town):
    given = [LATE, {"to": "2023-02-10"}, DEAF, {"to": "2023-03-31"}]
    _, heard, _ = watched(town, given, "--journal", "j")
    assert [one["entry"] for one in heard] == [1, 3, 3, 4, 4]
    for number in range(1, 6):
        code, again, _ = watched(town, [], "--journal", "j", "--again-from", str(number))
        assert (code, again) == (0, [one for one in heard if one["entry"] >= number])
    assert watched(town, given, "--journal", "j")[:2] == (0, [])  # also time that has passed already
    assert watched(town, [{"to": "2023-03-30"}], "--journal", "j")[:2] == (2, [])
    code, _, said = watched(town, [], "--journal", "j", "--again-from", "0")
    assert (code, "PR211" in said) == (2, True)


BUDGETED = FACTS.partition("calendar:")[0] + "extends: budget\nkinds:" + FACTS.partition("kinds:")[2]  # which has a calendar
FUNDED = BUDGETED + "    accounts: {funds: {together: sum}}\n"
FINE = "  - {rule: fine, when: late, then: {deduct: {from: funds, amount: 1元}}, because: the report was late}\n"
MUST = POLICY.replace("notices:", FINE + "notices:") + "must:\n  - {that: closing(funds) >= 0, because: no account is overdrawn}\n"


def test_a_period_is_closed_once_it_is_settled_and_nothing_was_refused(town):
    code, answers, _ = watched(town, [LATE, "{"], "--events", "-", "--journal", "j", "--go-on", "--close")
    assert (code, answers[-1]) == (1, {"what": "not closed", "refused": 1})
    (town / "facts.yaml").write_text(FUNDED, encoding="utf-8")
    (town / "policy.yaml").write_text(MUST, encoding="utf-8")
    lines = [{"id": f"e{one}", "at": "2023-02-01", "kind": "department", "subject": one, "facts": {"late": True, "funds": 0}} for one in "AC"]
    code, _, said = watched(town, lines, "--events", "-", "--journal", "k", "--close")
    assert (code, "PR716" in said) == (2, True), said
    lines = [{"id": f"f{one}", "at": "2023-02-02", "kind": "department", "subject": one, "facts": {"funds": 1}} for one in "AC"]
    code, answers, _ = watched(town, lines, "--events", "-", "--journal", "k", "--close")
    assert (code, answers[-1]["what"]) == (0, "settled")
    assert "PR758" in watched(town, [LATE], "--journal", "k")[2]


def test_nobody_waits_for_lines_where_only_something_is_asked(town):
    """Standard input is open, and nothing comes."""
    assert watched(town, [LATE], "--journal", "j")[0] == 0
    reading, writing = os.pipe()
    for asked in (["--show", "2023-02-01"], ["--to", "2023-02-03"], ["--close"]):
        done = subprocess.run(command("--journal", "j", *asked), cwd=town, env=ENVIRONMENT, stdin=reading, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0
    os.close(writing)
    os.close(reading)
    (town / "lines").write_text(json.dumps(LATE), encoding="utf-8")
    with (town / "lines").open() as lines:  # which would be passed over
        done = subprocess.run(command("--show", "2023-02-01"), cwd=town, env=ENVIRONMENT, stdin=lines, capture_output=True, text=True, check=False)
    assert (done.returncode, "--events -" in done.stderr) == (2, True)


def test_a_journal_may_lie_in_a_folder_that_is_read(town):
    for answered in (1, 0):
        code, answers, _ = watched(town, [LATE], "--journal", "given/j")
        assert (code, len(answers)) == (0, answered)
    for other in ("policy.yaml", "given/bureau.csv"):  # is no journal, and stays what it is
        before = (town / other).read_bytes()
        code, answers, said = watched(town, [LATE], "--journal", other)
        assert (code, answers, "PR755" in said, (town / other).read_bytes()) == (2, [], True, before)


def test_a_journal_or_a_file_of_events_that_is_not_there_is_named(town):
    for asked in (["--show", "2023-02-01"], ["--close"]):
        code, answers, said = watched(town, [], "--journal", "typo", *asked)
        assert (code, answers, "PR755" in said, (town / "typo").exists()) == (2, [], True, False)
    assert "没有这个文件或文件夹" in watched(town, [], "--journal", "typo", "--show", "2023-02-01", "--lang", "zh")[2]
    for path, reason in (("none.jsonl", "没有这个文件或文件夹"), (".", "这是文件夹")):
        code, _, said = watched(town, [], "--events", path, "--lang", "zh")
        assert (code, "PR120" in said, reason in said) == (2, True, True)


def test_an_answer_comes_at_once_and_a_kill_loses_nothing_that_was_answered(town):
    process = subprocess.Popen(command("--journal", "j"), cwd=town, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    for message, expected in ((LATE, ["out"]), (DEAF, ["climbed", "out"])):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        assert [json.loads(process.stdout.readline())["state"] for _ in expected] == (["withdrawn", "out"] if message is DEAF else expected)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    code, answers, _ = watched(town, [LATE, DEAF], "--events", "-", "--journal", "j", "--show", "2023-02-01")
    assert (code, [(one["on"], one["action"]) for one in answers]) == (0, [("2023-02-01", "order_rectification")])
