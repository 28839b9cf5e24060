"""Every block of code in the documentation runs, and prints what the page says.

A page is one session in an empty folder. A block `yaml NAME`, `csv NAME` or `json NAME` is written to that file; the lines of
`yaml +NAME` are put into it, each entry in its section, in place of one that begins alike; `console` runs each line after `$ ` and compares what it prints; `python` runs, and a `text` block right after X; in a block `expression` every line holds; `sh` blocks are the commands of the project itself. With
PERFRULES_REWRITE=1 what is printed is written into the pages anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import perfrules
import warm
from perfrules.language import words
from perfrules.pipeline import clauses, forms, scales, scenarios
from perfrules.pipeline.decisions import DecidedForm, DecisionsForm
from perfrules.pipeline.shapes import Form

HOME = Path(__file__).resolve().parent.parent
PACKAGES = {p.parent for p in (HOME / "examples").rglob("pyproject.toml")}  # their pages run where they are installed: test_packages
PAGES = sorted(
    p for p in [*HOME.glob("*.md"), *(HOME / "docs").glob("*/*.md"), *(HOME / "examples").rglob("*.md")] if not PACKAGES & set(p.parents)
)  # fmt: skip
FENCE = re.compile(r"^```(?P<language>\w*) *(?P<name>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
OWN_COMMANDS = re.compile(r"(python3 dev\.py \w+|python3 make_(?:facts|events)\.py|python3 dev\.py test examples|python3 -m (payments|yearly_batch)\S* .*|curl -s http://127\.0\.0\.1:\d+/.*|python3 -m venv \.venv|\. \.venv/bin/activate|pytest|pip (install|wheel) .*|bash \.ci/run|git clone .*|cd \S+)")
PROGRAMS = {"perfrules": ("perfrules",), "pytest": ("pytest", "-p", "perfrules.front.pytest_plugin")}
SECONDS = re.compile(r" in \d+\.\d+s$", re.MULTILINE)  # which pytest counts
ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
DRIVER = """
import io, json, sys, traceback
from contextlib import redirect_stdout
try:
    from hypothesis import Phase, settings
    shown = [phase for phase in Phase if phase is not Phase.explain]  # that one takes longest, and is not on the page
    settings.register_profile("page", deadline=None, derandomize=True, database=None, phases=shown)
    settings.load_profile("page")
except ModuleNotFoundError:
    pass
