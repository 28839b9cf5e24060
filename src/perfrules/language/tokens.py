"""Tokens: an expression cut into numbers, texts, words and signs, each with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from perfrules.core.days import day_meant, read_day
from perfrules.core.problem import Findings, Words, in_backticks
from perfrules.core.span import Span, Text
from perfrules.language.quantities import with_comma
from perfrules.language.words import DURATIONS, EXPRESSION, EXPRESSION_ALSO, english

LENGTH_MAX = 10_000
TOKENS_MAX = 2_000

KEYWORDS = {**english(EXPRESSION), **EXPRESSION_ALSO}
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
USUAL = {**_FULL_WIDTH, "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "、": ",", "　": " "}

_DURATION = "|".join(
    word.replace(" ", r"\s+") + (r"\b" if word.isascii() else r"(?!\w)")
    for word in sorted(DURATIONS, key=len, reverse=True)
)
_PATTERN = re.compile(
    r"""(?P<space>\s+)
    |(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}[日号]?)
    |(?P<number>(?:CNY\s*|[A-Z]{3}\s+)?[0-9](?:[0-9_]*[0-9])?(?:\.[0-9_]*[0-9])?(?P<unit>%|\s*(?:pp\b|万元|亿元|元|分(?!\w)|DURATION))?)
    |(?P<text>"[^"\n]*")
    |(?P<sign><=|>=|!=|<>|==|&&|\|\||\*\*|//|[-+*/<>=(),{}.%!^&|~:?\[\];@`'\\$\#])
    |(?P<word>\w+)""".replace("DURATION", _DURATION),
    re.VERBOSE,
)
_NUMBER_FORMS = re.compile(
    r"[0-9][0-9_.]*[eE][+-]?[0-9]+|0[xX][0-9a-fA-F]+|\.[0-9]+|[0-9]+\.(?![0-9])|[0-9_]+_(?![0-9])"
)
_LEADING_ZEROS = re.compile(r"^((?:[A-Z]{3}\s*)?)0[0_]*(?=[0-9_])_*")
_THOUSANDS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})*,$")  # as far as a comma
_ALLOWED_SIGNS = {"<", "<=", ">", ">=", "=", "!=", "+", "-", "*", "/", "(", ")", ",", "{", "}", "."}
_INSTEAD = {
    "==": "=",
    "&&": "and",
    "||": "or",
    "<>": "!=",
    "!": "not",
    "//": "/",
    "&": "and",
    "|": "or",
}
_OTHERWISE = {
    "**": Words("write the multiplication out", "请把乘法写全"),
    "^": Words("write the multiplication out", "请把乘法写全"),
    "'": Words('put texts in double quotes: "…"', '文字请用双引号："…"'),
    **dict.fromkeys("¥￥", Words("an amount is written 300元", "金额写作 300元")),
    "‰": Words("write percent: 5‰ is 0.5%", "请写百分比：5‰ 即 0.5%"),
}
_ONLY_THESE = Words(
    "the signs are < <= > >= = != + - * / ( ) { } , .", "可用的符号有 < <= > >= = != + - * / ( ) { } , ."
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: `date`, `number`, `text`, `word`, `keyword`, `sign` or `end`."""

    kind: str
    text: str
    start: int
    end: int


class Unreadable(Exception):
    """The expression can't be read; its problem is noted."""


def usual_form(text: str) -> tuple[str, list[int], bool]:
    """`text` in half-width form, the offset of each character in the original, and whether it differs.

    What stands in quotes stays as it is.
    """
    out: list[str] = []
    offsets: list[int] = []
    inside = False
    for i, char in enumerate(text):
        if char in ('"', "＂", "“", "”"):
            char, inside = '"', not inside
        new = char if inside else USUAL.get(char, char)
        out.append(new)
        offsets += [i] * len(new)
    plain = "".join(out)
    return plain, [*offsets, len(text)], plain != text


def cut(text: Text, findings: Findings) -> list[Token]:
    """The tokens of an expression, with an `end` after the last. Raises `Unreadable` with a problem noted."""
    if len(text) > LENGTH_MAX:
        findings.add("PR312", text.span, limit=Words(f"{LENGTH_MAX} characters", f"{LENGTH_MAX} 个字符"))
        raise Unreadable
    plain, offsets, changed = usual_form(text)
    if changed:
        findings.add("PR314", text.span, plain=" ".join(plain.split()))
    tokens: list[Token] = []
    position = 0
    while position < len(plain):
        found = _PATTERN.match(plain, position)
        if found is None or ((bad := _NUMBER_FORMS.match(plain, position)) and bad.end() >= found.end()):
            _refuse(text, plain, offsets, position, findings)
        assert found is not None
        kind = found.lastgroup or ""
        if kind != "space":
            tokens.append(_token(text, found, offsets, findings))
        position = found.end()
    if len(tokens) > TOKENS_MAX:
        findings.add("PR312", text.span, limit=Words(f"{TOKENS_MAX} words and signs", f"{TOKENS_MAX} 个词和符号"))
        raise Unreadable
    return [*tokens, Token("end", "", len(text), len(text))]


def _token(text: Text, found: re.Match[str], offsets: list[int], findings: Findings) -> Token:
    kind = next(name for name in ("date", "number", "text", "sign", "word") if found[name] is not None)
    start, end = offsets[found.start()], offsets[found.end() - 1] + 1
    span = text.at(start, end)
    word = found[kind]
    if kind == "sign" and word not in _ALLOWED_SIGNS:
        _refuse_sign(word, span, findings)
    if kind == "number" and _LEADING_ZEROS.match(word):
        first = _THOUSANDS.search(found.string, 0, found.start())
        begin = first.start() if first else found.start()
        written = found.string[begin : found.end()]
        findings.add(
            "PR310", text.at(offsets[begin], end), number=written, plain=with_comma(written) or _without_zeros(word)
        )
        raise Unreadable
    if kind == "date":
        _check_date(word, span, findings)
    if kind == "word":
        word = unicodedata.normalize("NFC", word)
        _check_word(word, span, findings)
        if word in KEYWORDS:
            return Token("keyword", KEYWORDS[word], start, end)
    if kind == "text":
        word = unicodedata.normalize("NFC", word[1:-1])
    return Token(kind, word, start, end)


def _check_date(word: str, span: Span, findings: Findings) -> None:
    if read_day(word) is None:
        findings.add("PR209", span, value=word, day=day_meant(word))
        raise Unreadable


def _check_word(word: str, span: Span, findings: Findings) -> None:
    strange = strange_characters(word)
    if strange:
        findings.add("PR308", span, name=word, characters=strange)
        raise Unreadable
    if word[0].isdigit():  # none of 0 to 9, with which a number begins
        usual = "".join(str(unicodedata.digit(c, c)) for c in word)
        findings.add("PR309", span, number=word, plain=usual)
        raise Unreadable


def strange_characters(word: str) -> str:
    """The characters of a name that look like others or can't be seen, with their code points."""
    return ", ".join(dict.fromkeys(f"`{c}` (U+{ord(c):04X})" for c in word if not _usual_character(c)))


def _usual_character(char: str) -> bool:
    if char.isascii():
        return char.isalnum() or char in "_-"
    if char.isdigit():
        return True  # said by the number's own message
    code = ord(char)
    chinese = 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x323AF or char in "〇々（）·"
    latin = 0xC0 <= code <= 0x24F and char.isalpha()
    return chinese or latin


def _plain_number(written: str) -> Words:
    """What the author of an odd form of number could write instead."""
    plain = written.replace("_", "").lower()
    try:
        value = str(int(plain, 16)) if plain.startswith("0x") else f"{_exponent(plain)}"
    except ValueError:
        return Words("write digits, with a point before decimals: 1234.50", "请只写数字，小数用点：1234.50")
    return _write(value)


def _write(number: str) -> Words:
    return Words(f"write {number}", f"请写作 {number}")


def _without_zeros(number: str) -> Words:
    plain = _LEADING_ZEROS.sub(r"\1", number)
    if number.isdigit():
        return Words(f'write {plain}, or a code in quotes: "{number}"', f'请写作 {plain}；代码请加引号："{number}"')
    return _write(plain)


def _exponent(plain: str) -> str:
    mantissa, _, power = plain.partition("e")
    if not power or abs(int(power)) > 18:
        plain = plain.rstrip(".")
        if plain.startswith(".") and plain[1:].isdigit():
            return "0" + plain
        if plain.isdigit():
            return plain
        raise ValueError(plain)
    whole, _, places = mantissa.partition(".")
    digits, exponent = int(whole + places), int(power) - len(places)
    if exponent < 0:
        raise ValueError(plain)
    return str(digits * 10**exponent)


def _refuse_sign(sign: str, span: Span, findings: Findings) -> None:
    instead = _INSTEAD.get(sign, "")
    if sign == "%":
        findings.add("PR304", span)
    elif instead:
        hint = Words(f"write `{instead}`", f"请写作 `{EXPRESSION.get(instead, instead)}`")
        findings.add("PR305", span, sign=in_backticks(sign), hint=hint)
    else:
        findings.add("PR305", span, sign=in_backticks(sign), hint=_OTHERWISE.get(sign, _ONLY_THESE))
    raise Unreadable


VALUE_EXPECTED = Words("a value or a name", "值或名称")


def _refuse(text: Text, plain: str, offsets: list[int], position: int, findings: Findings) -> None:
    """Say what is wrong at a character that begins no token."""
    odd = _NUMBER_FORMS.match(plain, position)
    if odd:
        before = re.search(r"[0-9._]*$", plain[:position])
        start = before.start() if before else position
        number = plain[start : odd.end()]
        span = text.at(offsets[start], offsets[odd.end() - 1] + 1)
        findings.add("PR310", span, number=number, plain=_plain_number(number))
        raise Unreadable
    char = plain[position]
    span = text.at(offsets[position], offsets[position] + 1)
    if char == '"':
        findings.add("PR307", span)
    elif (char.isprintable() and unicodedata.category(char)[0] == "P") or char in _OTHERWISE:
        _refuse_sign(char, span, findings)
    else:
        findings.add("PR308", span, name=char, characters=f"`{char}` (U+{ord(char):04X})")
    raise Unreadable
