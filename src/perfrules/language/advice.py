"""Advice: what the author of an expression that does not fit probably meant to write."""

from __future__ import annotations

import re
from fractions import Fraction

from perfrules.core.money import UNITS, fraction_text, percent_text
from perfrules.core.problem import Words, did_you_mean, nearest
from perfrules.language.nodes import Literal, Name, Node, walk
from perfrules.language.quantities import IN_DIGITS, is_numeral, with_unit
from perfrules.language.scope import Scope, Type

WORDS = ("text", "choice")
NUMBERS = ("number", "count")
DURATIONS = frozenset({"days", "months", "working days"})

USAGE = {  # how a function is called, where that is not plain from its name
    "percentile": Words("percentile(x, 75% over …)", "百分位数(x, 75% 遍历 …)"),
    "prior": Words("prior(x)` or `prior(x, 2)", "上期(x)` 或 `上期(x, 2)"),
    "next": Words("next(x)` or `next(x, 2)", "下期(x)` 或 `下期(x, 2)"),
    "date": Words("date(year, month, day)", "日期(年, 月, 日)"),
    "days": Words("days(from, to)", "天数(起, 止)"),
    "months": Words("months(from, to)", "月数(起, 止)"),
    "end_of_year": Words("end_of_year(date)", "年末(日期)"),
    "year": Words("year(date)", "年份(日期)"),
    "month": Words("month(date)", "月份(日期)"),
    "count": Words("count(over … where …)` or `count(a, b, …)", "计数(遍历 … 其中 …)` 或 `计数(甲, 乙, …)"),
}
OTHER_FUNCTIONS = {
    "median": "percentile(x, 50% over …)", "avg": "average(x over …)", "mean": "average(x over …)",
    "中位数": "百分位数(x, 50% 遍历 …)", "均值": "平均(x 遍历 …)", "平均值": "平均(x 遍历 …)", "求和": "合计(x 遍历 …)",
    "去年": "上期(x)", "上年": "上期(x)", "最大": "较大值(a, b)", "最大值": "较大值(a, b)", "最小": "较小值(a, b)",
    "最小值": "较小值(a, b)",
}  # fmt: skip
_EQUALLY = ("equal", "equally", "equal_shares", "平均", "平均分配", "均分", "平分")
_NO_VALUE = ("unknown", "null", "empty", "missing", "none", "未知", "空", "空白", "缺失")
EQUAL_SHARES = Words("write 1 for equal shares", "平均分配请写 1")
IS_UNKNOWN = Words(
    "write `paid is not known` to ask whether a fact is unknown",
    "判断事实是否未知，请写作 `支出数 为 非 已知`",
)
CORRECT = Words("correct the formula", "请修改公式")
TO_WHOLE = Words("round it to a whole number: `floor(…, 1)`", "请取整：`向下取整(…, 1)`")
OTHER_NAMES = {"today": "as_of", "now": "as_of", "今天": "基准日", "今日": "基准日"}
CHECK = Words("check the parentheses and commas", "请检查括号和逗号")
NO_ORDER = Words("compare with `=` or `!=`", "请用 `=` 或 `!=` 比较")
CHOICE_ORDER = Words(
    "compare with `=` or several words, `x in {a, b}`; where a choice is declared it may say `order: best-first`",
    "请用 `=` 或与几个词比较，`x 属于 {甲, 乙}`；选项可在声明处写明 `order: best-first`（顺序：由优到劣）",
)
SORTED = Words(
    "use an amount, a number, a date, or a choice with `order: best-first`",
    "请使用金额、数、日期，或写明 `order: best-first`（顺序：由优到劣）的选项",
)
_DATE = Words(
    "a date is written 2023-12-31, a duration 30 days or 6 months", "日期写作 2023-12-31，时长写作 30天 或 6个月"
)
_MISPLACED = {
    "over": Words("`over` stands inside the parentheses: `average(x over …)`", "`遍历` 写在括号内：`平均(x 遍历 …)`"),
    "where": Words("`where` stands before `per` and `in order of`", "`其中` 写在 `分组按` 和 `排序按` 之前"),
    "per": Words("`per` stands before `in order of`", "`分组按` 写在 `排序按` 之前"),
    "between": Words("write two comparisons: `60 <= x and x <= 80`", "请写成两个比较：`60 <= x 且 x <= 80`"),
}
_SORTING = Words("write `in order of x`, or `in order of x descending`", "请写作 `排序按 x` 或 `排序按 x 降序`")
CONSTANTS = Words("list values, such as `{85%, 90%}` or `{open}`", "请列出取值，如 `{85%, 90%}`")
_CORRECT = Words("correct this, or what stands before it", "请更正此处或它前面的内容")


