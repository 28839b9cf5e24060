"""perfrules: exact, explained rules for public money.

program = perfrules.load("policies/luojiang", as_of="2024-01-31")
outcome = program.run(program.read_facts("facts"), period=2022)
print(outcome.text("zh"), outcome.explain("department/A"))
"""

from importlib import import_module
from typing import Any

from perfrules.api import check, load, loads
from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused, Words, render
from perfrules.core.vocabulary import Action
from perfrules.decision import Decision, Fire
from perfrules.districts.hookspecs import hookimpl
from perfrules.language.scope import Macro
from perfrules.outcome import Outcome
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.recommendations import Recommendation
from perfrules.pipeline.statement import Conflict, Entry, Mark, Ruling
from perfrules.program import Program
from perfrules.reports.explanation import Explanation
from perfrules.reports.revision import Revision
from perfrules.row import Row

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`perfrules.authoring`, `letters`, `plugins`, `sql`, `suite`, `testing` and `watch`, imported when they are asked
    for."""
    if name in ("authoring", "letters", "plugins", "sql", "suite", "testing"):
        return import_module(f"perfrules.{name}")
    if name == "watch":
        return import_module("perfrules.events.watch").watch
    raise AttributeError(f"module `perfrules` has no attribute `{name}`")


__all__ = [
    "Action",
    "Conflict",
    "Decision",
    "Entry",
    "Explanation",
    "Facts",
    "Fire",
    "Macro",
    "MadeClaim",
    "Mark",
    "Outcome",
    "PoolStatement",
    "Problem",
    "Program",
    "Recommendation",
    "Refused",
    "Revision",
    "Row",
    "Ruling",
    "Words",
    "check",
    "hookimpl",
    "load",
    "loads",
    "render",
]
