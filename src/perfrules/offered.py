"""What plugins offer, in use: called so that nothing that they do goes unsaid or changes what was given to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from perfrules.asked import check_address
from perfrules.core.facts import Facts
from perfrules.core.foreign import contained, misfit
from perfrules.core.problem import Findings, Problem, Refused, Value, Words, did_you_mean, missing_extra
from perfrules.core.table import Table
from perfrules.districts.forms import misfits
from perfrules.districts.manager import OWN_ENGINE, OWN_ENGINES, Brought
from perfrules.districts.offers import Check, Engine, Found, Reader, Unreadable
from perfrules.engines.conformance import Engine as Execute
from perfrules.engines.databases import sql_engine
from perfrules.engines.record import Tables
from perfrules.language.plan import Plan
from perfrules.pipeline.model import Policy
from perfrules.readers.columns import Layout
from perfrules.readers.files import OtherReader, Rows


def readers(brought: Brought) -> Mapping[str, OtherReader]:
    """How files with other endings are read, by ending."""
    return {ending: _reading(reader) for ending, reader in brought.readers.items()}


def _reading(reader: Reader) -> OtherReader:
    def read(path: Path, layout: Layout, findings: Findings) -> Iterable[tuple[str, Rows]]:
        try:
            tables = contained(reader.origin, reader.name, _tables, reader, path)
        except Refused as refused:
            findings.problems += refused.problems
            return
        for word, rows in tables:
            place = f"{path}, {word}"
            kind = layout.kind_of(word, place, findings)
            if kind is not None:
                yield kind, layout.rows(kind, place, rows, findings)

    return read


def _tables(reader: Reader, path: Path) -> list[tuple[str, list[object]]]:
    try:
        return [(str(word), list(rows)) for word, rows in reader.read(path)]
    except Unreadable as bad:
        where = str(path) if bad.line is None else f"{path}:{bad.line}"
        values: dict[str, Value] = {
            "message": bad.message,
            "cure": bad.cure,
            "reader": reader.name,
            "plugin": reader.origin,
        }
        raise Refused([Problem("PR809", where=where, values=values)]) from bad


def _findings(check: Check, policy: Policy) -> list[object]:
    return list(check.find(policy))


def note_checks(checks: Sequence[Check], policies: Sequence[Policy], findings: Findings) -> None:
    """What the checks of plugins find in policies, as warnings."""
    for check in checks:
        for policy in policies:
            try:
                found = contained(check.origin, check.name, _findings, check, policy)
            except Refused as refused:
                findings.problems += refused.problems
                continue
            for one in found:
                given = type(one).__name__
                other = Words(f"give `Found`, not `{given}`", f"请给出 `Found`，而不是 `{given}`")
                wrong = [*misfits(one)] if isinstance(one, Found) else [other]
                findings.problems += [misfit(check.origin, check.name, words) for words in wrong]
                if isinstance(one, Found) and not wrong:
                    findings.add("PR805", one.span, message=one.message, cure=one.cure, check=check.name,
                                 plugin=check.origin)  # fmt: skip


def engine_called(name: str, brought: Brought, connect: str = "") -> Execute | None:
    """The engine of a name, the one in a database at the address `connect`; None for the record engine.

    Raises `Refused` where there is none, or another engine is given an address.
    """
    check_address(connect)
    if connect and name != "sql":
        raise Refused([Problem("PR734", where="connect", values={"engine": name, "address": connect})])
    if name == OWN_ENGINE:
        return None
    if name == "sql":
        return sql_engine(connect)
    if name == "columnar":
        return _columnar()
    if not isinstance(name, str) or name not in brought.engines:
        word = str(name)[:40]
        hint = did_you_mean(word, [*OWN_ENGINES, *brought.engines])
        raise Refused([Problem("PR806", where="engine", values={"engine": word, "hint": hint})])
    return _executing(brought.engines[name])


def _columnar() -> Execute:
    try:
        from perfrules.engines.columnar import run
    except ModuleNotFoundError:
        raise Refused([missing_extra("columnar", Words("the engine `columnar`", "引擎 `columnar`"))]) from None
    return run


def _executing(engine: Engine) -> Execute:
    def execute(plan: Plan, facts: Facts, period: int) -> Tables:
        found = contained(engine.origin, engine.name, engine.run, plan, _copied(facts), period)
        why = _unlike(found, plan)
        if why is not None:
            raise Refused([misfit(engine.origin, engine.name, why)])
        return found

    return execute


def _copied(facts: Facts) -> Facts:
    """Facts that an engine may do anything with."""
    tables = {
        key: Table(list(t.ids), list(t.parents), {name: list(column) for name, column in t.columns.items()})
        for key, t in facts.tables.items()
    }
    return replace(facts, tables=tables)


def _unlike(tables: object, plan: Plan) -> Words | None:
    """Why what an engine gives is no result of a plan; None where it may be one."""
    if not isinstance(tables, dict):
        return Words("give a mapping of tables", "请给出各表的映射")
    for name in dict.fromkeys(step.table for step in plan.steps):
        columns = tables.get(name)
        if not isinstance(columns, dict) or len({len(column) for column in columns.values()}) > 1:
            return Words(f"the table `{name}` is missing or ragged", f"缺少表 `{name}`，或其各列长短不一")
        for column, cells in columns.items():
            wrong = next((c for c in cells if c is not None and not isinstance(c, (int, str))), None)
            if wrong is not None:
                kind = type(wrong).__name__
                return Words(f"`{name}.{column}` holds `{kind}`", f"`{name}.{column}` 含有 `{kind}`")
    return None
