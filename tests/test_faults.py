"""What breaks in mid-run is said by a code, in a line, and leaves nothing that is half-written."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from perfrules.core.files import new_folder, written
from perfrules.core.problem import Refused
from perfrules.engines.databases import PostgreSQL
from perfrules.front.commands import run_app
from postgres import postgres

HOME = Path(__file__).resolve().parent.parent
POLICY = HOME / "policies" / "luojiang" / "operating-funds.yaml"
FACTS = HOME / "examples" / "luojiang-2023" / "facts"
ASKED = ["run", str(POLICY), "--facts", str(FACTS), "--as-of", "2023-12-31", "--period", "2023", "--lang", "en"]
DROP = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"""
MADE = "SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'perfrules%'"
ROOM = 4096  # bytes that a file may have
LIMITED = f"""import resource, sys
sys.dont_write_bytecode = True  # else a module may be cut off for whoever imports it next
resource.setrlimit(resource.RLIMIT_FSIZE, ({ROOM}, {ROOM}))
from perfrules.front.commands import run_app
sys.exit(run_app())"""
STREAM = f"""import resource, sys
sys.dont_write_bytecode = True
import polars
import perfrules
program = perfrules.load({str(HOME / "benchmarks" / "r20")!r}, as_of="2023-12-31")
rows = polars.DataFrame({{"id": list(map(str, range(1000))), "score": range(1000)}}).with_columns(polars.col("score").cast(polars.Decimal(5, 1)) % 100)
streamed = program.stream(program.scan_facts({{"project": rows}}, period=2023))
resource.setrlimit(resource.RLIMIT_FSIZE, ({ROOM}, {ROOM}))
streamed.write(sys.argv[1])"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as found:
        yield "postgresql://{user}@{host}:{port}/{dbname}".format(**conninfo_to_dict(found))


@pytest.mark.parametrize("when", [1, 3])
def test_a_connection_that_is_lost_in_mid_run_ends_it(address, tmp_path, monkeypatch, capsys, when):
    out, kept, count = tmp_path / "year.json", PostgreSQL.keep, 0

    def keep(self: PostgreSQL, *arguments: str, **options: bool) -> None:
        nonlocal count
        count += 1
        if count == when:
            with psycopg.connect(address) as other:
                assert other.execute(DROP).fetchall() == [(True,)]
        kept(self, *arguments, **options)

    out.write_text("the year before", encoding="utf-8")
    monkeypatch.setattr(PostgreSQL, "keep", keep)
    monkeypatch.setattr(sys, "argv", ["perfrules", *ASKED, "--format", "json", "--out", str(out), "--engine", "sql", "--connect", address])
    assert run_app() == 2
    said = capsys.readouterr().err
    assert count == when
    assert said.startswith("error[PR733]: the database (postgres) refused: terminating connection due to administrator command")
    assert "Traceback" not in said
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"year.json": "the year before"}
    with psycopg.connect(address) as other:
        assert other.execute(MADE).fetchone() == (0,)


def limited(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What Python says where no file may get large, as on a disk that is full."""
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("kind", ["json", "csv", "excel"])
def test_a_disk_that_is_full_leaves_what_was_there(tmp_path, kind):
    out = tmp_path / "year"
    out.write_text("the year before", encoding="utf-8")
    table = ["--table", "rulings"] if kind == "csv" else []
    done = limited(LIMITED, *ASKED, "--format", kind, *table, "--out", str(out))
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"error[PR742]: `{out}` can't be written: the file is too large\n"), done.stderr
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"year": "the year before"}


def test_a_disk_that_is_full_while_rows_stream_leaves_nothing(tmp_path):
    done = limited(STREAM, str(tmp_path / "year"))
    assert re.search(r"Refused: error\[PR742\]: .*year` can't be written: .*the file is too large", done.stderr), done.stderr
    assert not list(tmp_path.iterdir())


def test_an_output_that_takes_nothing_is_named():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "perfrules", *ASKED], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "error: standard output: the disk is full\n")


def test_what_is_wrong_with_another_file_is_not_said_of_the_one_that_is_written(tmp_path):
    with pytest.raises(FileNotFoundError) as raised, written(tmp_path / "result.csv"):
        (tmp_path / "facts.csv").read_text(encoding="utf-8")
    assert raised.value.filename == str(tmp_path / "facts.csv")


def test_a_folder_below_a_file_is_refused_by_a_code(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(Refused) as refused, new_folder(tmp_path / "file" / "results"):
        pass
    assert [problem.code for problem in refused.value.problems] == ["PR742"]
