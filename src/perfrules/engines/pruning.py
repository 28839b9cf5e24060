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
        given[name] = list(_names(next(_selects(part)), given))
    read: defaultdict[str, set[str]] = defaultdict(set)
    for query in queries:
        _note(query, given, read)
    for name, part in reversed(list(parts.items())):
        if name in read:
            for select in _selects(part):
                select.set("expressions", _kept(select, given, read[name]))
            _note(part, given, read)


def _selects(query: Expression) -> Iterator[Expression]:
    """What a query is the union of."""
    if isinstance(query, exp.Union):
        for side in (query.this, query.expression):
            yield from _selects(side)
    else:
        yield query


def _names(select: Expression, given: Mapping[str, list[str]]) -> Iterator[str]:
    """What the columns are called that a part chooses."""
    for field in select.expressions:
        if field.is_star:
            yield from given[_origin(select)]
        else:
            yield field.alias_or_name


def _kept(select: Expression, given: Mapping[str, list[str]], read: set[str]) -> list[Expression]:
    """Those that are read, each by its name; of a part of which only rows are counted, one."""
    fields: list[Expression] = []
    for field in select.expressions:
        if field.is_star:
            fields += (exp.column(name, select.args["from_"].this.alias or None) for name in given[_origin(select)])
        else:
            fields.append(field)
    return [field for field in fields if field.alias_or_name in read] or fields[:1]


def _origin(select: Expression) -> str:
    """The part whose columns a star stands for."""
    return str(select.args["from_"].this.name)


def _note(query: Expression, given: Mapping[str, list[str]], read: dict[str, set[str]]) -> None:
    """Take down what a query may read of the parts that stand in it: what has the name of any column in it."""
    names = {column.name for column in query.find_all(exp.Column)}
    for table in query.find_all(exp.Table):
        if table.name in given and not table.db:
            chosen = table.find_ancestor(exp.Select)
            is_all = chosen is not None and any(field.is_star for field in chosen.expressions)
            read[table.name] |= set(given[table.name]) if is_all else names
