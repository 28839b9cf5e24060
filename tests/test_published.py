"""Rules as they were published, each as a policy: whole, with its source, and decided at both sides of every line.

The rules are in `corpus/published`, those of the nation in `policies/core`; `docs/make_published.py` lists them in the
documentation.
"""

from __future__ import annotations

import os
import re
import runpy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from difflib import unified_diff
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import perfrules
from perfrules.analysis.tables import check_overlaps
from perfrules.cases import given_facts
from perfrules.core.problem import Findings
from perfrules.districts.manager import bring
from perfrules.examples import check_examples
from perfrules.language.nodes import Literal
from perfrules.library import Library, _checked
from perfrules.outcome import Outcome
from perfrules.pipeline.decisions import check_decided
from perfrules.pipeline.document import Tree, read_file, read_text
from perfrules.pipeline.model import Policy
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.settlement import compiled

HOME = Path(__file__).resolve().parent.parent
FOLDER = HOME / "tests" / "corpus" / "published"
CORE = HOME / "policies" / "core"
MAKER = runpy.run_path(str(HOME / "docs" / "make_published.py"))
FILES = [one.path for one in MAKER["published"]()]
BROUGHT = bring()
NUMBERS = {
    1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 15, 17,
    20, 21, 22, 23, 24, 25, 27, 28, 29,
    30, 34, 35, 37, 38, 41, 43, 44, 45, 47, 49, 50, 51, 52, 54, 55, 57, 58, 60, 62, 64, 66, 67,
    70, 72, 73, 75, 76, 78, 81, 83, 85, 86, 88,
}  # fmt: skip
WIDE = {7, 54, 66, 83}  # a quotient of sums needs more than 64 bits, and says so
LINES = (
    (r"(?<![<>=!])<(?!=)", "<="), (r"<=", "<"), (r"(?<![>=-])>(?![=-])", ">="), (r">=", ">"),
    (r"\bat least ", "over "), (r"\bover (?=[\d-])", "at least "), (r"\bat most ", "below "), (r"\bbelow (?=[\w-])", "at most "),
)  # fmt: skip
WAN = Decimal(10_000)


def number(path: Path) -> int:
    return int(MAKER["Published"](path).number[1:])


def named(path: Path) -> str:
    return path.stem


@cache
def vocabulary(name: str) -> Tree:
    tree = read_file(CORE / "facts.yaml" if name == "core" else FOLDER / f"facts-{name}.yaml", Findings())
    assert tree is not None
    return tree


def checked(text: str, findings: Findings) -> Policy | None:
    """A policy, read beside its vocabulary alone."""
    tree = read_text(text, "policy.yaml", findings)
    assert tree is not None
    policies = _checked([vocabulary(str(tree["facts"])), tree], [], BROUGHT, findings).policies
    return policies[0] if policies else None


@cache
def policy_of(path: Path) -> Policy:
    findings = Findings()
    policy = checked(path.read_text(encoding="utf-8"), findings)
    assert policy is not None
    assert not findings.errors
    return policy


def outcomes(path: Path) -> Iterator[Outcome]:
    """What becomes of each example of a file."""
    policy = policy_of(path)
    for example in policy.examples:
        findings, period = Findings(), int(example.period)
        facts = given_facts(policy.vocabulary, example.given, period, findings)
        decided = check_decided(example.decisions, findings) if example.decisions else ()
        program = compiled([policy], date.fromisoformat(str(example.as_of)), findings, decided)
        assert facts is not None
        assert program is not None
        yield Outcome(evaluate(program, facts, period))


def refused(text: str) -> set[str]:
    """What is wrong with a policy or its examples."""
    findings = Findings()
    policy = checked(text, findings)
    if policy is not None and not findings.errors:
        check_overlaps(policy, date.fromisoformat(str(policy.examples[0].as_of)), findings)
        check_examples(Library({}, (policy,)), findings)
    return {p.code for p in findings.errors}


