"""Readings: every name that an expression reads, and every other row that it looks at, with their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perfrules.core.problem import Findings, Words
from perfrules.language.kinds import check
from perfrules.language.meaning import evaluate, looked_at, steps
from perfrules.language.nodes import Aggregate, Call, Name, Node, Unary, children, is_elsewhere
from perfrules.language.scope import Type, fact_type, symbol_fact
from perfrules.language.scorecards import of_known
from perfrules.language.subject import Subject, Unknown, Value
from perfrules.language.tables import conditions
from perfrules.language.words import EXPRESSION
from perfrules.language.write import in_its_script, speaks_chinese, write


@dataclass(frozen=True, slots=True)
class Read:
    """A name that a condition or formula read: what it stands for, and its value.

    `role` is `fact`, `opening`, `parameter`, `definition`, `table` or `clock`. `formula` is that of a
    definition, or the tests of a table's `row` that hits, counted from 1 (0: none surely does; -1: none does), or what
    the author wrote for the clock, where that is not its name.
    `source` and `since` are those of a parameter. `period` is the year the fact is of.
    """

    role: str
    name: str
    kind: Type
    value: Value
    formula: str = ""
    source: str = ""
    since: str = ""
    note: Words = Words("", "")
    period: int = 0
    row: int = 0

    @property
    def said(self) -> str:
        """Its name; that of the clock as the author wrote it."""
        return self.formula or self.name if self.role == "clock" else self.name


@dataclass(frozen=True, slots=True)
class Member:
    """Another row that was looked at: what was read of it, whether it counts, and its value under the function.

    `text` is what the value is of, where that is more than a name.
    """

    id: str
    period: int
    reads: tuple[Read, ...]
    counts: Value
    text: str
    kind: Type
    value: Value
    looks: tuple[Look, ...]  # from there at further rows


@dataclass(frozen=True, slots=True)
class Look:
    """An aggregate, or a look at another period or row: as written, its value, and every row it looked at."""

    text: str
    kind: Type
    value: Value
    members: tuple[Member, ...]


def written(node: Node) -> str:
    """As the author wrote it, on one line; a part that was made from `unless` with a `not` in the author's script."""
    if isinstance(node, Unary) and node.operator == "not" and node.operand.span is not None:
        inner, whole = written(node.operand), write(node)
        loose = whole != f"not {write(node.operand)}"
        return f"{EXPRESSION['not'] if speaks_chinese(inner) else 'not'} {f'({inner})' if loose else inner}"
    if node.span is None or isinstance(node, Unary):
        return in_its_script(write(node))
    return " ".join(node.span.source.text[node.span.start : node.span.end].split())


def reads(nodes: Iterable[Node], seen: Subject) -> Iterator[Read]:
    """Every name that expressions read of the subject itself and of what it belongs to, each once."""
    done: set[str] = set()
    for node, subject, prefix in _walk([(node, seen, "") for node in nodes]):
        if isinstance(node, Name) and node.symbol is not None:
            read = _read(node, subject, prefix)
            key = f"{read.name} {read.period} {read.role}"
            if key not in done:
                done.add(key)
                yield read


Visit = tuple[Node, Subject, str]  # a node, whom it is about, and how names of that one begin


def _walk(pending: list[Visit]) -> Iterator[Visit]:
    """The nodes that are about a subject, and behind its names; not those about other rows."""
    while pending:
        node, subject, prefix = pending.pop(0)
        yield node, subject, prefix
        if isinstance(node, Aggregate) or is_elsewhere(node):
            continue
        symbol = node.symbol if isinstance(node, Name) else None
        if symbol is None:
            pending = [*((child, subject, prefix) for child in children(node)), *pending]
        elif symbol.role == "definition":
            above = subject.above(symbol.path)
            if above is not None:
                names = prefix + "".join(f"{step}." for step in symbol.path)
                pending = [(above.scope.definitions[symbol.name][0], above, names), *pending]


