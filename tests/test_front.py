"""The command line as people use it: what it prints, where, and with which exit code."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

import warm
from perfrules import load

HOME = Path(__file__).resolve().parent.parent
FUNDS = HOME / "policies" / "luojiang" / "operating-funds.yaml"
FACTS = HOME / "examples" / "luojiang-2023" / "facts"
RUN = ("run", FUNDS, "--facts", FACTS, "--as-of", "2024-01-31", "--period", "2022")
WRONG = "policy: wrong\nfacts: budget\nsubject: nobody\nrules: []\n"


def perfrules(*arguments: object, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_MESSAGES", "PYTHONUTF8", "PYTHONIOENCODING")}
    given = {**clean, "LANG": "C.UTF-8", **environment}
    return warm.perfrules([*map(str, arguments)], folder, given, anew=bool(environment))


def out(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode("utf-8")


def err(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8")


def test_a_file_without_years_is_of_the_judged_year(tmp_path):
    (tmp_path / "department.csv").write_text("id,paid,budget\nA,84,100\n", encoding="utf-8")
    town = Path(__file__).resolve().parent / "town"
    arguments = ["run", str(town), "--facts", str(tmp_path), "--as-of", "2024-01-31"]
    assert perfrules(*arguments, "--period", "2023").returncode == 0
    assert perfrules(*arguments).returncode == 2


def test_check_is_good_or_finds_something(tmp_path):
    good = perfrules("check", FUNDS)
    assert (good.returncode, out(good)) == (0, "no problems\n")
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    found = perfrules("check", tmp_path / "wrong.yaml")
    assert found.returncode == 1
    assert "error[PR616]" in out(found)
    listed = perfrules("check", tmp_path / "wrong.yaml", "--format", "json", "--lang", "zh")
    assert listed.returncode == 1
    assert {"code", "severity", "message", "help", "path", "line", "column", "related"} == set(json.loads(out(listed))[0])


def test_check_of_a_path_that_is_not_there():
    done = perfrules("check", "nowhere.yaml")
    assert done.returncode == 2
    assert "PR120" in out(done)


def test_a_run_is_text_or_json_and_the_same_twice():
    one, two = (perfrules(*RUN, "--format", "json") for _ in range(2))
    assert one.returncode == 0
    assert one.stdout == two.stdout
    assert len(json.loads(one.stdout)["entries"]) == 29
    assert "Entries" in out(perfrules(*RUN))
    assert "分录" in out(perfrules(*RUN, "--lang", "zh"))


def test_the_language_is_that_of_the_environment():
    assert "分录" in out(perfrules(*RUN, LANG="zh_CN.UTF-8"))
    assert "Entries" in out(perfrules(*RUN, LANG="de_DE.UTF-8"))
    assert "Entries" in out(perfrules(*RUN, "--lang=en", LANG="zh_CN.UTF-8"))


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_console_that_is_not_utf_8_still_shows_a_result(encoding):
    done = perfrules(*RUN, "--lang", "zh", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"10 000.00" in done.stdout


def test_a_result_goes_to_its_file_whole_or_not_at_all(tmp_path):
    target = tmp_path / "result.json"
    done = perfrules(*RUN, "--format", "json", "--out", target)
    assert (done.returncode, done.stdout) == (0, b"")
    before = target.read_bytes()
    assert json.loads(before)["period"] == 2022
    refused = perfrules(*RUN[:-1], "1999", "--format", "json", "--out", target)
    assert refused.returncode == 2
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]


def test_compile_shows_the_plan_in_words_and_as_the_json_that_the_digest_is_of(tmp_path):
    compiled = ("compile", FUNDS, "--as-of", "2024-01-31")
    short, whole, plain = (perfrules(*compiled, *more) for more in ((), ("--plan",), ("--format", "json")))
    assert (short.returncode, whole.returncode, plain.returncode) == (0, 0, 0)
    digest = hashlib.sha256(plain.stdout).hexdigest()
    assert out(short).splitlines()[0] == f"program {digest}"
    head, _, steps = out(whole).partition("\n\n")
    assert out(short) == head + "\n"
    size = re.fullmatch(r"as of 2024-01-31: 3 rules, (\d+) strata, (\d+) steps, 128 bits", head.splitlines()[1])
    assert size
    strata = [line for line in steps.splitlines() if line.startswith("stratum ")]
    assert (len(strata), len(steps.splitlines()) - len(strata)) == (int(size[1]), int(size[2]))
    assert "  derive department.[luojiang/operating-funds/execution_rate known] = known(paid) and known(adjusted_budget) and adjusted_budget != 0\n" in steps
    target = tmp_path / "plan.json"
    assert perfrules(*compiled, "--format", "json", "--out", target).stdout == b""
    assert target.read_bytes() == plain.stdout
    assert "program " + digest[:12] in out(perfrules(*RUN))


@pytest.mark.parametrize("more", [("--plan",), ("--origins",), ("--format", "json")])
def test_compile_writes_views_or_something_else_and_drops_nothing_that_is_asked_for(more):
    done = perfrules("compile", FUNDS, "--as-of", "2024-01-31", "--sql", "duckdb", "--period", "2023", *more)
    assert (done.returncode, out(done)) == (2, "")
    assert "without --plan, --origins and --format json" in err(done)


def test_compile_of_what_is_wrong_or_not_in_force(tmp_path):
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    for wrong in ((tmp_path / "wrong.yaml", "--as-of", "2024-01-31"), (FUNDS, "--as-of", "2001-01-31"), (FUNDS,)):
        done = perfrules("compile", *wrong)
        assert (done.returncode, done.stdout) == (2, b""), wrong


def test_warnings_of_check_are_no_failure(tmp_path):
    text = "policy: idle\nfacts: budget\nsubject: unit\nparameters: {unused: 5%}\nrules:\n  - {rule: all, when: yes, then: suspend, because: made}\n"
    (tmp_path / "facts.yaml").write_text("facts: village\nextends: budget\nkinds: {unit: {}}\n", encoding="utf-8")
    (tmp_path / "idle.yaml").write_text(text.replace("facts: budget", "facts: village"), encoding="utf-8")
    done = perfrules("check", tmp_path / "idle.yaml")
    assert done.returncode == 0
    assert out(done).startswith("warning[PR513]")
    assert out(done).endswith("0 errors, 1 other finding\n")


def test_explain_names_the_subject_or_offers_the_nearest():
    arguments = ("--facts", FACTS, "--as-of", "2024-01-31", "--period", "2022")
    good = perfrules("explain", FUNDS, "department/D001", *arguments)
    assert good.returncode == 0
    assert out(good).startswith("department/D001, 2022")
    wrong = perfrules("explain", FUNDS, "department/DD001", *arguments)
    assert wrong.returncode == 2
    assert "did you mean `department/D001`" in err(wrong)


def test_bad_input_and_bad_usage_are_told_apart_from_findings(tmp_path):
    (tmp_path / "department.csv").write_text("id,period,支出数\nA,2022,一万\n", encoding="utf-8")
    facts = perfrules("run", FUNDS, "--facts", tmp_path, "--as-of", "2024-01-31")
    assert facts.returncode == 2
    assert "department.csv:2" in err(facts)
    for wrong in (("run", FUNDS), ("judge",), ("run", FUNDS, "--facts", FACTS, "--as-of", "yesterday"), ("explain", FUNDS), (*RUN, "--lang", "fr")):
        done = perfrules(*wrong)
        assert (done.returncode, done.stdout) == (2, b""), wrong
        assert "Traceback" not in err(done)


IN_CHINESE = [
    (("judge",), "没有这个命令，可用：check、compile、"),
    (("run", FUNDS), "缺少 --as-of（基准日）\n"),
    (("run", FUNDS, "--frob"), "没有 --frob 这个选项\n"),
    (("run", FUNDS, "--as-of"), "--as-of 缺少取值，或不应有取值\n"),
    (("run", FUNDS, "--as-of", "--facts", FACTS), "--as-of 的取值不对：缺少取值\n"),
    ((*RUN, "--period", "x"), "--period（评判年度"),
    ((*RUN, "--format", "word"), "--format（格式）的取值不对，可用：text、json、csv、excel\n"),
    ((*RUN, "--table", "分录"), "--table（CSV 的表）的取值不对，可用：rulings、claims、entries、"),
    (("run", FUNDS, "--as-of", "2024-01-31"), "命令的写法不对：--facts 事实文件；事实在数据库中的，--engine sql --connect URL\n"),
    (("explain", FUNDS), "命令的写法不对：政策… 对象 --facts 事实文件 --as-of 基准日；或问题代码：PR401\n"),
    (("watch", FUNDS, "--as-of", "2024-01-31", "--period", "2023", "--letters", "out"), "命令的写法不对：--letters 文件夹 --issuer 发文机关 [--template 模板]\n"),
]


@pytest.mark.parametrize(("arguments", "said"), IN_CHINESE)
def test_bad_usage_is_said_in_chinese_too(arguments, said):
    done = perfrules(*arguments, LC_ALL="zh_CN.UTF-8")
    assert (done.returncode, done.stdout) == (2, b"")
    assert err(done).startswith(f"错误: {said}")
    assert err(done).splitlines()[-1].startswith("用法见 ")
    assert "Usage" not in err(done)
    assert "Error: " in err(perfrules(*arguments))


def test_a_folder_that_can_not_be_written_to_is_bad_input(tmp_path):
    done = perfrules(*RUN, "--out", tmp_path / "nowhere" / "result.json")
    assert done.returncode == 2
    assert "Traceback" not in err(done)


def test_help_and_version_are_there():
    helped = perfrules("--help")
    assert helped.returncode == 0
    for command in ("check", "compile", "run", "explain"):
        assert command in out(helped)
        assert perfrules(command, "--help").returncode == 0
    assert out(perfrules("--version")).startswith("perfrules 0.")


def test_without_its_extra_the_command_line_says_how_to_install_it(tmp_path):
    (tmp_path / "typer.py").write_text("raise ImportError('none')", encoding="utf-8")
    done = perfrules("check", FUNDS, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "perfrules[cli]" in err(done)


def test_columns_that_are_no_facts_are_noted_and_change_nothing(tmp_path):
    """The bureau's table has more than is asked for; a column that may be meant as a fact is refused."""
    policy = Path(tmp_path / "policy.yaml")
    (tmp_path / "facts.yaml").write_text(
        "facts: t\nextends: budget\nkinds:\n  department:\n    facts: {paid: {is: money}}\n", encoding="utf-8"
    )
    policy.write_text(
        "policy: p\nfacts: t\nsubject: department\nrules:\n  - rule: r\n    when: paid > 1元\n    then: remind\n    because: made\n",
        encoding="utf-8",
    )
    program = load(policy, as_of="2024-01-31")
    found = []
    for text in ("id,period,paid\nA,2023,5\nB,2023,1\n", "备注,paid,id,period\n迟,1,B,2023\n,5,A,2023\n"):
        (tmp_path / "department.csv").write_text(text, encoding="utf-8")
        facts = program.read_facts(tmp_path / "department.csv")
        found.append((program.run(facts).json(), [n.code for n in facts.notices]))
    assert found[0][0] == found[1][0]
    assert [codes for _, codes in found] == [[], ["PR631"]]
