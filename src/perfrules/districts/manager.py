"""Registers plugins, checks what they bring in, and says who brought it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pluggy

from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.vocabulary import EFFECTS, Action
from perfrules.districts import defaults, hookspecs
from perfrules.language.functions import SCALAR_FUNCTIONS
from perfrules.language.nodes import Name, walk
from perfrules.language.parse import parse
from perfrules.language.scope import Macro

T = TypeVar("T", Action, Macro, Path)


@dataclass(frozen=True)
class Brought:
    """Everything that the registered plugins bring in."""

    policies: tuple[Path, ...]
    vocabularies: tuple[Path, ...]
    actions: dict[str, Action] = field(default_factory=dict)
    functions: dict[str, Macro] = field(default_factory=dict)


def bring(plugins: Iterable[Any] = ()) -> Brought:
    """What perfrules and the plugins bring in.

    A plugin is a module or object with the functions of `hookspecs`. Raises `Refused` with a problem for
    each thing that does not fit its hook, by the plugin's name, and for each name that two plugins define.
    """
    manager = pluggy.PluginManager("perfrules")
    manager.add_hookspecs(hookspecs)
    findings = Findings()
    for plugin in (defaults, *plugins):
        _check_hooks(plugin, findings)
        try:
            manager.register(plugin, name="perfrules" if plugin is defaults else None)
        except (pluggy.PluginValidationError, ValueError) as error:
            _refuse(findings, _name(plugin), "register", str(error))
    findings.refuse()
    actions = _collect(manager, "perfrules_actions", Action, findings)
    functions = _collect(manager, "perfrules_functions", Macro, findings)
    brought = Brought(
        tuple(path for _, path in _collect(manager, "perfrules_policies", Path, findings)),
        tuple(path for _, path in _collect(manager, "perfrules_vocabularies", Path, findings)),
        _by_name(actions, _check_action, findings),
        _by_name(functions, _check_function, findings),
    )
    findings.refuse()
    return brought


def _check_hooks(plugin: Any, findings: Findings) -> None:
    """A hook that is misspelt, or not marked, would never be called."""
    known = [name for name in vars(hookspecs) if name.startswith("perfrules_")]
    for name in dir(plugin):
        if name.startswith("perfrules_") and name not in known:
            _refuse(findings, _name(plugin), name, did_you_mean(name, known))
        elif name in known and not hasattr(getattr(plugin, name), "perfrules_impl"):
            _refuse(findings, _name(plugin), name, Words("mark it with `@hookimpl`", "请以 `@hookimpl` 标记"))


def _name(plugin: Any) -> str:
    return str(getattr(plugin, "__name__", type(plugin).__name__))


def _refuse(findings: Findings, plugin: str, hook: str, hint: str | Words) -> None:
    findings.add("PR801", where=plugin, plugin=plugin, hook=hook, hint=hint)


def _collect(manager: pluggy.PluginManager, hook: str, kind: type[T], findings: Findings) -> list[tuple[str, T]]:
    """Each thing that a hook's implementations return, with the plugin that returned it."""
    found: list[tuple[str, T]] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        name = implementation.plugin_name if implementation.plugin is defaults else _name(implementation.plugin)
        try:
            returned = list(implementation.function())
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            _refuse(findings, name, hook, Words(f"it raised `{said}`", f"它引发了 `{said}`"))
            continue
        wrong = [item for item in returned if not isinstance(item, kind)]
        if wrong:
            wanted, found_kind = kind.__name__, type(wrong[0]).__name__
            words = Words(f"return `{wanted}`, not `{found_kind}`", f"请返回 `{wanted}`，而不是 `{found_kind}`")
            _refuse(findings, name, hook, words)
        found += [(name, item) for item in returned if isinstance(item, kind)]
    return found


def _by_name(found: list[tuple[str, T]], check: Callable[[str, T, Findings], None], findings: Findings) -> dict[str, T]:
    named: dict[str, T] = {}
    for plugin, item in found:
        assert not isinstance(item, Path)
        check(plugin, item, findings)
        first = named.get(item.name)
        if first is not None:
            assert not isinstance(first, Path)
            findings.add("PR802", where=plugin, name=item.name, first=first.origin, second=plugin)
            continue
        named[item.name] = replace(item, origin=plugin)
    return named


def _check_action(plugin: str, action: Action, findings: Findings) -> None:
    if action.effect not in EFFECTS:
        hint = did_you_mean(action.effect, EFFECTS)
        words = Words(f"`{action.name}`: {hint.en}", f"`{action.name}`：{hint.zh}")
        _refuse(findings, plugin, "perfrules_actions", words)


def _check_function(plugin: str, macro: Macro, findings: Findings) -> None:
    """A function is an expression over its own parameters; it can't take the name of a built-in one."""
    inside = Findings()
    body = parse(Text.of(macro.body, f"{plugin}: {macro.name}"), inside)
    findings.problems += inside.errors
    if macro.name in SCALAR_FUNCTIONS:
        findings.add("PR802", where=plugin, name=macro.name, first="perfrules", second=plugin)
    names = {".".join(n.parts) for n in walk(body) if isinstance(n, Name)} if body else set()
    for name in sorted(names - set(macro.parameters)):
        words = Words(f"`{macro.name}` reads `{name}`", f"`{macro.name}` 读取了 `{name}`")
        findings.add("PR801", where=plugin, plugin=plugin, hook="perfrules_functions", hint=words)
