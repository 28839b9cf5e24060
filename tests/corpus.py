"""Generated examples with their programs, in a fixed order: what the reports and the planted bugs go through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from hypothesis import HealthCheck, Phase, given, seed, settings

from generated import FACTS, facts
from perfrules.core.facts import Facts, build
from perfrules.core.problem import Findings
from perfrules.decision import Decider
from perfrules.districts.manager import bring
from perfrules.library import Library, _checked
from perfrules.pipeline.decisions import Decision, with_decisions
from perfrules.pipeline.document import Tree, read_text
from perfrules.pipeline.program import Compiled
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.statement import Statement
from perfrules.row import ALONE, Around
from perfrules.testing.policies import texts

DAY = date(2022, 12, 31)
PERIOD = 2022
CHUNK = 40
BROUGHT = bring()
TOO_WIDE = {"PR415", "PR416", "PR241", "PR427"}  # the only ways out of generated policies
STRANGE = {"PR273", "PR290", "PR417", "PR439"}  # claims of several years on a base; a least above a most; a name that reads an account for another year; by nothing
Rows = dict[str, list[dict[str, object]]]


WITHIN = FACTS.replace("extends: budget\n", "extends: budget\njurisdiction: t\n")


@cache
def _vocabulary(text: str) -> Tree | None:
    return read_text(text, "facts.yaml", Findings())


def library_of(texts: Sequence[str], vocabulary: str = FACTS) -> Library | None:
    """Generated policies and decisions, checked; None where they can't be meant."""
    findings = Findings()
    trees = [_vocabulary(vocabulary), *(read_text(text, f"{number}.yaml", findings) for number, text in enumerate(texts))]
    library = _checked([t for t in trees if t], [], BROUGHT, findings)
    if findings.errors and {p.code for p in findings.errors} <= STRANGE:
        return None
    findings.refuse()
    return library


def program_of(library: Library | None) -> Compiled | None:
    """The program of generated policies; None where a term is too wide, or gates run in a circle."""
    if library is None:
        return None
    findings = Findings()
    program = compiled(library.policies, DAY, findings, _fitting(library))
    if program is None:
        assert {p.code for p in findings.errors} <= TOO_WIDE, findings.errors
    return program


def _fitting(library: Library) -> list[Decision]:
    """The generated decisions that are about something which waits for a decision."""
    kept = []
    for one in library.decisions:
        findings = Findings()
        if compiled(library.policies, DAY, findings, [one]) is not None and not findings.errors:
            kept.append(one)
    return kept


@dataclass(frozen=True)
class Example:
    """Policies and facts; what is made of them is kept."""

    texts: tuple[str, ...]
    rows: Rows
    vocabulary: str = FACTS

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @cached_property
    def library(self) -> Library | None:
        return library_of(self.texts, self.vocabulary)

    @cached_property
    def program(self) -> Compiled | None:
        return program_of(self.library)

    @cached_property
    def facts(self) -> Facts:
        assert self.library is not None
        vocabulary = self.library.policies[0].vocabulary
        return build(vocabulary, {kind: [(kind, row) for row in rows] for kind, rows in self.rows.items()}, Findings())

    @cached_property
    def decided(self) -> Facts:
        """The facts with what people decided, as a plan reads it."""
        assert self.program is not None
        return with_decisions(self.program.decided, self.facts, PERIOD)


@cache
def chunk(number: int, alone: bool = False) -> tuple[Example, ...]:
    """Some examples, the same in every run."""
    found: dict[str, Example] = {}  # by text: of those that are much the same, one is enough

    @seed(number)
    @settings(max_examples=CHUNK + CHUNK // 4, database=None, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(texts(alone=alone), facts())
    def collect(text, rows):
        found.setdefault(text, Example((text,), rows))

    collect()
    assert len(found) >= CHUNK
    return tuple(found.values())[:CHUNK]


def examples(count: int, *, alone: bool = False) -> Iterator[Example]:
    """So many examples, made as they are asked for; `alone` those in which no subject sees another."""
    for number in range(-(-count // CHUNK)):
        yield from chunk(number, alone)[: count - number * CHUNK]


KNOWN = {"r": "86%", "c": "1", "f": "no", "t": "red", "u": "fair", "s1": "2022-01-31", "s2": "2024-02-29"}


def straight_disagreements(program: Compiled, rows: Rows) -> list[str]:
    """Where the straight-line function of `decide` is not what the whole plan says of a subject alone.

    It decides only where everything is known: of all subjects but the first, it is.
    """
    said = []
    decider = Decider(program, "unit")
    judged, following = ([r for r in rows["unit"] if r["period"] == year] for year in (PERIOD, PERIOD + 1))
    for number, (now, later) in enumerate(zip(judged, following, strict=True)):
        plain = [{k: v or KNOWN.get(k, "3") for k, v in row.items() if k not in ("id", "period")} for row in (now, later)]
        if number == 0:
            plain[0] = {k: v for k, v in now.items() if k not in ("id", "period")}
        row = decider.reader.row(plain[0], PERIOD, Around({1: plain[1]}, None, {}))
        fired = decider.straight(row.cells) if decider.straight else None
        if fired is None:
            continue
        whole = Statement(decider.result(row)).standing("unit", ALONE, decider.shared)
        if fired != whole:
            said.append(f"{now['id']}: {fired} instead of {whole}")
    return said
