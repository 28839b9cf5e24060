"""Spark as a database: one that is asked for at an address, or the one that runs in this process already.

Settings on which exactness depends are those of a session of our own; others in the process keep theirs.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from perfrules.core.problem import Problem, Refused, Words
from perfrules.engines.databases import SPARK, Cursor, stopped
from perfrules.engines.dialects import DIALECTS

_LOCAL = re.compile(r"local(\[(\d+|\*)\])?")
_MASTERS = re.compile(r"[^:,/\s]+:\d+(,[^:,/\s]+:\d+)*")
PATIENCE = 10  # seconds in which a master has to answer
OWN = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
LOOPBACK = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
_LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")  # tell again, with a stack, what is raised


class Spark:
    """A session of Spark."""

    dialect = "spark"

    def __init__(self, session: Any) -> None:
        self.session = session
        for name, value in DIALECTS[self.dialect].settings.items():
            session.conf.set(name, value)

    def load(self, table: str, types: Mapping[str, str], cells: Sequence[Sequence[object]]) -> None:
        """Make a temporary table of columns with types."""
        texts = [[cell if cell is None else str(cell) for cell in column] for column in cells]
        as_texts = ", ".join(f"{column} STRING" for column in types)
        with stopped(self.dialect):
            given = self.session.createDataFrame(list(zip(*texts, strict=True)), as_texts, verifySchema=False)
            typed = [given[column].cast(type_).alias(column) for column, type_ in types.items()]
            given.select(*typed).createOrReplaceTempView(table)

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives.

        A checkpoint takes over what Spark guesses of its size: the product of all that was joined for it, a number that
        doubles its digits where one is joined with itself. Its rows alone have none.
        """
        with stopped(self.dialect):
            kept = self.session.sql(query).localCheckpoint()._jdf
            self.session._jsparkSession.createDataFrame(kept.javaRDD(), kept.schema()).createOrReplaceTempView(table)

    def rows(self, query: str) -> Iterator[Sequence[Any]]:
        """The rows that a query gives."""
        with stopped(self.dialect):
            found = self.session.sql(query).collect()
        yield from found

    def cursor(self) -> Cursor:
        """What goes through the rows of a query, and knows what their columns are called."""
        return Cursor(self.dialect, _Rows(self.session))


class _Rows:
    """The rows of a query as PEP 249 has them."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.description: list[tuple[str]] | None = None

    def execute(self, query: str) -> None:
        found = self._session.sql(query)
        self.description = [(name,) for name in found.columns]
        self._rows = found.toLocalIterator()

    def fetchmany(self, count: int) -> list[tuple[object, ...]]:
        return [tuple(row) for row in islice(self._rows, count)]

    def close(self) -> None:
        self._rows = iter(())


@contextmanager
def opened(address: str) -> Iterator[Spark]:
    """Spark at an address: `spark://host:7077`, or `spark://local[2]` in this process, with as many threads.

    A context that runs in this process is used, and goes on; raises `Refused` where it is of another master.
    """
    place = address.removeprefix(SPARK)
    is_local = _LOCAL.fullmatch(place) is not None
    if not is_local and not _MASTERS.fullmatch(place):
        raise Refused([Problem("PR731", where="connect", values={"address": address})])
    master = place if is_local else address
    running = SparkContext._active_spark_context
    if running is None:
        _check_java()
        if not is_local:
            _check_answers(place)
    elif running.master != master:
        raise _refused(
            f"a session of {running.master} runs in this process, where there can be only one",
            f"本进程中已有 {running.master} 的会话，而同一进程只能有一个",
        )
    with _unlogged():
        with stopped("spark"):
            root = SparkSession(running or _started(master))
        try:
            yield Spark(root.newSession())
        finally:
            if running is None:
                root.stop()


def _refused(en: str, zh: str) -> Refused:
    return Refused([Problem("PR733", where="spark", values={"database": "spark", "message": Words(en, zh)})])


def _started(master: str) -> SparkContext:
    settings = {**OWN, **(LOOPBACK if master.startswith("local") else {})}
    conf = SparkConf().setMaster(master).setAppName("perfrules").setAll(list(settings.items()))
    launch: Any = launch_gateway
    gateway = SparkContext._gateway or launch(conf, {"stderr": subprocess.DEVNULL})
    return SparkContext(conf=conf, gateway=gateway)


def _check_java() -> None:
    """Raise `Refused` where there is no Java."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home, "bin")) if home else None) is None:
        raise Refused([Problem("PR745", where="connect")])


def _check_answers(place: str) -> None:
    """Raise `Refused` where no master answers; Spark itself tries for a minute."""
    for one in place.split(","):
        host, _, port = one.rpartition(":")
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=PATIENCE):
            return
    raise _refused(f"nothing answers at {place}", f"{place} 没有响应")


@contextmanager
def _unlogged() -> Iterator[None]:
    """What Spark's library for Python says on the error output, unsaid."""
    loggers = [PySparkLogger.getLogger(name) for name in _LOGGERS]
    before = [logger.disabled for logger in loggers]
    try:
        for logger in loggers:
            logger.disabled = True
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
