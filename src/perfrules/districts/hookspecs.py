"""The hooks by which a district brings in what it needs. This page is the manual of extension.

A plugin is a module or object with any of these functions, marked with `hookimpl`. What it brings in is
checked when the plugin is registered; nothing that a plugin does changes a ruling in flight: where local
law is different, it is a policy.

    from pathlib import Path
    from perfrules.plugins import hookimpl

    PERFRULES_API = 1

    @hookimpl
    def perfrules_policies():
        return [Path(__file__).parent / "policies"]

An installed package is a plugin with an entry point in the group `perfrules`; `perfrules new NAME --plugin` writes one
to begin from. It is imported only when a run or `perfrules.toml` names it, and says by `PERFRULES_API` for which
version of these hooks it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pluggy

from perfrules.core.vocabulary import Action
from perfrules.districts.offers import Check, Engine, Listener, Reader
from perfrules.language.scope import Macro

API = 1  # the version of these hooks; a plugin says the same as PERFRULES_API

hookspec = pluggy.HookspecMarker("perfrules")
hookimpl = pluggy.HookimplMarker("perfrules")


@hookspec
def perfrules_policies() -> Iterable[Path]:
    """Folders of policies: `DISTRICT/POLICY.yaml` in one is then loaded as `district/policy`, or all by `district`."""
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


@hookspec
def perfrules_readers() -> Iterable[Reader]:
    """Readers of files of facts with other endings."""
    return ()


@hookspec
def perfrules_checks() -> Iterable[Check]:
    """Habits that policies are held to, beside what `check` finds itself."""
    return ()


@hookspec
def perfrules_engines() -> Iterable[Engine]:
    """Engines that a run may name; they give what perfrules' own gives."""
    return ()


@hookspec
def perfrules_listeners() -> Iterable[Listener]:
    """Who is given every outcome of a run when it is complete."""
    return ()
