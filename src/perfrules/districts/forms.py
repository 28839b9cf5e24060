"""Forms: what plugins give is what the hooks ask for, down to its fields, and is called as nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from perfrules.core.foreign import misfit
from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.vocabulary import EFFECTS, Action
from perfrules.districts.offers import Reader
from perfrules.language.functions import SCALAR_FUNCTIONS
from perfrules.language.nodes import Name, walk
from perfrules.language.parse import parse
from perfrules.language.scope import Macro
from perfrules.language.words import FUNCTIONS, RECOMMENDING, english
from perfrules.pipeline.wording import check_name

OWN = "perfrules"
OWN_ENDINGS = (".csv", ".json", ".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods")
_OWN_FUNCTIONS = {*SCALAR_FUNCTIONS, *english(FUNCTIONS)}
_TEXT, _WORDS = Words("a text", "文本"), Words("`Words`, in both languages", "中英文齐备的 `Words`")
_TEXTS, _CALLED = Words("a tuple of texts", "文本的元组"), Words("a function", "函数")


def misfits(given: object) -> Iterator[Words]:
    """What is wrong with the fields of a value that a plugin gives, whatever else it is."""
    for field in fields(given) if is_dataclass(given) else ():
        value = getattr(given, field.name)
        match str(field.type):
            case "str":
                fits, wanted = isinstance(value, str) and (value != "" or field.default == ""), _TEXT
            case "Words":
                fits, wanted = isinstance(value, Words) and all(_is_text(w) for w in (value.en, value.zh)), _WORDS
            case "tuple[str, ...]":
                fits, wanted = isinstance(value, tuple) and all(map(_is_text, value)), _TEXTS
            case "Span":
                continue
            case _:
                fits, wanted = callable(value), _CALLED
        if not fits:
            whose, shown = type(given).__name__, repr(value)[:40]
            yield Words(
                f"`{field.name}` of `{whose}` must be {wanted.en}, not `{shown}`",
                f"`{whose}` 的 `{field.name}` 应为{wanted.zh}，而不是 `{shown}`",
            )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def check_action(plugin: str, action: Action, findings: Findings) -> None:
    """An action has a name that policies can write, and an effect."""
    check_name(Text.of(action.name, plugin), findings, label=True)
    for name in sorted(RECOMMENDING & {action.name, action.title.en, action.title.zh}):
        findings.add("PR802", where=plugin, name=name, first=OWN, second=plugin)
    if action.effect not in EFFECTS:
        hint = did_you_mean(action.effect, EFFECTS)
        words = Words(f"`{action.name}`: {hint.en}", f"`{action.name}`：{hint.zh}")
        findings.put(misfit(plugin, "perfrules_actions", words))


def check_called(actions: Iterable[Action], findings: Findings) -> None:
    """No action is called, by its name or a title, what another is: which of them would a policy mean?"""
    seen: dict[str, Action] = {}
    for action in actions:
        for word in dict.fromkeys((action.name, action.title.en, action.title.zh)):
            first = seen.setdefault(word, action)
            if first is not action:
                findings.add("PR802", where=action.origin, name=word, first=first.origin, second=action.origin)


def check_function(plugin: str, macro: Macro, findings: Findings) -> None:
    """A function is an expression over its own parameters; it can't take the name of a built-in one."""
    inside = Findings()
    body = parse(Text.of(macro.body, f"{plugin}: {macro.name}"), inside)
    for name in (macro.name, *macro.parameters):
        check_name(Text.of(name, plugin), inside)
    findings.problems += inside.errors
    if macro.name in _OWN_FUNCTIONS:
        findings.add("PR802", where=plugin, name=macro.name, first=OWN, second=plugin)
    names = {".".join(n.parts) for n in walk(body) if isinstance(n, Name)} if body else set()
    for name in sorted(names - set(macro.parameters)):
        words = Words(f"`{macro.name}` reads `{name}`", f"`{macro.name}` 读取了 `{name}`")
        findings.put(misfit(plugin, "perfrules_functions", words))
    if len(set(macro.parameters)) < len(macro.parameters):
        words = Words(f"two parameters of `{macro.name}` have one name", f"`{macro.name}` 的两个参数同名")
        findings.put(misfit(plugin, "perfrules_functions", words))


def by_ending(readers: Mapping[str, Reader], findings: Findings) -> dict[str, Reader]:
    """The reader of each ending, of which each has one, in whatever case it is written."""
    found: dict[str, Reader] = {}
    for reader in readers.values():
        for ending in map(str.lower, reader.endings):
            if not ending.startswith("."):
                words = Words(f"an ending begins with a point: `.{ending}`", f"文件名后缀以点开头：`.{ending}`")
                findings.put(misfit(reader.origin, "perfrules_readers", words))
            other = OWN if ending in OWN_ENDINGS else found[ending].origin if ending in found else ""
            if other:
                findings.add("PR802", where=reader.origin, name=ending, first=other, second=reader.origin)
            found.setdefault(ending, reader)
    return found
