"""What templates of letters may say: the part of Jinja's language that prints values, chooses and repeats.

A template is untrusted. It reaches no attribute of Python, calls nothing, and computes nothing large; whatever comes
from letters is text to it. Needs the extra `letters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from html import unescape
from traceback import walk_tb
from typing import Any

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, meta, nodes
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import missing
from markupsafe import Markup, escape

from perfrules.core.problem import Findings, Problem, Refused, Value, Words, did_you_mean
from perfrules.letters.values import NotKnown, Undecided, Values, said

OF_LOOPS = ("index", "first", "last", "length")
OF_DAYS = ("year", "month", "day")
NAMED_FILTERS = ("join", "length")
ASKED = {"defined": TESTS["defined"], "undefined": TESTS["undefined"]}  # also of what stands for nothing
NAMED_TESTS = (*ASKED, "known")
DEPTH_MAX = 2  # of loops within each other
SHOWN_MAX = 60  # signs of the paragraph in which something is wrong
ALLOWED = (
    nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.For, nodes.If,
    nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter,
    nodes.Keyword,
)  # fmt: skip
WRITTEN = {
    "Call": "…()",
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Add": "+",
    "Sub": "-",
    "Mul": "*",
    "Pow": "**",
    "Concat": "~",
}  # else a tag
_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})  # docxtpl has a meaning for `{_{`, also in what letters say
TAG = re.compile(r"<[^>]*>")
_LOOSE = re.compile(r"[{｛]\s*[{｛%％]|[}｝%％]\s*[}｝]")  # what is meant as braces, and is none to Jinja
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_ENDED = Words(
    "an `{% if %}` or `{% for %}` has no `{% endif %}` or `{% endfor %}`",
    "有的 `{% if %}` 或 `{% for %}` 没有对应的 `{% endif %}` 或 `{% endfor %}`",
)
_UNREAD = Words("what stands between its braces can't be read", "花括号之间的写法无法识别")
_HALF = Words(
    "`{written}` are no braces of a template: write `{{{{ … }}}}` or `{{% … %}}`, of half width, none apart, both ends",
    "`{written}` 不是模板的花括号：请用半角、相连、成对的 `{{{{ … }}}}` 或 `{{% … %}}`",
)
_OPEN = Words(
    "it asks something of a fact that is not known; ask first whether it `is known`",
    "所判断的事实未知；请先写 `is known` 判断其是否已知",
)
_OF_KINDS = Words("it compares values of two kinds", "比较了两类不同的值")
_NO_LIST = Words("it takes what is no list for one", "把不是列表的值当作了列表")
_WHOLE = Words(
    "it prints several values at once: repeat with `{% for … in … %}`, or name one of them",
    "一次输出了多个值：请用 `{% for … in … %}` 逐个输出，或写明其中一个",
)
_WHY = {"not supported between": _OF_KINDS, "not iterable": _NO_LIST, "no len()": _NO_LIST}  # by what Python says


class Unnamed(UndefinedError):
    """A name that stands for nothing, and what it was looked for in."""

    def __init__(self, name: str, within: object) -> None:
        super().__init__(name)
        self.name = name
        self.within = within


class Missing(StrictUndefined):
    """What a name gives that stands for nothing: whatever is done with it is refused, by that name."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None) -> None:
        super().__init__(hint, obj, name, lambda _: Unnamed(str(name), obj))  # type: ignore[arg-type]  # makes what is raised