def tables(text: str) -> Iterator[tuple[int, int]]:
    """Where the tables are of which exactly one row may hit: both rows at a border move with it."""
    for found in re.finditer(r"^  \S+:\n    inputs:.*\n(?:    .*\n)+", text[: text.index("\nexamples:")] + "\n", re.MULTILINE):
        if "hit: first" not in found[0]:
            yield found.span()


def moved_borders(table: str) -> Iterator[str]:
    """The table with one border that goes to the other of the two rows that meet there."""
    for border in sorted(set(re.findall(r"(?:least|over|most|below) ([^\s,\]]+)", table))):
        line = re.escape(border) + r"(?=[\s,\]])"
        if re.search(f"(?:at most|to) {line}", table):  # the lower row has it
            changes = ((f"over {line} to", f"{border} to"), (f"over {line}", f"at least {border}"), (f"at most {line}", f"below {border}"), (f"to {line}", f"to below {border}"))
        else:
            changes = ((f"(?<=\\[){line} to", f"over {border} to"), (f"at least {line}", f"over {border}"), (f"to below {line}", f"to {border}"), (f"below {line}", f"at most {border}"))
        moved = table
        for old, new in changes:
            moved = re.sub(old, new, moved)
        yield moved


def formulas(text: str) -> Iterator[tuple[int, int]]:
    """Where formulas and tests stand: before the examples, outside titles, notes, grounds and the tables above."""
    apart, at, aside = list(tables(text)), 0, -1
    for line in text[: text.index("\nexamples:")].splitlines(keepends=True):
        indent = len(line) - len(line.lstrip())
        aside = aside if aside >= 0 and indent > aside else -1
        if re.match(r" *(?:- )?(?:title|note|source|because):", line):
            aside = indent
        elif aside < 0 and not any(a <= at < b for a, b in apart) and not re.search(r"\b(?:title|note|because|that):", line):
            yield at, at + len(line.removesuffix("\n").removesuffix(">-"))
        at += len(line)


def moved_lines(text: str) -> Iterator[str]:
    """The policy with one line moved: a comparison loosened or tightened, a border of a table given to its other side."""
    for start, end in formulas(text):
        for pattern, other in LINES:
            for found in re.finditer(pattern, text[start:end]):
                yield text[: start + found.start()] + other + text[start + found.end() :]
    for start, end in tables(text):
        for moved in moved_borders(text[start:end]):
            yield text[:start] + moved + text[end:]


def test_every_rule_of_the_list_is_there_and_no_other():
    assert {number(path) for path in FILES} == NUMBERS
    assert len(NUMBERS) == 56
    there = {*FOLDER.glob("*.yaml"), *CORE.glob("*.yaml")} - set(FILES)
    assert all(path.name.startswith("facts") for path in there)


def test_all_are_right_and_their_examples_come_true_and_nothing_in_their_vocabularies_is_idle():
    found = perfrules.check(sorted([*FOLDER.glob("*.yaml"), *CORE.glob("*.yaml")]))
    unexpected = [p for p in found if p.code != "PR515" or number(Path(p.place.partition(":")[0])) not in WIDE]
    assert not unexpected, perfrules.render(unexpected[0])


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_rule_holds_once_and_fails_once(path):
    rulings = [ruling for outcome in outcomes(path) for ruling in outcome.rulings]
    for rule in policy_of(path).rules:
        own = [r for r in rulings if r.rule == rule.name]
        if isinstance(rule.when, Literal):  # `when: yes` says what comes out of a table: each of its words, and once nothing
            said = {claim.word for r in own for claim in r.claims}
            assert {"", *(word for clause in rule.clauses for word in clause.words)} == said, rule.name
        else:
            assert {"holds", "does-not-hold"} <= {r.verdict for r in own}, rule.name


