"""What properties are told about: a cause, which is a fact or a name; an effect, which is an action or an account."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.language.comparisons import Mover, movers
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Name, Node, Symbol
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject, point
from perfrules.outcome import Outcome
from perfrules.pipeline.drafts import Claim
from perfrules.program import Program
from perfrules.reports.values import value_text
from perfrules.testing.evidence import OPEN, STANDING
from perfrules.testing.reach import unknown_name


@dataclass(frozen=True)
class Cause:
    """A number that a subject has, and the facts that move it."""

    name: str
    scope: Scope
    node: Node
    type: str  # of its values

    @property
    def is_defined(self) -> bool:
        """Whether it is a name, not a fact."""
        return not (isinstance(self.node, Name) and self.node.symbol is not None and self.node.symbol.name == self.name)

    def said(self, value: Fraction, language: str) -> str:
        """The name with a value."""
        return f"{self.name} = {value_text(value, self.type, self.scope.vocabulary.currency, language)}"

    @property
    def kind(self) -> str:
        """The kind of the subjects."""
        return self.scope.kind.name

    @property
    def movers(self) -> tuple[Mover, ...]:
        """The facts that it is made of."""
        return tuple(sorted(movers(self.node, self.scope)))

    def value(self, seen: Subject) -> Fraction | None:
        """The number, where it is known."""
        found = point(evaluate(self.node, seen))
        return found if isinstance(found, Fraction) else None


def cause_called(program: Program, word: str) -> Cause:
    """The fact or name of `names:` that is called so, perhaps after its kind and a dot.

    Raises `Refused` where there is none, or several.
    """
    before, dot, last = str(word).rpartition(".")
    found: dict[tuple[str, Node], Cause] = {}
    known: dict[str, None] = {}
    for scope in {j.policy.name: j.scope for j in program.compiled.judged}.values():
        for kind in program.vocabulary.kinds.values():
            if dot and program.vocabulary.kind_names.get(before) != kind.name:
                continue
            inside = scope.of(kind)
            names = {title: (_fact(inside, name), kind.columns[name].kind) for title, name in kind.by_title.items()}
            names |= {name: (node, of.kind) for name, (node, of) in inside.definitions.items()}
            known |= {f"{kind.name}.{name}" if dot else name: None for name in names}
            if last in names:
                node, type_ = names[last]
                found.setdefault((kind.name, node), Cause(str(word), inside, node, type_))
    if len(found) != 1:
        raise unknown_name(word, [f"{kind}.{last}" for kind, _ in found] or known)
    return next(iter(found.values()))


def _fact(scope: Scope, name: str) -> Node:
    role = "opening" if name in scope.kind.accounts else "fact"
    return Name((name,), None, Symbol(role, name))


@dataclass(frozen=True)
class Effect:
    """What an action does to a subject, or what becomes of an account of its own or of what it belongs to."""

    name: str
    kind: str  # of whom the action is, or whose the account
    action: str = ""
    account: str = ""
    path: tuple[str, ...] = ()
    minor: int = 1  # units of a major one
    is_money: bool = True

    def amount(self, outcome: Outcome, subject: str, of: str) -> Fraction | None:
        """How much, in major units: taken or given by the action, 1 where one without an amount is done; of an account
        (`of` whom it is) what it receives less what it gives. None where that is not known."""
        mine = [claim for ruling in outcome.rulings for claim in ruling.claims]
        if self.action:
            mine = [c for c in mine if c.subject == subject and c.action == self.action]
        else:
            mine = [c for c in mine if c.owner in (of, "") and c.account == self.account]
        if any(claim.state in OPEN for claim in mine):
            return None
        if self.account:
            entries = [e for e in outcome.entries if e.subject == of and self.account in (e.debit, e.credit)]
            return sum((Fraction(e.amount if e.debit == self.account else -e.amount) for e in entries), Fraction(0))
        mine = [c for c in mine if c.state in STANDING]
        return sum((Fraction(1) if c.amount is None else Fraction(c.amount, self.minor) for c in mine), Fraction(0))

    def rules(self, program: Program) -> tuple[str, ...]:
        """The rules that have the effect."""
        return tuple(dict.fromkeys(c.judged.rule.name for c in program.compiled.claims if self.is_of(c)))

    def is_of(self, claim: Claim) -> bool:
        """Whether a claim has the effect."""
        if self.action:
            return (claim.judged.rule.kind, claim.clause.action.name) == (self.kind, self.action)
        return (claim.owner_kind, claim.clause.account) == (self.kind, self.account)


def effect_called(program: Program, kind: str, word: str) -> Effect:
    """The action of a kind, or the account of it or of what it belongs to, that is called so and that a rule has.

    Raises `Refused` where there is none.
    """
    vocabulary = program.vocabulary
    minor, (before, dot, last) = vocabulary.currency.minor_per_major, str(word).rpartition(".")
    known: list[str] = []
    for action in vocabulary.actions.values():
        effect = Effect(word, kind, action=action.name, minor=minor, is_money=action.effect in MONEY_EFFECTS)
        if effect.rules(program):
            if vocabulary.action_names.get(word) == action.name:
                return effect
            known.append(action.name)
    for name in (kind, *vocabulary.ancestors(kind)):
        of = vocabulary.kinds[name]
        for account in of.accounts:
            effect = Effect(word, name, account=account, path=vocabulary.path(kind, name), minor=minor)
            if effect.rules(program):
                if of.account_names.get(last) == account and (not dot or vocabulary.kind_names.get(before) == name):
                    return effect
                known.append(f"{name}.{account}" if dot else account)
    raise unknown_name(word, known)