def misplaced(word: str, number: str = "") -> Words:
    """Where the word that can't stand here belongs, or what it makes of the number before it."""
    if word in ("order", "sort", "sorted", "asc", "desc", "ascending", "descending", "descend"):
        return _SORTING
    if re.match("[年月日号]", word):
        return _DATE
    return _MISPLACED.get(word) or with_unit(number, word) or _CORRECT


def usage(function: str) -> Words:
    """How a function is called."""
    said = USAGE.get(function)
    return Words(f"write `{said.en}`", f"请写作 `{said.zh}`") if said else CHECK


def other_function(function: str, known: list[str]) -> Words:
    """The function that does what one of another name would."""
    said = OTHER_FUNCTIONS.get(function)
    return Words(f"write `{said}`", f"请写作 `{said}`") if said else did_you_mean(function, known)


def other_name(parts: tuple[str, ...], scope: Scope) -> Words:
    """What a name that is not known may mean."""
    word = ".".join(parts)
    if word in OTHER_NAMES:
        return did_you_mean(OTHER_NAMES[word], [OTHER_NAMES[word]])
    if word in _EQUALLY or word in _NO_VALUE:
        return EQUAL_SHARES if word in _EQUALLY else IS_UNKNOWN
    if is_numeral(word):
        return IN_DIGITS
    of = next((name for name, kind in _choices(scope) if word in kind), "")
    if of:
        return Words(
            f"`{word}` is a word of `{of}`: write `{of} = {word}`", f"`{word}` 是 `{of}` 的取值：请写作 `{of} = {word}`"
        )
    rest = ".".join(parts[1:])
    kind = scope.vocabulary.plurals.get(parts[0]) if rest else None
    if kind is not None and kind.name == scope.kind.name:
        return Words(f"write `{rest}`", f"请写作 `{rest}`")
    if kind is not None and scope.kind.name in scope.vocabulary.ancestors(kind.name):
        written = f"… {rest} … over {kind.many}"
        return Words(
            f"there may be several: write `any({written})`, `sum({written})`, …",
            f"可能有多个：请写作 `任一(… {rest} … 遍历 {kind.many})` 等",
        )
    owner = scope.ancestor(parts[0]) if len(parts) == 2 else None
    if owner is None or not owner.path:
        return did_you_mean(word, scope.names())
    close = nearest(parts[1], scope.vocabulary.kinds[owner.name].by_title)
    return did_you_mean(close, [f"{parts[0]}.{close}"]) if close else _undefined(word)


def _undefined(word: str) -> Words:
    return Words(
        f"define `{word}: …` under `names:`; names of another policy are not seen here",
        f"请在 `names:`（指标）下写明 `{word}: …`；其他政策的指标在此不可见",
    )


def _choices(scope: Scope) -> list[tuple[str, tuple[str, ...]]]:
    """The words of every choice that can be named here."""
    facts = [(name, fact.choices) for name, fact in scope.kind.columns.items()]
    return facts + [(name, kind.choices) for name, (_, kind) in scope.definitions.items()]