@pytest.mark.parametrize("path", FILES, ids=named)
def test_an_example_stands_at_both_sides_of_every_line(path):
    text = path.read_text(encoding="utf-8")
    assert refused(text) == set()
    for moved in moved_lines(text):
        assert refused(moved) == {"PR501"}, "\n".join(unified_diff(text.splitlines(), moved.splitlines(), n=0))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_it_cites_its_source_and_says_what_the_text_leaves_open(path):
    policy = policy_of(path)
    assert len(policy.source) > 10
    assert all(rule.because for rule in policy.rules)
    form = MAKER["Published"](path)
    open_ones = form.open("en"), form.open("zh")
    assert len(open_ones[0]) == len(open_ones[1])
    assert bool(form.not_said("en")) == bool(form.not_said("zh"))


def test_luojiang_as_published():
    """61 departments: 9 below 85%, 20 above 96%, 32 between; 1万元 is deducted, and all of it given."""
    rates = [Decimal("0.84")] * 9 + [Decimal("0.97")] * 20 + [Decimal("0.85"), Decimal("0.96")] * 16
    rows = [{"id": str(n), "period": 2022, "adjusted_budget": 1_000_000, "paid": 1_000_000 * rate} for n, rate in enumerate(rates)]
    funds = [{"id": str(n), "period": 2024, "public_funds": 1_111_120 if n == 0 else 1_111_110} for n in range(61)]
    program = perfrules.load(FOLDER / "R20-execution-and-operating-funds.yaml", as_of="2023-12-31")
    outcome = program.run(program.facts({"department": [*rows, *funds]}), period=2022)
    held = [r.rule.rpartition("/")[2] for r in outcome.rulings if r.verdict == "holds"]
    assert (held.count("slow"), held.count("fast"), 61 - len(held)) == (9, 20, 32)
    [pool] = outcome.pools
    assert (pool.taken, pool.given, pool.leftover) == (1 * WAN, 1 * WAN, 0)


def test_grades_of_luojiang_as_published():
    """24 excellent, 35 good, 2 poor."""
    scores = [90] * 24 + [60] * 35 + [59] * 2
    program = perfrules.load(FOLDER / "R23-yearly-assessment.yaml", as_of="2023-12-31")
    rows = [{"id": str(n), "score": score, "public_funds": 1} for n, score in enumerate(scores)]
    outcome = program.run(program.facts({"department": rows}, period=2023))
    grades = [mark.word for mark in outcome.labels if mark.action == "grade"]
    assert [grades.count(word) for word in ("优秀", "良好", "较差")] == [24, 35, 2]


def test_points_of_a_self_evaluation():
    """Ten points for the rate, the others by weight: what is attained of a target, or what was judged."""
    [outcome] = outcomes(FOLDER / "R07-self-evaluation.yaml")
    points = {mark.subject.partition("/")[2]: mark.value for mark in outcome.labels if mark.action == "figure"}
    expected = {"top": "90", "under": "89.99", "rate": "78.7", "sixty": "60", "eighty": "80", "fails": "59.9"}
    assert points == {subject: Fraction(written) for subject, written in expected.items()}


def test_air_of_sichuan_as_published():
    """2016: 1300万元 is taken from nine of 21 cities, 2500万元 is added, 3800万元 goes to the fifteen that improved."""
    first = next(outcomes(FOLDER / "R29-air-quality.yaml"))
    [pool] = first.pools
    assert len({r.subject for r in first.rulings}) == 21
    assert (pool.base, pool.taken, pool.given, pool.leftover) == (2500 * WAN, 1300 * WAN, 3800 * WAN, 0)
    gone, come = ({e.subject for e in first.entries if account in (e.debit, e.credit)} for account in ("advance", "transfers"))
    assert (len(gone), len(come)) == (9, 15)


def test_the_pages_are_fresh():
    if os.environ.get("PERFRULES_REWRITE"):
        MAKER["write"]()
    stale = [str(p.relative_to(HOME)) for p, text in MAKER["pages"]().items() if p.read_text(encoding="utf-8") != text]
    assert not stale, "python3 dev.py docs"
