"""One subject at a time: the part of a plan that reads only the subject's own row, as one Python function.

The function assumes that every fact is known and no divisor is zero, and returns None where that is not so,
where claims meet, or where an amount is negative: then the whole plan decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from perfrules.engines.record import Cell, source
from perfrules.language import plan
from perfrules.language.builder import table_name
from perfrules.language.plan import TRUE, ZERO, Scalar
from perfrules.language.rebuild import inputs, rebuilt

Fired = list[tuple[int, int | None]]
Decide = Callable[[tuple[Cell, ...]], Fired | None]


@dataclass(frozen=True, slots=True)
class Input:
    """A cell of a row: a fact of the subject, so many years from the judged period."""

    offset: int
    fact: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim that the function shall report: when it is made, and its amount or (not `reported`) its weight.

    Where that is zero, there is no claim. Of claims with the same `group`, two at once are left to the whole
    plan.
    """

    number: int
    made: Scalar
    size: Scalar | None = None
    reported: bool = False
    group: object = None


class _TooMuch(Exception):
    """The plan reads other rows."""


def inputs_of(whole: plan.Plan, kind: str) -> tuple[Input, ...]:
    """The cells of a row of a kind, in order: the facts that a plan reads of the subject itself."""
    reads = [s for s in whole.steps if isinstance(s, plan.Read) and s.kind == kind]
    return tuple(Input(r.offset, fact) for r in sorted(reads, key=lambda r: abs(r.offset)) for fact in r.facts)


def straight(
    whole: plan.Plan, kind: str, rules: Sequence[tuple[Scalar, Scalar]], wanted: Sequence[Wanted]
) -> Decide | None:
    """A function from a row's cells to the claims that are made; None where other rows matter.

    `rules` are the rails (holds, fails) of every rule: where one is neither, the whole plan decides.
    """
    try:
        return _Writer(whole, kind).function(rules, wanted)
    except _TooMuch:
        return None


class _Writer:
    def __init__(self, whole: plan.Plan, kind: str) -> None:
        self.table = table_name(kind)
        self.inputs = inputs_of(whole, kind)
        self.derived: dict[str, Scalar] = {}
        self.variables: dict[str, str] = {}
        self.resolved: dict[str, Scalar] = {}
        self.guarding: set[Scalar] = set()
        self.lines: list[str] = []
        own = {i.fact: n for n, i in enumerate(self.inputs) if i.offset == 0}
        self.variables |= {fact: f"f{n}" for fact, n in own.items()}
        for step in whole.steps:
            if isinstance(step, plan.Derive) and step.table == self.table:
                self.derived[step.column] = step.scalar
            elif isinstance(step, plan.Join) and step.table == self.table:
                self.joined(step, kind)
        self.known = frozenset(self.variables)

    def joined(self, step: plan.Join, kind: str) -> None:
        """The same subject in another year is part of its row."""
        for n, cell in enumerate(self.inputs):
            if cell.offset and step.source == table_name(kind, cell.offset) and step.on == (("id", "id"),):
                self.variables |= {new: f"f{n}" for new, old in step.columns if old == cell.fact}

    def function(self, rules: Sequence[tuple[Scalar, Scalar]], wanted: Sequence[Wanted]) -> Decide:
        body: list[str] = []
        for holds, fails in rules:
            yes, no = self.scalar(holds), self.scalar(fails)
            if not _opposite(yes, no):
                body.append(f"    if not ({self.text(yes)} or {self.text(no)}): return None")
        groups = {w.group: f"g{n}" for n, w in enumerate(wanted) if w.group is not None}
        for claim in wanted:
            body += self.claim(claim, groups)
        body += [f"    if {count} > 1: return None" for count in dict.fromkeys(groups.values())]
        head = [f"    {', '.join(f'f{n}' for n in range(len(self.inputs)))}, = row"] if self.inputs else []
        head += ["    if None in row: return None"]
        head += [f"    {count} = 0" for count in dict.fromkeys(groups.values())]
        code = "\n".join(["def decide(row):", *head, *self.lines, "    fired = []", *body, "    return fired"])
        scope: dict[str, Decide] = {}
        exec(code, {"__builtins__": {}}, scope)  # our own source, from closed data
        return scope["decide"]

    def claim(self, claim: Wanted, groups: dict[object, str]) -> list[str]:
        condition = self.text(self.scalar(claim.made))
        record = [f"fired.append(({claim.number}, {'a' if claim.reported else 'None'}))"]
        if claim.group is not None:
            record.append(f"{groups[claim.group]} += 1")
        if claim.size is not None:
            size = self.text(self.scalar(claim.size))
            record = [f"a = {size}", "if a > 0:", *(f"    {r}" for r in record), "elif a: return None"]
        return [f"    if {condition}:", *(f"        {line}" for line in record)]

    def scalar(self, scalar: Scalar) -> Scalar:
        """The scalar over the row's own cells: derived columns put in, with everything known."""
        values: dict[str, Scalar] = {}
        for name in dict.fromkeys(inputs(scalar)):
            if name not in self.variables:
                values[name] = self.column(name)
        return self.guarded(rebuilt(scalar, self.known, values))

    def column(self, name: str) -> Scalar:
        """A derived column, written out where it is small, else as a variable of its own."""
        if name not in self.resolved:
            if name not in self.derived:
                raise _TooMuch
            found = self.scalar(self.derived[name])
            if isinstance(found, (plan.Multiply, plan.DivFloor, plan.Choose, plan.Add, plan.Subtract)):
                variable = f"v{len(self.lines)}"
                self.lines.append(f"    {variable} = {self.text(found)}")
                self.variables[variable] = variable
                found = plan.Column(variable)
            self.resolved[name] = found
        return self.resolved[name]

    def guarded(self, scalar: Scalar) -> Scalar:
        """The scalar without tests that a divisor is not zero: those are made once, beforehand."""
        match scalar:
            case plan.And(parts=parts) if any(_divisor(p) is not None for p in parts):
                rest = []
                for part in parts:
                    divisor = _divisor(part)
                    if divisor is None:
                        rest.append(self.guarded(part))
                    elif divisor not in self.guarding:
                        self.guarding.add(divisor)
                        self.lines.append(f"    if {self.text(divisor)} == 0: return None")
                return plan.both(*rest)
            case plan.And(parts=parts):
                return plan.both(*map(self.guarded, parts))
            case plan.Or(parts=parts):
                return plan.either(*map(self.guarded, parts))
            case _:
                return scalar

    def text(self, scalar: Scalar) -> str:
        return source(scalar, self.variables.__getitem__, lambda _: False)


def _divisor(scalar: Scalar) -> Scalar | None:
    if isinstance(scalar, plan.Compare) and scalar.operator == "!=" and scalar.right == ZERO:
        return scalar.left if isinstance(scalar.left, plan.Column) else None
    return None


def _opposite(yes: Scalar, no: Scalar) -> bool:
    """Whether one of two scalars is true exactly where the other is not, by De Morgan's laws."""
    if plan.negate(yes) == no or plan.negate(no) == yes:
        return True
    if (isinstance(yes, plan.And) and isinstance(no, plan.Or)) or (
        isinstance(yes, plan.Or) and isinstance(no, plan.And)
    ):
        return len(yes.parts) == len(no.parts) and all(map(_opposite, yes.parts, no.parts))
    return yes == TRUE and no == plan.FALSE