def bare(value: Fraction, other: Type, unit: str) -> str | Words:
    """What a bare number beside a ratio, an amount in some unit, or a duration should have been."""
    if other.kind in DURATIONS:
        return f"{fraction_text(value)} {other.kind}"
    if other.kind == "money":
        return f"{fraction_text(value)}{unit}"
    sign = "%" if other.kind == "ratio" else "pp"
    meant, whole = percent_text(value / 100, sign), percent_text(value, sign)
    if abs(value) < 2:  # 0.85 is hardly 0.85%
        return Words(f"{whole} or {meant}", f"{whole} 或 {meant}")
    return Words(f"{meant} or {whole}", f"{meant} 或 {whole}") if abs(value) < 10 else meant


def unit_of(node: Node, scope: Scope) -> str:
    """The unit in which all amounts that an expression reads are given; yuan where they differ."""
    units = set()
    for part in walk(node):
        symbol = part.symbol if isinstance(part, Name) else None
        if symbol is not None and symbol.role in ("fact", "opening"):
            kind = scope.vocabulary.kinds[symbol.path[-1]] if symbol.path else scope.kind
            fact = kind.columns.get(symbol.name)
            units |= {fact.unit} if fact is not None and fact.kind == "money" else set()
    unit = units.pop() if len(units) == 1 else "元"
    return unit if unit in UNITS else "元"


def as_amount(one: Literal | None, kind: Type, account: str) -> Words:
    """What the author of something that is no amount could write instead; `one` where it is a constant."""
    if kind.kind not in ("ratio", "points"):
        return CORRECT
    part, of = one.written if one else "…", account or "…"
    return Words(f"say of which amount: `{part} * {of}`", f"请写明是哪个金额的比率：`{part} * {of}`")


def brought_together(one: Literal | None, kind: Type, other: Type) -> Words | None:
    """What the author of a value beside one of another kind could write instead; `one` where it is a constant."""
    if one and kind.kind == "text" and other.kind not in WORDS:
        return Words(f"write {one.value} without quotes", f"请写 {one.value}，不加引号")
    if one and other.kind == "text":
        return Words(f'put it in quotes: "{one.written}"', f'请加引号："{one.written}"')
    if other.kind == "flag":
        return Words("a yes or no meets `yes` and `no` only", "是非值只能与 `是`、`否` 放在一起")
    if (kind.kind, other.kind) == ("ratio", "money"):
        part = one.written if one else "…"
        return Words(f"say of which amount: `{part} * …`", f"请写明是哪个金额的比率：`{part} * …`")
    if (kind.kind, other.kind) == ("choice", "choice"):
        return Words("they are two choices with different words, or in another order", "这是取值或顺序不同的两个选项")
    if kind.kind in NUMBERS:
        return _beside_number(other)
    if kind.kind in DURATIONS and other.kind == "date":
        return Words(
            "a date is moved by it: `date + 30 days`; between two dates lie `days(from, to)`",
            "日期可按时长推移：`日期 + 30天`；两个日期之间为 `天数(起, 止)`",
        )
    return None


def _beside_number(other: Type) -> Words | None:
    match other.kind:
        case "money":
            return Words("a number of yuan is `… * 1元`", "若为元数，请写作 `… * 1元`")
        case "days" | "months":
            chinese = {"days": "1天", "months": "1个月"}[other.kind]
            return Words(f"a number of {other.kind} is `… * 1 {other.kind}`", f"若为时长，请写作 `… * {chinese}`")
        case "date":
            return Words(
                "a date is written 2023-12-31, its year `year(…)`, and moved by 30 days or 6 months",
                "日期写作 2023-12-31，其年份为 `年份(…)`，可按 30天 或 6个月 推移",
            )
        case "ratio" | "points":
            return Words("a ratio is a quotient, `… / …`, or in percent, 85%", "比率是商 `… / …`，或百分比 85%")
        case "choice":
            return Words("compare with one of its words", "请与其取值比较")
    return None
