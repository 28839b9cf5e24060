"""Registers plugins, checks what they bring in, and says who brought it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, TypeVar

import pluggy

from perfrules.asked import one_or_several
from perfrules.core.foreign import contained, misfit
from perfrules.core.problem import Findings, Refused, Words, did_you_mean
from perfrules.core.vocabulary import Action
from perfrules.districts import defaults, hookspecs
from perfrules.districts.forms import OWN, by_ending, check_action, check_called, check_function, misfits
from perfrules.districts.offers import Check, Engine, Listener, Reader
from perfrules.language.scope import Macro
from perfrules.language.words import POLICY
from perfrules.pipeline.document import ENDINGS
from perfrules.pipeline.openings import may_hold

GROUP = "perfrules"  # of entry points
OWN_ENGINE = "record"
OWN_ENGINES = (OWN_ENGINE, "columnar", "sql")
_POLICY = ("policy", POLICY["policy"])
NONE_INSTALLED = Words("install its package with the pip of this Python", "请用本 Python 的 pip 安装其软件包")
Named = TypeVar("Named", Action, Macro, Check, Engine, Listener, Reader)
T = TypeVar("T")


@dataclass(frozen=True)
class Brought:
    """Everything that the registered plugins bring in."""

    policies: tuple[Path, ...]
    vocabularies: tuple[Path, ...]
    actions: Mapping[str, Action] = field(default_factory=dict)
    functions: Mapping[str, Macro] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)  # by ending
    checks: tuple[Check, ...] = ()
    engines: Mapping[str, Engine] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()


NOTHING = Brought((), ())


def bring(plugins: Iterable[Any] = ()) -> Brought:
    """What perfrules and the plugins bring in.

    A plugin is a module or object with the functions of `hookspecs`, or the name of an installed one; one may be given
    by itself. Raises `Refused` with a problem for each thing that does not fit its hook, by the plugin's name, and for
    each name that two plugins define.
    """
    given = one_or_several(plugins)
    return _brought_by(given) if given else _own()


@lru_cache(maxsize=1)
def _own() -> Brought:
    """What perfrules brings in, which is the same for every program."""
    return _brought_by(())


def _brought_by(plugins: tuple[Any, ...]) -> Brought:
    manager = pluggy.PluginManager("perfrules")
    manager.add_hookspecs(hookspecs)
    findings = Findings()
    for plugin in (defaults, *(found for named in plugins for found in _loaded(named, findings))):
        if manager.is_registered(plugin):
            continue
        _check_hooks(plugin, findings)
        try:
            manager.register(plugin, name=OWN if plugin is defaults else None)
        except (pluggy.PluginValidationError, ValueError) as error:
            findings.put(misfit(_name(plugin), "register", str(error)))
    findings.refuse()
    brought = _brought(_Collector(manager, findings), findings)
    findings.refuse()
    return brought


def _loaded(plugin: Any, findings: Findings) -> list[Any]:
    """The plugin that an installed package has under a name; none with a problem noted where there is none that fits.

    No other package is imported.
    """
    if not isinstance(plugin, str):
        return [plugin]
    installed = sorted(entry_points(group=GROUP), key=_package)
    named = [point for point in installed if point.name == plugin]
    if not named:
        hint = did_you_mean(plugin, (point.name for point in installed)) if installed else NONE_INSTALLED
        findings.add("PR803", where=plugin, plugin=plugin, hint=hint)
        return []
    if len(named) > 1:
        first, second = map(_package, named[:2])
        findings.add("PR802", where=plugin, name=plugin, first=first, second=second)
        return []
    try:
        found = contained(plugin, "import", named[0].load)
    except Refused as refused:
        findings.problems += refused.problems
        return []
    if getattr(found, "PERFRULES_API", None) is None:
        findings.add("PR804", where=plugin, plugin=plugin, theirs="?", ours=str(hookspecs.API))
        return []
    return [found]


def _package(point: EntryPoint) -> str:
    """The installed package that an entry point is of."""
    return point.dist.name if point.dist is not None else point.value


def _check_hooks(plugin: Any, findings: Findings) -> None:
    """A hook that is misspelt, or not marked, would never be called; one of another version would be misunderstood."""
    theirs = getattr(plugin, "PERFRULES_API", hookspecs.API)  # what is no package is of the program that gives it
    if theirs != hookspecs.API:
        findings.add("PR804", where=_name(plugin), plugin=_name(plugin), theirs=repr(theirs), ours=str(hookspecs.API))
    known = [name for name in vars(hookspecs) if name.startswith("perfrules_")]
    if not any(name.startswith("perfrules_") for name in dir(plugin)):
        hint = Words("it has no hook; mark its functions with `@hookimpl`", "它没有钩子；请以 `@hookimpl` 标记其函数")
        findings.put(misfit(_name(plugin), "register", hint))
    for name in dir(plugin):
        if name.startswith("perfrules_") and name not in known:
            findings.put(misfit(_name(plugin), name, did_you_mean(name, known)))
        elif name in known and not hasattr(getattr(plugin, name), "perfrules_impl"):
            findings.put(misfit(_name(plugin), name, Words("mark it with `@hookimpl`", "请以 `@hookimpl` 标记")))


def _name(plugin: Any) -> str:
    return str(getattr(plugin, "__name__", type(plugin).__name__))


def _listed(call: Callable[[], Iterable[Any]]) -> list[Any]:
    return list(call())


class _Collector:
    """Calls hooks, and keeps what fits, each thing with the plugin that gave it."""

    def __init__(self, manager: pluggy.PluginManager, findings: Findings) -> None:
        self.manager = manager
        self.findings = findings

    def all(self, hook: str, kind: type[T]) -> list[tuple[str, T]]:
        """Each thing that a hook's implementations return."""
        found: list[tuple[str, T]] = []
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            name = implementation.plugin_name if implementation.plugin is defaults else _name(implementation.plugin)
            try:
                returned = contained(name, hook, _listed, implementation.function)
            except Refused as refused:
                self.findings.problems += refused.problems
                continue
            wrong = [item for item in returned if not isinstance(item, kind)]
            if wrong:
                wanted, given = kind.__name__, type(wrong[0]).__name__
                words = Words(f"return `{wanted}`, not `{given}`", f"请返回 `{wanted}`，而不是 `{given}`")
                self.findings.put(misfit(name, hook, words))
            for item in (item for item in returned if isinstance(item, kind)):
                unfit = [misfit(name, hook, words) for words in misfits(item)]
                self.findings.problems += unfit
                found += [] if unfit else [(name, item)]
        return found

    def named(
        self, hook: str, kind: type[Named], check: Callable[[str, Named, Findings], None] | None = None
    ) -> dict[str, Named]:
        """The same by their names, of which each may be there once."""
        named: dict[str, Named] = {}
        for plugin, item in self.all(hook, kind):
            if check is not None:
                check(plugin, item, self.findings)
            first = named.get(item.name)
            if first is not None:
                self.findings.add("PR802", where=plugin, name=item.name, first=first.origin, second=plugin)
                continue
            named[item.name] = replace(item, origin=plugin)
        return named


