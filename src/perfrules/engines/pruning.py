"""Leaves out what nothing reads: a database carries each column of a part of a query that it keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from perfrules.engines.dialects import Expression


def prune(queries: Iterable[Expression], parts: Mapping[str, Expression]) -> None:
    """Leave out of each part, in place, the columns that neither the queries nor parts behind it read."""
    given: dict[str, list[str]] = {}
    for name, part in parts.items():
        for select in _selects(part):
            select.set("expressions", list(_named(select, given)))
        given[name] = [field.alias_or_name for field in next(_selects(part)).expressions]
    read: defaultdict[str, set[str]] = defaultdict(set)
    for query in queries:
        _note(query, given, read)
    for name, part in reversed(list(parts.items())):
        if name in read:
            for select in _selects(part):
                fields = select.expressions
                kept = [field for field in fields if field.alias_or_name in read[name]]
                select.set("expressions", kept or fields[:1])  # where only rows are counted, one
            _note(part, given, read)


def _selects(query: Expression) -> Iterator[Expression]:
    """What a query is the union of."""
    if isinstance(query, exp.Union):
        for side in (query.this, query.expression):
            yield from _selects(side)
    else:
        yield query


def _named(select: Expression, given: Mapping[str, list[str]]) -> Iterator[Expression]:
    """What a part chooses, each column by its name, where a star stands for those of another."""
    for field in select.expressions:
        if field.is_star:
            source = select.args["from_"].this
            yield from (exp.column(name, source.alias or None) for name in given[source.name])
        else:
            yield field


def _note(query: Expression, given: Mapping[str, list[str]], read: dict[str, set[str]]) -> None:
    """Take down what a query may read of the parts that stand in it: what has the name of any column in it."""
    found = list(query.find_all(exp.Column, exp.Table))
    names = {one.name for one in found if isinstance(one, exp.Column)}
    for table in found:
        if isinstance(table, exp.Table) and table.name in given and not table.db:
            chosen = table.find_ancestor(exp.Select)
            is_all = chosen is not None and any(field.is_star for field in chosen.expressions)
            read[table.name] |= set(given[table.name]) if is_all else names
