"""The command line as a whole: its commands, and the exit code that each ending has."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import typer

import perfrules
from perfrules.core.codes import LABELS
from perfrules.core.files import reason_of
from perfrules.front import authors, columns, runs, streams, testers
from perfrules.front.console import speak_plainly, write
from perfrules.front.language import Language
from perfrules.front.options import BAD_INPUT, GOOD, OUR_FAULT, app, language_of
from perfrules.front.usage import in_chinese

PROBLEMS_MAX = 100
_OUTPUT = perfrules.Words("standard output", "标准输出")
_FAULT = perfrules.Words("this is a fault of perfrules; please report it", "这是 perfrules 的错误，请报告")


def _version(wanted: bool) -> None:
    if wanted:
        write(f"perfrules {perfrules.__version__}\n")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="version / 版本")]


@app.callback()
def about(
    version: Version = False,
) -> None:
    """Exact, explained rules for public money. / 财政资金绩效规则：精确计算，逐条说明。"""


def run_app() -> int:
    """The exit code of the command line."""
    speak_plainly()
    try:
        commands = typer.main.get_command(app)
        _check_values(commands, sys.argv[1:])
        return int(commands(standalone_mode=False) or GOOD)
    except perfrules.Refused as refused:
        language = language_of(sys.argv).value
        shown = "\n\n".join(perfrules.render(p, language) for p in refused.problems[:PROBLEMS_MAX])
        sys.stderr.write(shown + "\n")
        return BAD_INPUT
    except typer.Abort:
        return BAD_INPUT
    except Exception as error:
        return _failed(error)


def _check_values(group: object, arguments: Sequence[str]) -> None:
    """Raise `BadParameter` where an option lacks its value and the next option would be taken for it."""
    commands = getattr(group, "commands", {})
    command = next((commands[word] for word in arguments if word in commands), None)
    options = {name: option for option in command.params for name in option.opts} if command is not None else {}
    for one, following in pairwise(arguments):
        lacking = options.get(one)
        if one.startswith("--") and lacking is not None and not lacking.is_flag and following in options:
            raise typer.BadParameter(f"it has no value before {following} / 缺少取值", param_hint=one)


def _failed(error: Exception) -> int:
    """Bad usage in one line; anything else is our fault and shows where."""
    language = language_of(sys.argv)
    show = getattr(error, "show", None)
    if callable(show):
        if language is Language.zh and type(error).__name__ != "NoArgsIsHelpError":  # which is in both languages
            sys.stderr.write(in_chinese(error))
        else:
            show()
        return BAD_INPUT
    if isinstance(error, OSError):
        where = error.filename or _OUTPUT.said(language)
        why = reason_of(error)
        reason = why.said(language) if isinstance(why, perfrules.Words) else why
        sys.stderr.write(f"{LABELS['error'].said(language)}: {where}: {reason}\n")
        return BAD_INPUT
    traceback.print_exception(error)
    sys.stderr.write(f"{_FAULT.said(language)}\n")
    return OUR_FAULT


__all__ = ["authors", "columns", "run_app", "runs", "streams", "testers"]
