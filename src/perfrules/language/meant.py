"""Meant: what the author of words that are no expression could write instead. Only what then can be read is offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

LENGTH_MAX = 400
_VALUE = r"-?[0-9][\w.%]*|[^\W\d][\w.]*"
_NUMBER = r"-?[0-9][0-9.]*(?:%|万元|亿元|元)?|[^\W\d]\w*?"
_FUNCTIONS = "prior|next|abs|year|month|end_of_year|上期|下期|绝对值|年份|月份|年末"
_NO_FACTOR = (
    r"(?!(?:and|or|is|in|if|then|else|over|where|per|otherwise|days?|months?|years?|working)\b"
    r"|(?:元|万元|亿元|且|或|并且|或者|那么|否则|缺省为|遍历|其中|分组按|排序按)(?!\w))"
)

_REWRITES = (
    # in English
    (rf"^(.+?)\s*,\s*(?:but\s+)?(?:at most|no more than|not more than|up to)\s+({_VALUE})$", r"min(\1, \2)"),
    (rf"\b([\w.]+)\s+(?:is\s+)?between\s+({_VALUE})\s+(?:and|to)\s+({_VALUE})", r"\2 <= \1 and \1 <= \3"),
    (r"\b([0-9][0-9_.]*)\s*(?:percent|per cent)\b", r"\1%"),
    (r"([0-9]%)\s+of\s+(?:the\s+)?(?=\w)", r"\1 * "),
    (r"\b(?:is\s+)?(?:greater|more|higher) than or equal to\b", ">="),
    (r"\b(?:is\s+)?(?:less|lower|smaller) than or equal to\b", "<="),
    (r"\b(?:is\s+)?(?:(?:not|no) (?:less|lower|smaller|fewer) than|at least)\b", ">="),
    (r"\b(?:is\s+)?(?:(?:not|no) (?:greater|more|higher) than|at most|up to)\b", "<="),
    (r"\b(?:is\s+)?(?:less than|lower than|smaller than|fewer than|below|under)\b", "<"),
    (r"\b(?:is\s+)?(?:greater than|more than|higher than|above|exceeds)\b", ">"),
    (r"\b(?:is\s+)?over(?=\s+[0-9](?!\w*\s+(?:years|periods)\b))", ">"),
    (r"\b(?:is\s+)?(?:equal to|equals)\b", "="),
    (r"\bis\s+(?:unknown|empty|missing|blank|null)\b", "is not known"),
    (r"\bis\s+not\s+(?=[-0-9\"])", "!= "),
    (r"\bis\s+(?=[-0-9\"]|(?!not\b|known\b)[^\W\d])", "= "),
    (r"\b(?:multiplied by|times)\b", "*"),
    (r"\bdivided by\b", "/"),
    # in Chinese
    (rf"^(.+?)\s*,\s*但?(?:不超过|不高于|最多|最高|至多)(?:为)?\s*({_VALUE})$", r"较小值(\1, \2)"),
    (
        rf"([^\W\d]\w*?)\s*(?:在|介于)\s*({_NUMBER})\s*(?:和|与|至|到)\s*({_NUMBER})(?:\s*之间)?(?!\w)",
        r"\2 <= \1 且 \1 <= \3",
    ),
    (r"([^\W\d]\w*?)\s*的\s*([0-9][0-9.]*%)", r"\2 * \1"),
    (r"([^\W\d]\w*?)\s*(?:达到|在|为)?\s*([0-9][0-9.]*(?:%|万元|亿元|元)?)及?以上", r"\1 >= \2"),
    (r"\s*(?:(?:大于|高于)或?等于|不低于|不少于|不小于)\s*", " >= "),
    (r"\s*(?:(?:小于|低于)或?等于|不超过|未超过|没有超过|不高于|不多于|不大于)\s*", " <= "),
    (r"\s*(?:未达到|没有达到|达不到)\s*", " < "),
    (r"\s*达到\s*", " >= "),
    (r"\s*(?:低于|小于|少于|不足|不到)\s*", " < "),
    (r"\s*(?:高于|大于|多于|超过)\s*", " > "),
    (r"([^\W\d]\w*?)\s+([^\W\d]\w*?)及?以上(?!\w)", r"\1 >= \2"),
    (r"\s*(?:不等于|不是)\s*", " != "),
    (r"\s*等于\s*", " = "),
    (r"\s*(?:=|为|是)\s*(?:未知|空白?|缺失)(?!\w)", " 为 非 已知"),
    (r"\s*乘以?\s*", " * "),
    (r"\s*除以\s*", " / "),
    (r"\s+(?:为|是)\s+(?=(?:是|否)(?!\w)|[-0-9\"])", " = "),
    (r"\s*(?:而且|同时)\s*|\s+(?:并|与|和|以及)\s+", " 且 "),
    (r"(?<=[\w%)])\s+[xX]\s+(?=[\w(])", " * "),
    # in either
    (rf"\b({_FUNCTIONS})\s+([^\W\d][\w.]*)", r"\1(\2)"),
    (rf"([0-9](?:%|pp))\s+{_NO_FACTOR}(?=[^\W\d])", r"\1 * "),
)


@cache
def _rewrites() -> list[tuple[re.Pattern[str], str]]:
    """Compiled when the first mistake is met: who makes none does not wait for it."""
    return [(re.compile(pattern), written) for pattern, written in _REWRITES]


def meant(text: str, readable: Callable[[str], bool]) -> str:
    """The text with words in place of which signs stand in an expression; empty where it could not be read then."""
    found = text
    if len(text) > LENGTH_MAX:
        return ""
    for pattern, written in _rewrites():
        found = pattern.sub(written, found)
    found = " ".join(found.split())
    return found if found != " ".join(text.split()) and readable(found) else ""
