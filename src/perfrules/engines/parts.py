"""The parts of a query, common table expressions: each is there once, with the columns that are read of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy

from sqlglot import exp

from perfrules.engines.dialects import Dialect, Expression
from perfrules.engines.expressions import below

PREFIX = "perfrules_"
CHAINED_MAX = 12  # parts that Spark is given one after the other: it stops analyzing a query after a hundred rounds


class Parts:
    """Parts by their names, in an order in which each reads only those before it."""

    def __init__(self, dialect: Dialect, taken: Iterable[str] = (), prefix: str = PREFIX) -> None:
        self.dialect, self.prefix = dialect, prefix
        self.queries: dict[str, Expression] = {}
        self._read: dict[str, list[str]] = {}  # the parts that each reads, as often as it does
        self._taken = {name.casefold() for name in taken}
        self._count = 0

    def add(self, query: Expression, *, first: bool = False) -> str:
        """The name of a part with a query; what is to be `first` is computed before all that is there."""
        name = self.fresh()
        if first:
            self.queries = {name: query, **self.queries}
        else:
            self.queries[name] = query
        return name

    def fresh(self) -> str:
        """A name that no table has."""
        self._count += 1
        name = f"{self.prefix}{self._count}"
        return self.fresh() if name in self._taken else name

    def whole(self, query: Expression) -> Expression:
        """A query with the parts that it needs, directly or for others."""
        needed = self._needed([query])
        parts = [self._expression(name, self.queries[name], times) for name, times in needed.items()]
        if parts:
            query.set("with_", exp.With(expressions=parts))
        return query

    def kept(self, queries: Sequence[Expression], always: Sequence[str]) -> Iterator[tuple[str, Expression]]:
        """What queries read several times, is always kept, or ends a long chain, in order, no longer ours to write:
        each part with those that only it reads."""
        length: dict[str, int] = {}
        for name, times in self._needed(queries).items():
            length[name] = 1 + max((length.get(one, 0) for one in self._reads(name)), default=0)
            if times > 1 or name in always or length[name] >= CHAINED_MAX:
                del length[name]
                yield name, self.whole(self.queries.pop(name))

    def pruned(self, queries: Iterable[Expression]) -> Parts:
        """The parts that queries need, without the columns that neither these nor parts behind them read: a database
        carries each column of a part that it keeps."""
        given: dict[str, list[str]] = {}
        for name, part in self.queries.items():
            given[name] = [one for one, _ in _fields(_selects(part)[0], given)]
        found, read = copy(self), defaultdict[str, set[str]](set)
        found.queries, found._read = {}, {}
        for query in queries:
            _note(query, given, read)
        for name, part in reversed(self.queries.items()):
            if name in read:
                kept = read[name].intersection(given[name]) or given[name][:1]  # where only rows are counted, one
                found.queries[name] = below([_narrow(select, given, kept) for select in _selects(part)])
                found._read[name] = _note(found.queries[name], given, read)
        found.queries = dict(reversed(found.queries.items()))
        return found

    def _needed(self, queries: Iterable[Expression]) -> dict[str, int]:
        """The parts that queries need, in order, and how often each is read."""
        read: Counter[str] = Counter()
        waiting = [name for query in queries for name in _tables(query)]
        while waiting:
            name = waiting.pop()
            if name in self.queries:
                read[name] += 1
                if read[name] == 1:
                    waiting += self._reads(name)
        return {name: read[name] for name in self.queries if name in read}

    def _reads(self, name: str) -> list[str]:
        if name not in self._read:
            self._read[name] = _tables(self.queries[name])
        return self._read[name]

    def _expression(self, name: str, query: Expression, times: int) -> Expression:
        """A part that is computed once, also where it is read several times."""
        alias = exp.TableAlias(this=exp.to_identifier(name))
        is_kept = self.dialect.keeps and times > 1
        if self.dialect.repeats and not is_kept:
            query.set("offset", exp.Offset(expression=exp.Literal.number(0)))  # what it gives is not put together anew
        return exp.CTE(this=query, alias=alias, materialized=is_kept or None)


def _tables(query: Expression) -> list[str]:
    """The tables without a schema that a query reads, as often as it does."""
    return [table.name for table in query.find_all(exp.Table) if not table.db]


def _selects(query: Expression) -> list[Expression]:
    """What a query is the union of."""
    found = []
    while isinstance(query, exp.Union):
        found.append(query.expression)
        query = query.this
    return [query, *reversed(found)]


def _fields(select: Expression, given: Mapping[str, list[str]]) -> Iterator[tuple[str, Expression]]:
    """What a part chooses, by its name; a star stands for each column of another."""
    for field in select.expressions:
        if field.is_star:
            yield from ((name, field) for name in given[select.args["from_"].this.name])
        else:
            yield field.alias_or_name, field


def _narrow(select: Expression, given: Mapping[str, list[str]], kept: Iterable[str]) -> Expression:
    """A part that chooses only some columns; the whole one stays as it is."""
    fields = [
        exp.column(name, select.args["from_"].this.alias_or_name) if field.is_star else field
        for name, field in _fields(select, given)
        if name in kept
    ]
    return exp.Select(**{**select.args, "expressions": fields})


def _note(query: Expression, given: Mapping[str, list[str]], read: dict[str, set[str]]) -> list[str]:
    """The parts that a query reads; take down what it may read of each: what has the name of any column in it."""
    parts = []
    for select in _selects(query):
        found = list(select.find_all(exp.Column, exp.Table))
        names = {one.name for one in found if isinstance(one, exp.Column)}
        for table in found:
            if isinstance(table, exp.Table) and table.name in given and not table.db:
                chosen = table.find_ancestor(exp.Select)
                is_all = chosen is not None and any(field.is_star for field in chosen.expressions)
                read[table.name] |= set(given[table.name]) if is_all else names
                parts.append(table.name)
    return parts
