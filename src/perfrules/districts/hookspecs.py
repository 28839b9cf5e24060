"""The hooks by which a district brings in what it needs. This page is the manual of extension.

A plugin is a module or object with any of these functions, marked with `hookimpl`. What it brings in is
checked when the plugin is registered; nothing that a plugin does changes a ruling in flight: where local
law is different, it is a policy.

    from pathlib import Path
    from perfrules.districts.hookspecs import hookimpl

    @hookimpl
    def perfrules_policies():
        return [Path(__file__).parent / "policies"]
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pluggy

from perfrules.core.vocabulary import Action
from perfrules.language.scope import Macro

hookspec = pluggy.HookspecMarker("perfrules")
hookimpl = pluggy.HookimplMarker("perfrules")


@hookspec
def perfrules_policies() -> Iterable[Path]:
    """Policy files, or folders of them, that can then be loaded by `district/policy` or by `district`."""
    return ()


@hookspec
def perfrules_vocabularies() -> Iterable[Path]:
    """Files with `facts:` documents, which policies and other vocabularies can then name."""
    return ()


@hookspec
def perfrules_actions() -> Iterable[Action]:
    """Actions that every vocabulary has: a name, an effect, titles, what is barred."""
    return ()


@hookspec
def perfrules_functions() -> Iterable[Macro]:
    """Functions of expressions, written in the language over their own parameters: no Python is called."""
    return ()
