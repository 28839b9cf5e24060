"""One subject at a time: the part of a plan that reads only the subject's own row, as one Python function.

The function assumes that every fact is known and no divisor is zero, and returns None where that is not so,
where claims meet, or where an amount is negative: then the whole plan decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from perfrules.engines.record import Cell, source
from perfrules.language import plan, scalars
from perfrules.language.builder import table_name
from perfrules.language.rebuild import are_opposite, inputs, rebuilt
from perfrules.language.scalars import TRUE, ZERO, Scalar

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

    Where that is zero, there is no claim; where it is not `known`, the whole plan decides. Of claims with the
    same `group`, two at once are left to the whole plan.
    """

    number: int
    made: Scalar
    size: Scalar | None = None
    known: Scalar = TRUE
    reported: bool = False
    group: object = None


DEPTH_MAX = 10  # derivations put into one another; Python's parser takes 200 parentheses


class _TooMuch(Exception):
    """The plan reads other rows."""


def inputs_of(whole: plan.Plan, kind: str) -> tuple[Input, ...]:
    """The cells of a row of a kind, in order: the facts that a plan reads of the subject itself.

    What is read over years is read of the judged one, too.
    """
    reads = [s for s in whole.steps if isinstance(s, plan.Read) and s.kind == kind]
    cells = [Input(0 if r.years else r.offset, f) for r in reads if not r.years or r.offset >= 0 for f in r.facts]
    return tuple(sorted(dict.fromkeys(cells), key=lambda cell: abs(cell.offset)))


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
    """Writes the function. What the rows' columns are derived from is put in where it is used once, and is a
    variable where it is used more often; an amount is computed only where its claim is made."""

    def __init__(self, whole: plan.Plan, kind: str) -> None:
        self.table = table_name(kind)
        self.inputs = inputs_of(whole, kind)
        self.derived: dict[str, Scalar] = {}
        self.variables: dict[str, str] = {}
        self.resolved: dict[str, Scalar] = {}
        self.meant: dict[str, Scalar] = {}  # what a variable of our own stands for
        self.needed: set[str] = set()
        self.depths: dict[str, int] = {}  # of what is put in, in steps of derivation
        self.uses: Counter[str] = Counter()
        self.divisors: dict[Scalar, None] = {}
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
        self.count([s for w in wanted for s in (w.made, w.size, w.known) if s])
        for rail in (rail for rails in rules for rail in rails):  # seldom written: not a use of its own
            if isinstance(rail, scalars.Column) and rail.name in self.derived and not self.uses[rail.name]:
                self.uses[rail.name] = 1
                self.count([self.derived[rail.name]])
        for name in self.derived:  # in order, so that what each reads is there
            if self.uses[name]:
                self.column(name)
        head, body = [], []
        if self.inputs:
            cells = [f"f{n}" for n in range(len(self.inputs))]
            head = [f"    {', '.join(cells)}, = row"]
            head += [f"    if {' or '.join(f'{cell} is None' for cell in cells)}: return None"]
        for holds, fails in rules:
            yes, no = self.scalar(holds), self.scalar(fails)
            if not are_opposite(yes, no, self.meant):
                body.append(f"    if not ({self.text(yes)} or {self.text(no)}): return None")
        members = Counter(w.group for w in wanted if w.group is not None)
        groups = {group: f"g{n}" for n, (group, size) in enumerate(members.items()) if size > 1}
        for claim in wanted:
            body += self.claim(claim, groups)
        head += [f"    {count} = 0" for count in groups.values()]
        body += [f"    if {count} > 1: return None" for count in groups.values()]
        body = [*self.assignments(), "    fired = []", *body, "    return fired"]
        code = "\n".join(["def decide(row):", *head, *body])
        scope: dict[str, Decide] = {}
        exec(code, {"__builtins__": {}}, scope)  # our own source, from closed data
        return scope["decide"]

    def count(self, roots: Sequence[Scalar]) -> None:
        """How often each derived column is read."""
        pending = list(roots)
        while pending:
            for name in inputs(pending.pop()):
                if not self.uses[name] and name in self.derived:
                    pending.append(self.derived[name])
                self.uses[name] += 1

    def claim(self, claim: Wanted, groups: Mapping[object, str]) -> list[str]:
        condition = self.text(self.scalar(claim.made))
        record = [f"fired.append(({claim.number}, {'a' if claim.reported else 'None'}))"]
        if claim.group in groups:
            record.append(f"{groups[claim.group]} += 1")
        if claim.size is not None:
            record = ["if a > 0:", *(f"    {r}" for r in record), "elif a: return None"]
            known = self.scalar(claim.known)
            unknown = [] if known == TRUE else [f"if not {self.text(known)}: return None"]
            record = [*unknown, f"a = {self.text(self.scalar(claim.size))}", *record]
        return [f"    if {condition}:", *(f"        {line}" for line in record)]

    def scalar(self, scalar: Scalar) -> Scalar:
        """The scalar over the row's own cells: derived columns put in, with everything known."""
        values: dict[str, Scalar] = {}
        for name in dict.fromkeys(inputs(scalar)):
            if name not in self.variables:
                values[name] = self.column(name)
        return self.guarded(rebuilt(scalar, self.known, values))

    def column(self, name: str) -> Scalar:
        """A derived column, put in where it is small or used once, else as a variable of its own."""
        if name not in self.resolved:
            if name not in self.derived:
                raise _TooMuch
            found = self.scalar(self.derived[name])
            depth = 1 + max((self.depths.get(n, 0) for n in inputs(self.derived[name])), default=0)
            if not _is_small(found) and (self.uses[name] > 1 or depth > DEPTH_MAX):
                depth = 0
                variable = f"v{len(self.meant)}"
                self.meant[variable] = found
                self.variables[variable] = variable
                found = scalars.Column(variable)
            self.resolved[name], self.depths[name] = found, depth
        return self.resolved[name]

    def guarded(self, scalar: Scalar) -> Scalar:
        """The scalar without tests that a divisor is not zero: those are made once, beforehand."""
        match scalar:
            case scalars.And(parts=parts):
                divisors = {part: divisor for part in parts if (divisor := _divisor(part)) is not None}
                self.divisors |= dict.fromkeys(divisors.values())
                return scalars.both(*(self.guarded(part) for part in parts if part not in divisors))
            case scalars.Or(parts=parts):
                return scalars.either(*map(self.guarded, parts))
            case _:
                return scalar

    def text(self, scalar: Scalar) -> str:
        self.needed.update(inputs(scalar))
        return source(scalar, self.variables.__getitem__, lambda _: False)

    def assignments(self) -> list[str]:
        """The variables that are needed, and the tests of divisors, each before anything is divided by it."""
        lines: dict[str, None] = {}
        for divisor in self.divisors:
            lines |= dict.fromkeys(self.assigned(inputs(divisor)))
            lines[f"    if {self.text(divisor)} == 0: return None"] = None
        return list(lines | dict.fromkeys(self.assigned(self.needed)))

    def assigned(self, names: Iterable[str]) -> list[str]:
        """The assignments of variables and of what they read, in order."""
        pending, found = list(names), set()
        while pending:
            name = pending.pop()
            if name in self.meant and name not in found:
                found.add(name)
                pending += inputs(self.meant[name])
        return [f"    {name} = {self.text(value)}" for name, value in self.meant.items() if name in found]


def _is_small(scalar: Scalar) -> bool:
    """Whether computing the scalar again costs no more than keeping it."""
    if isinstance(scalar, scalars.Compare):
        return _is_small(scalar.left) and _is_small(scalar.right)
    return isinstance(scalar, (scalars.Literal, scalars.Column))


def _divisor(scalar: Scalar) -> Scalar | None:
    if isinstance(scalar, scalars.Compare) and scalar.operator == "!=" and scalar.right == ZERO:
        return scalar.left if isinstance(scalar.left, scalars.Column) else None
    return None