def _brought(hooks: _Collector, findings: Findings) -> Brought:
    folders = [*_there(hooks, "perfrules_policies", Path.is_dir, Words("folder", "文件夹"))]
    _check_policies(folders, findings)
    actions = hooks.named("perfrules_actions", Action, check_action)
    check_called(actions.values(), findings)
    return Brought(
        tuple(folder for _, folder in folders),
        tuple(file for _, file in _there(hooks, "perfrules_vocabularies", Path.is_file, Words("file", "文件"))),
        actions,
        hooks.named("perfrules_functions", Macro, check_function),
        by_ending(hooks.named("perfrules_readers", Reader), findings),
        tuple(hooks.named("perfrules_checks", Check).values()),
        hooks.named("perfrules_engines", Engine, _check_engine),
        tuple(hooks.named("perfrules_listeners", Listener).values()),
    )


def _there(hooks: _Collector, hook: str, fits: Callable[[Path], bool], what: Words) -> Iterator[tuple[str, Path]]:
    """The paths that a hook's implementations return, each with its plugin; in a folder that is not there nothing would
    ever be found."""
    for plugin, path in hooks.all(hook, Path):
        if not fits(path):
            words = Words(f"`{path}` is no {what.en}", f"`{path}` 不是{what.zh}")
            hooks.findings.put(misfit(plugin, hook, words))
        yield plugin, path


def _check_policies(folders: Iterable[tuple[str, Path]], findings: Findings) -> None:
    """Under one name, `district/policy`, one plugin has a policy: else their order would say which is meant."""
    named: dict[str, list[tuple[str, Path]]] = {}
    for plugin, folder in folders:
        for file in (file for file in sorted(folder.rglob("*")) if file.suffix in ENDINGS):
            named.setdefault(file.relative_to(folder).with_suffix("").as_posix(), []).append((plugin, file))
    for name, files in named.items():
        policies = [one for one in files if len(files) > 1 and may_hold(one[1], *_POLICY)]  # else none is opened
        for plugin, file in policies[1:]:
            first, theirs = policies[0]
            if theirs.resolve() != file.resolve():
                findings.add("PR802", where=plugin, name=name, first=first, second=plugin)


def _check_engine(plugin: str, engine: Engine, findings: Findings) -> None:
    if engine.name in OWN_ENGINES:
        findings.add("PR802", where=plugin, name=engine.name, first=OWN, second=plugin)
