"""What a letter says: the values that a template may name, each by an English and a Chinese name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import NoneType
from typing import NoReturn

from perfrules.asked import check_form
from perfrules.core.days import midnight
from perfrules.core.facts import Facts
from perfrules.core.given import MAPPING
from perfrules.core.problem import Findings, Problem, Refused, Words, check_language, did_you_mean
from perfrules.core.values import Stored, Unfit, check_visible
from perfrules.core.vocabulary import Fact
from perfrules.letter import Letter
from perfrules.program import Program
from perfrules.reports.values import called, phrase, row_of, value_text

Values = dict[str, object]
More = Mapping[str, object] | Callable[[Letter], Mapping[str, object]]

NAMES = {
    "issuer": "发文机关",
    "title": "标题",
    "recipient": "主送",
    "recipient_id": "主送编号",
    "subject": "对象",
    "subject_id": "对象编号",
    "subject_kind": "对象类别",
    "period": "年度",
    "grounds": "事由",
    "facts": "事实",
    "sent": "发文日期",
    "due": "期限",
    "number": "次数",
    "step": "步骤",
    "ladder": "阶梯",
    "unanswered": "前函日期",
    "unanswered_title": "前函",
}
OPEN = {"document_number": "文号", "time": "时间", "place": "地点", "contact": "联系人", "copies": "抄送"}
OF_GROUNDS = {"rule": "规则名", "title": "名称", "because": "依据", "source": "来源"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
PLAIN = (str, bool, int, Decimal, date)
LETTERS = Words("what a ladder of notices gives", "函件阶梯给出的函件")
DAY = Words("a day", "日期")
SENDER = Words("the name of who sends letters", "发文机关的名称")
BUREAU = Words('"Finance Bureau of Luojiang"', '"罗江区财政局"')
EXPECTED = Words("a text, a number, a day, or a list of these", "文本、数、日期或由其组成的列表")


class Undecided(Exception):
    """A template asks something of a fact that is not known."""


class NotKnown(str):
    """The words for a fact that is not known. They are printed; whatever else is asked of them is not decided."""

    __slots__ = ()
    __hash__ = str.__hash__

    def _undecided(self, *_: object) -> NoReturn:
        raise Undecided

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _undecided
    __contains__ = __iter__ = __len__ = _undecided


class Speaker:
    """Says what letters of a program say, in a language: of the facts, in the name of who sends them.

    Raises `Refused` where a letter is not of the program, or a given value can't stand in a document.
    """

    def __init__(self, program: Program, facts: Facts, issuer: str, more: More | None, language: str) -> None:
        self.facts = facts
        self.language = language
        self.vocabulary = program.vocabulary
        policies = (*program.compiled.policies, *program.compiled.idle)  # a letter may be of one that was in force
        self.rules = {rule.name: rule for policy in policies for rule in policy.rules}
        self.ladders = {ladder.name: ladder for policy in policies for ladder in policy.ladders}
        self.issuer = issuer
        self.more = more
        self.given: set[str] = set()  # names of values that are given beside what letters say
        check_language(language, "lang")
        check_given({"issuer": issuer})

    def values(self, letter: Letter) -> Values:
        """The values that a template for a letter may name; those that are given come before what would be said."""
        self.check_own(letter)
        own = both({**self.own(letter), **dict.fromkeys(OPEN, "")}, NAMES | OPEN, self.language)
        more = self.more(letter) if callable(self.more) else self.more or {}
        named = isinstance(more, Mapping) and all(isinstance(name, str) for name in more)
        check_form("more", more if named else None, Mapping, MAPPING, '{"contact": "…"}')
        check_given(more)
        self.given |= more.keys()
        for name, value in more.items():
            same = next((pair for pair in (NAMES | OPEN).items() if name in pair), (name,))
            for twice in sorted({*same} & more.keys() - {name}):
                hint = Words(f"`{twice}` says the same: give one of the two", f"与 `{twice}` 相同：请只写一个")
                raise Refused([Problem("PR208", where="more", values={"word": name, "hint": hint})])
            own |= dict.fromkeys(same, value)
        return own

    def own(self, letter: Letter) -> Values:
        """What a letter says, by English names."""
        about_other = letter.subject != letter.recipient
        kind, _, one = letter.subject.partition("/")
        return {
            "issuer": self.issuer,
            "title": self.title(letter.action),
            "recipient": called(self.facts, letter.recipient, letter.period),
            "recipient_id": letter.recipient.partition("/")[2],
            "subject": called(self.facts, letter.subject, letter.period) if about_other else "",
            "subject_id": one if about_other else "",
            "subject_kind": (self.vocabulary.kinds[kind].title.said(self.language) or kind) if about_other else "",
            "period": letter.period,
            "grounds": [self.ground(name) for name in letter.grounds],
            "facts": self.known(letter),
            "sent": letter.sent,
            "due": letter.due,
            "number": letter.number,
            "step": letter.step,
            "ladder": letter.notice,
            "unanswered": letter.unanswered,
            "unanswered_title": self.title(self.before(letter)) if letter.unanswered else "",
        }

    def title(self, action: str) -> str:
        """What a letter is called."""
        said = self.vocabulary.actions[action].title.said(self.language) or action
        return said[:1].upper() + said[1:]

    def before(self, letter: Letter) -> str:
        """What the step before sends, from which a letter follows."""
        return self.ladders[letter.notice].steps[letter.step - 2].action.name

    def ground(self, name: str) -> Values:
        """A rule that is the ground of a letter; without a title where its name stands for one."""
        rule = self.rules[name]
        title = rule.title.said(self.language)
        own = {
            "rule": name,
            "title": "" if title == name.rpartition("/")[2] else title,
            "because": rule.because,
            "source": rule.source,
        }
        return both(own, OF_GROUNDS, self.language)

    def known(self, letter: Letter) -> Values:
        """The facts of the subject in the judged period, by name and title; in words where they are not known."""
        table, row = row_of(self.facts, letter.subject, letter.period)
        kind = self.vocabulary.kinds[letter.subject.partition("/")[0]]
        stored = {name: None if row is None else table.columns[name][row] for name in kind.columns}
        return {word: self.said(kind.columns[name], stored[name]) for word, name in kind.by_title.items()}

    def said(self, fact: Fact, stored: Stored | None) -> object:
        """A fact as a letter says it."""
        if stored is None:
            return NotKnown(phrase("unknown", self.language))
        if isinstance(stored, str):
            return stored
        if fact.kind == "date":
            return date.fromordinal(stored)
        if fact.kind == "flag":
            return bool(stored)
        return value_text(Fraction(stored, 10**fact.places), fact.kind, self.vocabulary.currency, self.language)

    def check_own(self, letter: Letter) -> None:
        """Raise `Refused` where a letter is of another program."""
        kinds = {subject.partition("/")[0] for subject in (letter.subject, letter.recipient)}
        known = kinds <= self.vocabulary.kinds.keys() and letter.action in self.vocabulary.actions
        steps = len(self.ladders[letter.notice].steps) if letter.notice in self.ladders else 0
        placed = letter.unanswered is None or 1 < letter.step <= steps
        if not (known and placed and set(letter.grounds) <= self.rules.keys()):
            raise Refused(
                [Problem("PR629", where="letters", values={"about": "letters", "example": "program.watch(…)"})]
            )


def all_letters(given: object) -> tuple[Letter, ...]:
    """Letters as they are given. Raises `Refused` where one is none, as a notice of a run, or a day in it is none."""
    found = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(one, Letter) for one in found):
        example = "[perfrules.letters.Letter(…)]"
        raise Refused(
            [Problem("PR628", where="letters", values={"about": "letters", "expected": LETTERS, "example": example})]
        )
    for one in found:
        for name, form in (("sent", date), ("due", (date, NoneType)), ("unanswered", (date, NoneType))):
            check_form(name, getattr(one, name), form, DAY, "date(2023, 9, 28)")
    return found


def check_ready(given: Iterable[Letter]) -> None:
    """Raise `Refused` for letters of which it is not known yet until when they are answered, or to whom they go."""
    findings = Findings()
    for one in given:
        place, day = f"{one.subject}, {one.notice}", one.sent.isoformat()
        if one.waits_for_calendar:
            findings.add("PR757", where=place, written=one.within, day=day)
        if not one.recipient:
            findings.add("PR767", where=place, subject=one.subject, day=day)
    findings.refuse()


def both(own: Mapping[str, object], names: Mapping[str, str], language: str) -> Values:
    """Values by their English names and by their Chinese ones, those of the language first."""
    chinese = {names[name]: value for name, value in own.items()}
    return chinese | dict(own) if language == "zh" else dict(own) | chinese


def check_given(given: Mapping[str, object]) -> None:
    """Raise `Refused` where a given value is none that stands in a document, or has signs that nobody sees."""
    findings = Findings()
    for name, value in given.items():
        if name in ("issuer", NAMES["issuer"]) and not (isinstance(value, str) and value.strip()):
            findings.add("PR628", where=name, about=name, expected=SENDER, example=BUREAU)
            continue
        for one in map(midnight, value if isinstance(value, (list, tuple)) else (value,)):
            endless = isinstance(one, Decimal) and not one.is_finite()
            if endless or isinstance(one, datetime) or not isinstance(one, PLAIN):
                example = f'"{one}"' if isinstance(one, datetime) else '"…"'  # else its hour would be lost
                findings.add("PR628", where=name, about=name, expected=EXPECTED, example=example)
            elif isinstance(one, str):
                try:
                    check_visible(one)
                except Unfit as unfit:
                    findings.put(Problem(unfit.code, where=name, values=unfit.values))
    findings.refuse()


def check_named(given: set[str], named: set[str]) -> None:
    """Raise `Refused` where a value is given that no template names."""
    findings = Findings()
    for word in sorted(given - named - {*NAMES, *OPEN, *NAMES.values(), *OPEN.values()}):
        hint = did_you_mean(word, sorted(named | {*OPEN, *OPEN.values()}))
        findings.add("PR208", where="more", word=word, hint=hint)
    findings.refuse()


def said(value: object, language: str) -> str:
    """A value as a document says it. Raises `TypeError` where it is none that a document says."""
    if isinstance(value, bool):
        return phrase("yes" if value else "no", language)
    if isinstance(value, date):
        if language == "zh":
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")  # never 5E-7
    if isinstance(value, (str, int)):
        return str(value)
    raise TypeError(type(value).__name__)
