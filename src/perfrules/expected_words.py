"""The words of what a case expects, and how messages speak of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.language.words import NONE, STATES, VERDICTS, YES_NO, english
from perfrules.pipeline.wording import one_of

VERDICT_WORDS, STATE_WORDS = english(VERDICTS), english(STATES)
YES_NO_WORDS, NONE_WORDS = english(YES_NO), english(NONE)
CHANGE = Words(
    "correct the rule or what is expected; of an account that is the change, with its sign, not what is left",
    "请更正规则或预期；账户的预期是变动数（带正负号），不是余额",
)
SEE = Words("correct the rule or what is expected", "请更正规则或预期")
DIFFERENCES = ("PR501", "PR522")
ONE_OR_OTHER = Words("write verdicts, or what became of the claims, not both", "请只写结论，或只写款项的结果")
SEVERAL = Words("several things in a cell are separated by `;`", "一格中写几项的，用 `;` 隔开")
COMMA = re.compile("[,，、]")
NOTHING = Words(*next(iter(NONE.items())))
UNKNOWN = Words("unknown", "未知")
WHETHER_WORDS = {**YES_NO_WORDS, **NONE_WORDS, UNKNOWN.en: UNKNOWN.en, UNKNOWN.zh: UNKNOWN.en}  # of a status or notice
_MEANT = {**VERDICT_WORDS, **STATE_WORDS, **WHETHER_WORDS}


def are_distinct(wanted: Iterable[Text], findings: Findings) -> bool:
    """Whether nothing is expected twice; noted where it is, in whichever language."""
    first: dict[str, Text] = {}
    for word in wanted:
        other = first.setdefault(_MEANT.get(word, str(word)), word)
        if other is not word:
            findings.add("PR210", word.span, name=str(word), related=[("first", other.span)])
            return False
    return True


def are_words(wanted: Iterable[Text], known: Collection[str], findings: Findings) -> bool:
    """Whether all are words that can stand there; the first that is none is noted."""
    wrong = next((word for word in wanted if word not in known), None)
    if wrong is not None:
        one_of(wrong, known, findings)
    return wrong is None


def quoted(key: Text) -> Words:
    """A word of the author's, as messages speak of it."""
    return Words(f"`{key}`", f" `{key}` ")


def said_yes(value: bool) -> Words:
    """Yes or no."""
    return Words("yes", YES_NO["yes"]) if value else Words("no", YES_NO["no"])


def is_unknown(wanted: list[Text]) -> bool:
    """Whether it is expected that something is not known."""
    return len(wanted) == 1 and wanted[0] in (UNKNOWN.en, UNKNOWN.zh)