def _read(node: Name, seen: Subject, prefix: str) -> Read:
    symbol = node.symbol
    assert symbol is not None
    value = evaluate(node, seen)
    name = prefix + ".".join((*symbol.path, symbol.name))
    if symbol.role == "definition":
        owner = symbol.path[-1] if symbol.path else seen.scope.kind.name
        formula, kind = seen.scope.world[owner][symbol.name]
        table, above = seen.scope.tables.get((owner, symbol.name)), seen.above(symbol.path)
        if table is not None and above is not None:
            row = _hit(formula, above)
            return Read("table", name, kind, value, table.rows[row - 1].written if row > 0 else "", row=row)
        if above is not None and symbol.name in above.scope.cards:
            return Read(symbol.role, name, kind, value, in_its_script(write(_weighed(symbol.name, formula, above))))
        return Read(symbol.role, name, kind, value, written(formula))
    if symbol.role == "parameter":
        parameter = seen.scope.parameters[symbol.name]
        known = (parameter.source, parameter.since, parameter.note)
        return Read(symbol.role, symbol.name, parameter.type, value, "", *known)
    if symbol.role == "clock":
        said = "".join(node.parts)
        kind = Type("date" if symbol.name == "as_of" else "count")
        return Read(symbol.role, symbol.name, kind, value, said if said != symbol.name else "")
    if symbol.role == "ancestor":
        return Read("clock", symbol.name, Type("text"), value)
    fact = symbol_fact(seen.scope.vocabulary, seen.scope.kind.name, symbol)
    return Read(symbol.role, name, fact_type(fact), value, period=seen.period + symbol.offset)


def _weighed(name: str, formula: Node, seen: Subject) -> Node:
    """What a scorecard or one of its items is for a subject: without the items whose weight the others have."""
    card = seen.scope.cards[name]
    if name != card.name or not card.reweight:
        return formula
    values = {item: evaluate(seen.scope.definitions[item.name][0], seen) for item in card.items}
    return of_known(card, [item for item, value in values.items() if not isinstance(value, Unknown)])


def _hit(formula: Node, seen: Subject) -> int:
    """The row of a table that surely hits, counted from 1; 0 where one could, -1 where none does."""
    for number, condition in enumerate(conditions(formula), 1):
        hits = evaluate(condition, seen)
        if hits is not False:
            return number if hits is True else 0
    return -1


def looks(nodes: Iterable[Node], seen: Subject) -> Iterator[Look]:
    """The other rows that expressions look at, also behind names and within one another, each look once."""
    done: set[tuple[Node, str, int]] = set()
    pending = [(node, seen, "") for node in nodes]
    for node, subject, _ in _walk(pending):
        key = (node, subject.name, subject.period)
        if key not in done and (isinstance(node, Aggregate) or is_elsewhere(node)):
            done.add(key)
            yield _rows(node, subject) if isinstance(node, Aggregate) else _elsewhere(node, subject)


def looks_at_others(node: Node, seen: Subject) -> bool:
    """Whether an expression looks at all of a kind, so that others change what comes out."""
    for part, subject, _ in _walk([(node, seen, "")]):
        reach = subject.scope.members(part.over) if isinstance(part, Aggregate) else None
        if reach is not None and reach[0] == "cohort":
            return True
    return False


def _kind(node: Node, seen: Subject) -> Type:
    return check(node, seen.scope, Findings())[1]


def _elsewhere(node: Node, seen: Subject) -> Look:
    assert isinstance(node, Call)
    value, there = node.arguments[0], seen.other(steps(node, seen))
    members = () if there is None else (_member(there, True, value, [value]),)
    return Look(written(node), _kind(node, seen), evaluate(node, seen), members)


def _rows(node: Aggregate, seen: Subject) -> Look:
    found = looked_at(node, seen)
    inside = [n for n in (node.where, node.value, node.per, node.order) if n is not None]
    rows = [] if isinstance(found, Unknown) else found
    members = tuple(_member(row.of, row.counts, node.value, inside) for row in rows)
    return Look(written(node), _kind(node, seen), evaluate(node, seen), members)


def _member(row: Subject, counts: Value, value: Node | None, inside: list[Node]) -> Member:
    simple = value is None or isinstance(value, Name)
    text = "" if value is None or simple else written(value)
    kind = Type("?") if value is None else _kind(value, row)
    result: Value = True if value is None else evaluate(value, row)
    further = tuple(looks(inside, row))
    return Member(row.id, row.period, tuple(reads(inside, row)), counts, text, kind, result, further)
