"""Code that others wrote: called so that whatever it does, its caller is told, by the name of who brought it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import ParamSpec, TypeVar

from perfrules.core.problem import Problem, Refused, Words

P = ParamSpec("P")
T = TypeVar("T")
SAID_MAX = 200


def contained(plugin: str, hook: str, call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What a call gives. What it prints goes to standard error.

    Raises `Refused`, by the plugin's name, where the call raises anything or asks to exit; Ctrl-C passes.
    """
    try:
        with redirect_stdout(sys.stderr):
            return call(*arguments, **named)
    except (KeyboardInterrupt, Refused):
        raise
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"[:SAID_MAX]
        words = Words(f"it raised `{said}`", f"它引发了 `{said}`")
        raise Refused([misfit(plugin, hook, words)]) from error


def misfit(plugin: str, hook: str, hint: str | Words) -> Problem:
    """That what a plugin has for a hook does not fit it."""
    return Problem("PR801", where=plugin, values={"plugin": plugin, "hook": hook, "hint": hint})
