"""Results: what policies can say of a subject or a pool, by every word that an author may call it by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.vocabulary import Action, by_title
from perfrules.language.words import EXPECTED, POOL_FIGURES, english
from perfrules.pipeline.model import Clause, Policy, Rule

EXPECTED_WORDS, POOL_WORDS = english(EXPECTED), english(POOL_FIGURES)


class Results:
    """The results that policies of one vocabulary can have."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = policies
        self.vocabulary = policies[0].vocabulary

    @cached_property
    def actions(self) -> Mapping[str, Action]:
        """Each action, also of those that a policy declares, by name or title."""
        declared = {name: a for policy in self.policies for name, a in policy.vocabulary.actions.items()}
        return {word: declared[name] for word, name in by_title(declared).items()}

    @cached_property
    def pools(self) -> Mapping[str, str]:
        """The full name of each pool, by that and by every shorter one that no other pool has."""
        return short_names({name for policy in self.policies for name in policy.pools})

    @cached_property
    def rules(self) -> Mapping[str, Mapping[str, str]]:
        """By kind the full name of each of its rules, by that and by every shorter one that no other has."""
        return {kind: short_names({r.name for r in self._of(kind)}) for kind in self.vocabulary.kinds}

    @cached_property
    def figures(self) -> Mapping[str, frozenset[str]]:
        """By kind the figures that its rules say."""
        return {
            kind: frozenset(c.word for r in self._of(kind) for c in r.clauses if c.figure is not None and not c.words)
            for kind in self.vocabulary.kinds
        }

    def _of(self, kind: str) -> list[Rule]:
        return [r for policy in self.policies for r in policy.rules if r.kind == kind]

    def sort(self, kind: str, key: str) -> str:
        """Which sort of result a word means for a subject: `rule`, `account`, `action`, `listed` or `figure`; empty
        where it means none."""
        accounts = self.vocabulary.kinds[kind].account_names
        sorts = ("rule", self.rules[kind]), ("account", accounts), ("action", self.actions), ("listed", EXPECTED_WORDS)
        return next((sort for sort, words in (*sorts, ("figure", self.figures[kind])) if key in words), "")

    def check(self, kind: str, key: Text, findings: Findings) -> str:
        """The sort of result that a word means for a subject; noted where it means none."""
        found = self.sort(kind, key)
        if not found:
            accounts = self.vocabulary.kinds[kind].account_names
            rules = {full: short for short, full in [*self.rules[kind].items()][::-1]}  # the shortest that is enough
            several = [short for full, short in sorted(rules.items()) if full.endswith(f"/{key}")]
            known = [*sorted(rules.values()), *accounts, *self.figures[kind], *EXPECTED_WORDS, *self.actions]
            what = Words(f"a {kind}", self.vocabulary.kinds[kind].title.zh or kind)
            hint = one_of_several(several) if several else did_you_mean(key, known)
            findings.add("PR503", key.span, key=str(key), what=what, hint=hint)
        return found

    def behind(self, kind: str, key: str) -> frozenset[str]:
        """The full names of the rules from which a result of a kind follows, some perhaps of kinds below it."""
        match self.sort(kind, key):
            case "rule":
                return frozenset([self.rules[kind][key]])
            case "account":
                account = self.vocabulary.kinds[kind].account_names[key]
                return self._with(lambda r, c: c.account == account and (c.path[-1] if c.path else r.kind) == kind)
            case "action":
                return self._with(lambda r, c: r.kind == kind and c.action.name == self.actions[key].name)
            case "figure":
                return self._with(lambda r, c: r.kind == kind and c.figure is not None and c.word == key)
        return frozenset(rule.name for rule in self._of(kind))

    def behind_pool(self, pool: str) -> frozenset[str]:
        """The full names of the rules that pay into a pool or receive from it."""
        return self._with(lambda _, clause: clause.pool == pool)

    def _with(self, fits: Callable[[Rule, Clause], bool]) -> frozenset[str]:
        rules = (rule for policy in self.policies for rule in policy.rules)
        return frozenset(rule.name for rule in rules if any(fits(rule, clause) for clause in rule.clauses))


def one_of_several(words: Sequence[str]) -> Words:
    """A clause that says what to write where something is called alike."""
    quoted = [f"`{word}`" for word in words]
    return Words(f"write {' or '.join(quoted)}", f"请写 {' 或 '.join(quoted)}")


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Full names by every ending of theirs that no other has, the shortest first."""
    found: dict[str, list[str]] = {}
    full = sorted(set(names))
    for name in full:
        parts = name.split("/")
        for n in range(len(parts), 0, -1):
            found.setdefault("/".join(parts[n - 1 :]), []).append(name)
    return {short: meant[0] for short, meant in found.items() if len(meant) == 1 or short in full}