class Filling(ImmutableSandboxedEnvironment):
    """Jinja as templates of letters use it; `where` says which template. Raises `Refused` for one that uses more."""

    def __init__(self, where: str, language: str) -> None:
        super().__init__(autoescape=True, undefined=Missing, finalize=self.printed)
        self.globals.clear()
        self.filters = {name: FILTERS[name] for name in NAMED_FILTERS} | {"join": self.joined}
        self.tests = ASKED | {"known": known}
        self.where = where
        self.language = language
        self.known: Values = {}
        self.named: set[str] = set()
        self.made: dict[str, Any] = {}
        self.lines: list[str] = []  # of the part that is filled

    def printed(self, value: object) -> object:
        """A value as it is printed: text, with nothing in it that means something to a document or to docxtpl."""
        if isinstance(value, (Undefined, Markup)):
            return value
        return Markup(str(escape(said(value, self.language))).translate(_BRACES))

    def joined(self, values: Any, between: str = "", attribute: str | None = None) -> object:
        """The filter `join`: the values of a list, or what has a name within each, as they are printed."""
        # what is unknown, or is not there, says so itself as soon as it is gone through
        each = [value if attribute is None else self.getitem(value, attribute) for value in values]
        if isinstance(values, (str, Mapping)):
            raise TypeError("not iterable")
        return Markup(self.printed(between)).join(Markup(self.printed(value)) for value in each)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What a name stands for within a value; of Python's own attributes nothing."""
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, (list, tuple)) and argument in range(len(obj)):
            return obj[argument]
        own = OF_DAYS if isinstance(obj, date) else OF_LOOPS if isinstance(obj, LoopContext) else ()
        if argument in own:
            return getattr(obj, argument)
        return obj if isinstance(obj, Undefined) else self.undefined(obj=obj, name=argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The same as `getitem`."""
        return self.getitem(obj, attribute)

    def from_string(self, source: Any, *_: Any, **__: Any) -> Any:
        """A part of a document as a template, checked; made once."""
        self.lines = source.split("\n")
        found = self.made.get(source)
        if found is None:
            found = self.made[source] = super().from_string(self.checked(source))
        return found

    def checked(self, source: str) -> nodes.Template:
        """What a part of a document says. Raises `Refused` with everything in it that is not known or not allowed."""
        findings = Findings()
        try:
            tree = self.parse(source)
        except TemplateSyntaxError as error:
            raise Refused([self.misuse(unread(str(error.message)), self.place(error.lineno))]) from error
        for text in tree.find_all(nodes.Const):
            text.value = unescape(text.value) if isinstance(text.value, str) else text.value
        for line, written in forbidden(tree):
            reason = Words(f"`{written}` is not allowed in it", f"其中不允许使用 `{written}`")
            findings.put(self.misuse(reason, self.place(line)))
        for line, written in loose(tree):
            reason = Words(*(text.format(written=written) for text in (_HALF.en, _HALF.zh)))
            findings.put(self.misuse(reason, self.place(line)))
        findings.refuse()
        names = list(tree.find_all(nodes.Name))
        tests = (test for test in tree.find_all(nodes.Test) if test.name in ASKED)
        asked = {test.node.name for test in tests if isinstance(test.node, nodes.Name)}
        self.named |= {name.name for name in names}
        unknown = meta.find_undeclared_variables(tree) - self.known.keys() - asked
        for name in names:
            if name.name in unknown:
                findings.put(self.unnamed(name.name, self.known, self.place(name.lineno)))
        findings.refuse()
        return tree

    def misuse(self, reason: Value, place: str = "") -> Problem:
        """That a template can't be followed."""
        return Problem("PR762", where=place or self.where, values={"reason": reason})

    def unnamed(self, word: str, within: object, place: str = "") -> Problem:
        """That a template names something that is not known."""
        known = within if isinstance(within, Mapping) else OF_DAYS if isinstance(within, date) else ()
        return Problem(
            "PR761", where=place or self.where, values={"name": word, "hint": did_you_mean(word, map(str, known))}
        )

    def failed(self, error: Exception) -> Problem:
        """Why a template that was read can't be filled, and where."""
        lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == "<template>"]
        place = self.place(lines[-1]) if lines else ""
        if isinstance(error, Unnamed):
            return self.unnamed(error.name, error.within, place)
        if isinstance(error, Undecided):
            return self.misuse(_OPEN, place)
        if isinstance(error, TypeError):
            return self.misuse(next((why for part, why in _WHY.items() if part in str(error)), _WHOLE), place)
        return self.misuse(f"{type(error).__name__}: {error}", place)

    def place(self, line: int) -> str:
        """The template, and the paragraph in which something stands: docxtpl gives each a line."""
        return self.around(self.lines[min(line, len(self.lines)) - 1])

    def around(self, source: str) -> str:
        """The template, and the text of a part of it."""
        text = unescape(TAG.sub("", source)).strip()
        return f"{self.where}: {text[:SHOWN_MAX]}{'…' * (len(text) > SHOWN_MAX)}" if text else self.where


def known(value: object) -> bool:
    """The test `known`, of a fact. Raises `UndefinedError` where the name stands for nothing."""
    if isinstance(value, Undefined):
        bool(value)
    return not isinstance(value, NotKnown)


def forbidden(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """What stands in a template that may not: the line, and how it is written."""
    for node in tree.find_all(nodes.Node):
        kind = type(node).__name__
        if not isinstance(node, ALLOWED):
            yield node.lineno, WRITTEN.get(kind, f"{{% {kind.lower()} %}}")
        elif isinstance(node, (nodes.Filter, nodes.Test)):
            if node.name not in {*NAMED_FILTERS, *NAMED_TESTS}:
                yield node.lineno, f"{'|' if isinstance(node, nodes.Filter) else 'is '}{node.name}"
        elif isinstance(node, nodes.For):
            if node.recursive or not isinstance(node.iter, (nodes.Name, nodes.Getattr)) or _depth(node) > DEPTH_MAX:
                yield node.lineno, "{% for … in " + ("… recursive %}" if node.recursive else "… %}")
        elif isinstance(node, nodes.Const) and (node.value is None or isinstance(node.value, bool)):
            yield node.lineno, str(node.value).lower()
        elif str(word := _word(node)).startswith("_"):
            yield node.lineno, str(word)
        elif isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
            yield node.lineno, "[…]"


def loose(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """What would be printed though it is meant as braces: the line, and how it is written."""
    for node in tree.find_all(nodes.TemplateData):
        for further, line in enumerate(node.data.split("\n")):
            yield from ((node.lineno + further, found[0]) for found in _LOOSE.finditer(unescape(TAG.sub("", line))))


def unread(message: str) -> Words:
    """Why a template can't be read, from what Jinja says of it."""
    tag = _UNKNOWN_TAG.match(message)
    if tag is not None:
        return Words(f"`{{% {tag[1]} %}}` stands where no such tag can", f"此处不能写 `{{% {tag[1]} %}}`")
    return _ENDED if message.startswith("Unexpected end of template") else _UNREAD


def _word(node: nodes.Node) -> object:
    """What a node names; nothing where it names nothing."""
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(attr=name):
            return name
        case nodes.Getitem(arg=nodes.Const(value=name)):
            return name
    return ""


def _depth(loop: nodes.For) -> int:
    """How many loops stand within each other, this one included."""
    return 1 + max((_depth(inner) for inner in loop.find_all(nodes.For)), default=0)