names = {}
for line in sys.stdin:
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            exec(compile(json.loads(line), "<page>", "exec"), names)
        answer = {"printed": said.getvalue()}
    except BaseException:
        answer = {"failed": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
"""
EXPRESSION_FACTS = "facts: page\nextends: budget\nkinds: {thing: {facts: {unknown_amount: {is: money}}}}\n"
EXPRESSION_POLICY = "policy: page\nfacts: page\nsubject: thing\nrules:\n  - rule: line\n    when: >-\n      {line}\n    then: suspend\n    because: page\n"


@dataclass
class Block:
    language: str
    name: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(m["language"], m["name"], m["text"]) for m in FENCE.finditer(page.read_text(encoding="utf-8"))]


def name(page: Path) -> str:
    return str(page.relative_to(HOME))


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=name)
def test_every_block_of_the_page_runs(page, tmp_path):
    os.symlink(HOME / "policies", tmp_path / "policies")
    os.symlink(HOME / "examples", tmp_path / "examples")
    check_page(page, tmp_path)


def check_page(page: Path, folder: Path, interpreter: tuple[str | Path, ...] = (sys.executable,)) -> None:
    """A page prints what it says, in a folder, with the perfrules of an interpreter."""
    written = page.read_text(encoding="utf-8")
    printed = [block.text for block in session(blocks(page), folder, interpreter)]
    if os.environ.get("PERFRULES_REWRITE"):
        texts = iter(printed)
        page.write_text(FENCE.sub(lambda m: f"```{m[1]}{' ' * bool(m[2])}{m[2]}\n{next(texts)}```", written), encoding="utf-8")
    assert printed == [block.text for block in blocks(page)]


def session(page: list[Block], folder: Path, interpreter: tuple[str | Path, ...]) -> Iterator[Block]:
    """The blocks of a page with what they really print."""
    python = Python(folder, interpreter)
    try:
        yield from run(page, folder, interpreter, python)
    finally:
        python.end()


def run(page: list[Block], folder: Path, interpreter: tuple[str | Path, ...], python: Python) -> Iterator[Block]:
    printed = ""
    for block in page:
        assert not printed or block.language == "text", "a block of python that prints, and no text after it"
        match block.language:
            case "yaml" | "csv" | "json":
                assert block.name, f"a block of {block.language} without a file's name:\n{block.text}"
                path = folder / block.name.removeprefix("+")
                path.parent.mkdir(exist_ok=True)
                old = path.read_text(encoding="utf-8") if block.name.startswith("+") else ""
                path.write_text(put_into(old, block.text), encoding="utf-8")
                yield block
            case "console":
                yield replace(block, text=console(block.text, folder, interpreter))
            case "python":
                printed = python.printed(block.text)
                yield block
            case "text":
                yield replace(block, text=printed)
                printed = ""
            case "expression":
                assert [line for line in block.text.splitlines() if not holds(line, folder)] == []
                yield block
            case "toml":
                assert tomllib.loads(block.text)
                yield block
            case _:
                assert block.language == "sh", f"a block of an unknown language:\n{block.text}"
                assert all(OWN_COMMANDS.fullmatch(line) for line in block.text.splitlines()), block.text
                yield block
    assert not printed, "a block of python that prints, and no text after it"


def put_into(old: str, new: str) -> str:
    """The old text with the entries of the new one, each at the end of its section or in place of one that begins alike."""
    found = sections(old)
    for key, entries in sections(new).items():
        found[key] = found.get(key, {}) | entries
    return "".join(key + "".join(entries.values()) for key, entries in found.items())


def sections(text: str) -> dict[str, dict[str, str]]:
    """Of each line without indentation the entries below it, by how they begin."""
    found: dict[str, dict[str, str]] = {}
    entries: dict[str, str] = {}
    for line in text.splitlines(keepends=True):
        if not line.startswith(" "):
            entries = found.setdefault(line, {})
        elif re.match(r"  [^ ]", line):
            start = line if line.startswith("  - ") else line.partition(":")[0]
            entries[start] = line
        else:
            entries[start] += line
    return found


def console(text: str, folder: Path, interpreter: tuple[str | Path, ...]) -> str:
    """What the commands after `$ ` print: first what is for the terminal, then the result."""
    printed = ""
    for command in re.findall(r"^\$ (.*)$", text, flags=re.MULTILINE):
        program, *arguments = shlex.split(command)
        if interpreter == (sys.executable,) and program == "perfrules":
            done = warm.perfrules(arguments, folder, ENVIRONMENT)
        else:
            started = [*interpreter, "-m", *PROGRAMS[program], *arguments]
            done = subprocess.run(started, cwd=folder, env=ENVIRONMENT, capture_output=True, check=False)
        assert done.returncode in (0, 1, 2), done.stderr
        said = (done.stderr + done.stdout).decode("utf-8").replace("\r\n", "\n").replace(f"{HOME}/", "")  # where what comes with perfrules lies is another place for each
        printed += f"$ {command}\n{SECONDS.sub('', said)}"
    return printed.rstrip("\n") + "\n"


class Python:
    """The blocks of a page in a process of their own: what other tests left behind would change which examples Hypothesis tries."""

    def __init__(self, folder: Path, interpreter: tuple[str | Path, ...]) -> None:
        command = [*map(str, interpreter), "-u", "-c", DRIVER]
        hosts = {"PYTHONPATH": str(HOME / "examples" / "embedding")}
        self.process = subprocess.Popen(command, cwd=folder, env={**ENVIRONMENT, **hosts}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def printed(self, text: str) -> str:
        """What a block prints."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(text) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        assert "failed" not in said, said["failed"]
        return said["printed"]

    def end(self) -> None:
        """Let the process end."""
        self.process.communicate()


def holds(line: str, folder: Path) -> bool:
    facts = folder / "page.yaml"
    facts.write_text(EXPRESSION_FACTS, encoding="utf-8")
    program = perfrules.loads(EXPRESSION_POLICY.format(line=line), as_of="2024-02-29", beside=[facts])
    outcome = program.run(program.facts({"thing": [{"id": "a"}]}, period=2024))
    return outcome.rulings[0].verdict == "holds"


def test_both_languages_have_the_same_pages():
    for folder in ("", "problems"):
        english, chinese = ({p.name for p in (HOME / "docs" / lang / folder).glob("*.md")} for lang in ("en", "zh"))
        assert english == chinese
    assert (HOME / "README.md").exists()
    assert (HOME / "README.zh-CN.md").exists()


def test_links_lead_somewhere():
    for page in [*PAGES, *(HOME / "docs").glob("*/problems/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{name(page)}: {target}"


FORMS = [f for module in (forms, scales, clauses, scenarios) for f in vars(module).values() if isinstance(f, type) and issubclass(f, Form) and f is not Form]
KEYS = [
    (form.__name__, key, chinese)
    for form in [*FORMS, DecisionsForm, DecidedForm]
    for key in [field.alias or name for name, field in form.model_fields.items()]
    for chinese in [next((w for w, e in form.words.items() if e == key and w != e), "")]
]
WORD_TABLES = (
    "EXPRESSION", "FUNCTIONS", "CLOCK", "YEARS", "INTERPOLATED", "EFFECTS", "ORDERS", "TOGETHER", "ROUNDING", "IF_UNDECIDED", "ACROSS",
    "VERDICTS", "STATES", "CASES", "EXPECTED", "NONE", "POOL_FIGURES", "TABLES", "SCORECARDS", "IF_UNKNOWN", "HITS", "KINDS", "RECOMMEND",
)  # fmt: skip
WORDS = [(table, *pair) for table in WORD_TABLES for pair in getattr(words, table).items()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_reference_has_every_key_and_word(lang):
    page = (HOME / "docs" / lang / "language.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert [word for word in [*KEYS, *WORDS] if not any(word[1] in row and word[2] in row for row in rows)] == []
