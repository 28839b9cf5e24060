"""`perfrules watch`: lines of JSON in, lines of JSON out, and a journal that has what was answered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import docx
import pytest

from test_letters_due import FACTS, POLICY

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


def command(*more: str) -> list[str]:
    given = ["policy.yaml", "--facts", "given", "--as-of", "2023-12-31", "--period", "2023"]
    return [sys.executable, "-m", "perfrules.front.cli", "watch", *given, *more]


def watched(town: Path, lines: list[object], *more: str) -> tuple[int, list[dict], str]:
    """The exit code, the answers, and what is said beside."""
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    done = subprocess.run(command(*more), cwd=town, env=ENVIRONMENT, input=text, capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_letter_is_answered_with_why(town):
    code, (answer,), _ = watched(town, [LATE])
    assert code == 0
    assert answer == {
        "event": "e1", "at": "2023-02-01", "what": "letter", "subject": "department/A", "recipient": "department/A", "period": 2023,
        "notice": "letters/follow-up", "action": "remind", "step": 1, "grounds": ["letters/late-report"], "sent": "2023-02-01",
        "due": "2023-02-15", "state": "out", "ended": None, "number": 1, "unanswered": None, "because": ["the report was late"],
    }  # fmt: skip


def test_a_bad_line_stops_it_and_what_came_before_stays(town):
    code, answers, said = watched(town, [LATE, "", "{", DEAF], "--journal", "j")
    assert (code, [one["event"] for one in answers]) == (2, ["e1"])
    assert "PR756" in said
    assert "-:3" in said
    code, answers, _ = watched(town, [LATE, DEAF], "--journal", "j", "--lang", "zh")
    assert (code, [one["event"] for one in answers]) == (0, ["e2", "e2"])


BAD = ["[1]", "nonsense", '{"id": "a", "id": "b"}', '{"to": NaN}', '{"to": "2023-02-30"}', "\ufeff\x00", json.dumps({**LATE, "id": "b", "facts": {"rank": 1.5}})]


def test_bad_lines_are_answered_and_it_goes_on(town):
    (town / "events.jsonl").write_bytes("\n".join([*BAD, json.dumps(LATE)]).encode() + b"\n\xff\xfe\n" + json.dumps(DEAF).encode())
    code, answers, said = watched(town, [], "--go-on", "--events", "events.jsonl", "--lang", "zh")
    assert (code, said) == (1, "")
    assert [(one.get("line"), one.get("event")) for one in answers] == [*((n, None) for n in range(1, len(BAD) + 1)), (None, "e1"), (9, None), (None, "e2"), (None, "e2")]
    problems = [problem for one in answers if "line" in one for problem in one["refused"]]
    assert {p["code"] for p in problems} >= {"PR756", "PR209"}
    assert all(p["place"].startswith("events.jsonl:") and p["message"] and p["help"] for p in problems)


def test_what_is_so_on_a_day_and_the_end_of_the_year(town):
    code, answers, _ = watched(town, [LATE, DEAF], "--to", "2023-03-31", "--show", "2023-02-10", "--close")
    assert code == 0
    assert [(one["to"], one["action"], one["state"]) for one in answers if "to" in one] == [
        ("2023-03-31", "order_rectification", "climbed"),
        ("2023-03-31", "summon", "lapsed"),
    ]
    assert [(one["action"], one["state"]) for one in answers if "on" in one] == [("order_rectification", "out")]
    assert (answers[-1]["what"], len(answers[-1]["notices"])) == ("settled", 2)
    assert watched(town, [LATE], "--journal", "j", "--close")[0] == 0
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
    assert watched(town, [], "--letters", "new", "--issuer", "某区财政局", "--journal", "j", "--to", "2023-02-10")[0] == 0
    assert list((town / "new").glob("*")) == []  # nothing became due


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
    code, answers, _ = watched(town, [LATE, DEAF], "--journal", "j", "--show", "2023-02-01")
    assert (code, [(one["on"], one["action"]) for one in answers]) == (0, [("2023-02-01", "order_rectification")])
