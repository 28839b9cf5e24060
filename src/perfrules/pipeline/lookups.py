"""Lookups: the decision tables of a policy, read row by row; with its scorecards, what is named without `names:`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from perfrules.core.problem import Findings
from perfrules.core.span import Span, Text
from perfrules.language.cells import parse_cell
from perfrules.language.combine import constant
from perfrules.language.nodes import Choose, Compare, Literal, Member, Name, Node, walk
from perfrules.language.parse import parse, parse_literal
from perfrules.language.scope import Scope, Type
from perfrules.language.scorecards import Scorecard, points, total
from perfrules.language.tables import ALWAYS, ROWS_MAX, Row, Table, chain, conditions
from perfrules.language.words import HITS
from perfrules.language.write import write
from perfrules.pipeline.scales import ScorecardForm, TableForm
from perfrules.pipeline.weighing import check_items, read_scorecards
from perfrules.pipeline.wording import word_of


@dataclass(frozen=True)
class Lookups:
    """The decision tables and scorecards of a policy: which expression each output, each input that is no name, and
    each item stands for."""

    tables: Mapping[str, Table]
    nodes: Mapping[str, Node]  # by output, and by an input's own text: still to be typed
    spans: Mapping[str, Span]
    cards: Mapping[str, Scorecard]  # by their own names, and by those of their items

    def typed(self, name: str, node: Node, kind: Type, scope: Scope, findings: Findings) -> tuple[Node, Type]:
        """An output with the words that it can be. What tables and scorecards may not compare or weigh is noted."""
        card = self.cards.get(name)
        if card is not None:
            check_items((item for item in card.items if item.name == name), scope, findings)
        table = self.table_of(name)
        if table is not None:
            _check_constants(table.name, node, scope, findings)
        if table is None or kind.kind != "choice":
            return node, kind
        return node, replace(kind, choices=table.words(table.outputs.index(name)))

    def table_of(self, name: str) -> Table | None:
        """The table that has an output of this name."""
        return next((t for t in self.tables.values() if name in t.outputs), None)


def read_lookups(forms: Mapping[Text, TableForm], cards: Mapping[Text, ScorecardForm], findings: Findings) -> Lookups:
    """The tables and scorecards that forms say; what can't be read is noted, and left out."""
    tables: dict[str, Table] = {}
    nodes: dict[str, Node] = {}
    spans: dict[str, Span] = {}
    for name, form in forms.items():
        inputs = [_input(text, nodes, spans, findings) for text in form.inputs]
        table = _table(name, form, inputs, findings)
        if table is not None:
            tables[str(name)] = table
            nodes |= {output: chain(table, column) for column, output in enumerate(table.outputs)}
        for output in outputs_of(name, form):
            spans[str(output)] = output.span
            nodes.setdefault(str(output), Literal("?", ""))
    read = read_scorecards(cards, findings)
    for card in read:
        nodes |= {item.name: points(card, item) for item in card.items} | {card.name: total(card)}
        spans |= {item.name: item.span for item in card.items}
    for name in cards:
        spans[str(name)] = name.span
        nodes.setdefault(str(name), Literal("?", ""))
    return Lookups(tables, nodes, spans, {name: card for card in read for name in card.names})


def outputs_of(name: Text, form: TableForm) -> list[Text]:
    """The outputs of a table: one that is called like it, or those that it names."""
    return form.outputs or [name]


def _input(text: Text, nodes: dict[str, Node], spans: dict[str, Span], findings: Findings) -> Node | None:
    """An input as a name: an expression that is none becomes one under its own text."""
    node = parse(text, findings)
    if node is None or isinstance(node, Name):
        return node
    written = write(node)
    nodes[written] = node
    spans[written] = text.span
    return Name((written,), text.span)


def _table(name: Text, form: TableForm, inputs: list[Node | None], findings: Findings) -> Table | None:
    before = len(findings.errors)
    hit = word_of(form.hit, HITS, findings) if form.hit else "unique"
    outputs = outputs_of(name, form)
    if not form.rows or not inputs:
        findings.add("PR253", name.span, table=str(name))
    if len(form.rows) > ROWS_MAX:
        findings.add("PR254", name.span, table=str(name), count=str(len(form.rows)), limit=str(ROWS_MAX))
    rows = [_row(row, name, inputs, len(outputs), findings) for row in form.rows[:ROWS_MAX]]
    read = [row for row in rows if row is not None]
    for column, text in enumerate(form.inputs):
        if len(read) == len(rows) > 0 and all(row.tests[column] == ALWAYS for row in read):
            findings.add("PR260", text.span, table=name, input=str(text))
    if len(findings.errors) > before or None in inputs:
        return None
    written = tuple(write(node) for node in inputs if node is not None)
    whole = _same_kinds(tuple(read))
    return Table(str(name), written, tuple(str(o) for o in outputs), whole, hit, name.span)


def _row(cells: list[Text], name: Text, inputs: list[Node | None], outputs: int, findings: Findings) -> Row | None:
    if len(cells) != len(inputs) + outputs:
        span = cells[0].span.to(cells[-1].span) if cells else name.span
        within = range(span.start, span.end)
        if not any(p.code == "PR124" and p.span and p.span.start in within for p in findings.problems):  # said by comma
            findings.add("PR252", span, found=str(len(cells)), needed=str(len(inputs) + outputs),
                         inputs=str(len(inputs)), outputs=str(outputs))  # fmt: skip
        return None
    tests = [parse_cell(cell, node, findings) for cell, node in zip(cells, inputs, strict=False) if node is not None]
    given = [parse_literal(cell, findings) for cell in cells[len(inputs) :]]
    if None in tests or None in given or len(tests) < len(inputs):
        return None
    written = ", ".join(" ".join(c.split()) for c in cells[: len(inputs)])
    found = tuple(_word(literal) for literal in given if literal is not None)
    return Row(tuple(t for t in tests if t is not None), found, written, cells[0].span.to(cells[-1].span))


def _word(literal: Literal) -> Literal:
    return replace(literal, kind="choice") if literal.kind == "word" else literal


def _same_kinds(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Quoted texts in a column with bare words are words of the choice, too."""
    choices = {i for row in rows for i, o in enumerate(row.outputs) if o.kind == "choice"}
    return tuple(
        replace(
            row,
            outputs=tuple(
                replace(o, kind="choice") if i in choices and o.kind == "text" else o for i, o in enumerate(row.outputs)
            ),
        )
        for row in rows
    )


def _check_constants(name: str, node: Node, scope: Scope, findings: Findings) -> None:
    """A test compares with constants and parameters only."""
    if not isinstance(node, Choose):
        return
    for condition in conditions(node):
        for part in walk(condition):
            values = [part.right] if isinstance(part, Compare) else part.members if isinstance(part, Member) else ()
            for value in values:
                inner = value if constant(value, scope) is None else None
                if isinstance(inner, Name) and inner.symbol is not None:
                    findings.add("PR255", inner.span, table=name, name=write(inner))
