"""Suggestions as documents `cases:`, to be read by people, completed and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from perfrules.actuals import Word
from perfrules.core.files import written_whole
from perfrules.core.problem import Problem, Refused
from perfrules.core.vocabulary import SubjectKind, Titled, Vocabulary
from perfrules.coverage import Target
from perfrules.language.words import CASES, COMMON, POOL_FIGURES, YES_NO
from perfrules.pipeline.scenarios import TO_WRITE
from perfrules.reports.values import phrase
from perfrules.results import Results
from perfrules.suggestions import Document, Suggestion
from perfrules.worlds import UNKNOWN, World

PLAIN = re.compile(r"[\w.%\u3400-\u9fff][\w.%/\u3400-\u9fff-]*")
WORDS = {**YES_NO, UNKNOWN: "未知"}


def suggestion_text(document: Document, language: str) -> str:
    """A document of cases, in Chinese with `zh`; and as comments, what no probe reaches."""
    lines = [f"{_key(key, language)}: {value}" for key, value in _head(document, language)]
    lines += ["", f"{_key('scenarios', language)}:"] if document.suggestions else []
    names: set[str] = set()
    for one in document.suggestions:
        lines += [f"  {line}" for line in _scenario(one, document, names, language)]
    if document.unreached:
        lines += ["", f"# {phrase('unreached', language)}"]
        lines += [f"# {_said(target, way, language)}" for target, way in document.unreached]
    return "\n".join(lines) + "\n"


def document_name(document: Document) -> str:
    """How the file of a document is called."""
    return "-".join(policy.name.rpartition("/")[2] for policy in document.policies) + ".yaml"


def _head(document: Document, language: str) -> Iterator[tuple[str, str]]:
    names = ", ".join(policy.name for policy in document.policies)
    titles = phrase("listing", language).join(policy.title.said(language) for policy in document.policies)
    yield "perfrules", "1"
    yield "cases", _quoted(phrase("suggested", language, titles=titles))
    yield "policies", f"[{names}]"
    for one in document.suggestions[:1]:
        yield "as_of", one.world.as_of.isoformat()
        yield "period", str(one.world.period)


def _scenario(one: Suggestion, document: Document, names: set[str], language: str) -> Iterator[str]:
    """One suggestion: what it is for, what is given, and of what the author has to say what comes out."""
    first = document.suggestions[0].world
    yield from (f"# {_said(target, way, language)}" for target, way in one.tests)
    target, way = one.tests[0]
    name = distinct_name(target.said(language) + ": " + phrase(f"way {way}", language), names)
    yield from scenario_lines(name, one.world, one.expect, language, (first.as_of, first.period))


def scenario_lines(
    name: str, world: World, expect: Sequence[Word], language: str, said: tuple[date, int] | None = None
) -> Iterator[str]:
    """A scenario: what is given, and of what the author has to write what comes out; of nothing where it is refused.
    `said` are the day and the year
    of its file, which it need not say again."""
    yield f"- {_key('name', language)}: {_quoted(name)}"
    if said is None or world.as_of != said[0]:
        yield f"  {_key('as_of', language)}: {world.as_of.isoformat()}"
    if said is None or world.period != said[1]:
        yield f"  {_key('period', language)}: {world.period}"
    if world.parameters:
        yield f"  {_key('parameters', language)}: {_flow(world.parameters, language)}"
    yield f"  {_key('given', language)}:"
    yield from (f"    {line}" for line in _given(world, language))
    if not expect:
        yield f"  {_key('problems', language)}: [{_quoted(TO_WRITE)}]"
        return
    yield f"  {_key('expect', language)}:"
    yield from (f"    {line}" for line in _expected(world, expect, language))


def distinct_name(wanted: str, names: set[str]) -> str:
    """A name that no scenario before has; it is one of the `names` then."""
    name = next(n for n in (wanted, *(f"{wanted} ({k})" for k in range(2, len(names) + 3))) if n not in names)
    names.add(name)
    return name


def _given(world: World, language: str) -> Iterator[str]:
    vocabulary = world.vocabulary
    for kind in world.kinds:
        rows = [(at, row) for at, row in world.rows.items() if at[0] == kind]
        yield f"{_titled(vocabulary.kinds, vocabulary.kind_names, kind, language)}:" + ("" if rows else " []")
        for (_, subject, period), row in rows:
            heads = {"id": subject, **({} if period == world.period else {"period": str(period)})}
            cells = {_column(vocabulary, vocabulary.kinds[kind], name, language): v for name, v in row.items()}
            own = {{"id": "编号", "period": "年度"}[n] if language == "zh" else n: v for n, v in heads.items()}
            yield f"  - {_flow({**own, **cells}, language)}"


def _column(vocabulary: Vocabulary, kind: SubjectKind, name: str, language: str) -> str:
    if name == kind.belongs_to:
        return _titled(vocabulary.kinds, vocabulary.kind_names, name, language)
    return _titled(kind.columns, kind.by_title, name, language)


def _titled(things: Mapping[str, Titled], names: Mapping[str, str], name: str, language: str) -> str:
    """In Chinese the title of a thing, where it is the only one of that title."""
    title = things[name].title.zh
    return title if language == "zh" and names.get(title) == name else name


def _expected(world: World, expect: Sequence[Word], language: str) -> Iterator[str]:
    """Of whom the author has to say what comes out, and of what."""
    ids = [at[1] for at in world.rows if at[2] == world.period]
    results = Results(world.policies)
    pools = {full: short for short, full in [*results.pools.items()][::-1]}  # the shortest that is enough
    for of in dict.fromkeys(word.of for word in expect):
        own = [word for word in expect if word.of == of]
        name = of.partition("/")[2]
        subject = pools.get(of) or (name if ids.count(name) == 1 else of)
        names = {word: _called(word, results, language) for word in own}
        wanted = ", ".join(f"{_scalar(said, language)}: {_quoted(TO_WRITE)}" for said in names.values())
        yield f"{_scalar(subject, language)}: {{{wanted}}}"
        yield from (f"# {phrase('write states', language, rule=names[word])}" for word in own if word.is_of_claims)


def _called(word: Word, results: Results, language: str) -> str:
    """What an author calls what is expected: a rule by its shortest name, in Chinese others by their titles."""
    if word.of in results.pools.values():
        return POOL_FIGURES[word.name] if language == "zh" else word.name
    kind = results.vocabulary.kinds[word.of.partition("/")[0]]
    rules = results.rules[kind.name]
    if word.name in rules.values():
        return next(short for short, full in rules.items() if full == word.name)
    if word.name in kind.accounts:
        return _titled(kind.accounts, kind.account_names, word.name, language)
    actions = {action.name: action for action in results.actions.values()}
    names = {said: action.name for said, action in results.actions.items()}
    return _titled(actions, names, word.name, language) if word.name in actions else word.name


def _said(target: Target, way: str, language: str) -> str:
    never = phrase("never", language, ways=phrase(f"way {way}", language))
    return " ".join(f"{target.span.place}  {target.said(language)}  {never}".split())


def _key(word: str, language: str) -> str:
    return {**COMMON, **CASES}[word] if language == "zh" and word != "perfrules" else word


def _flow(cells: Mapping[str, str], language: str) -> str:
    return "{" + ", ".join(f"{_scalar(k, 'en')}: {_scalar(v, language)}" for k, v in cells.items()) + "}"


def _scalar(value: str, language: str) -> str:
    """A value as authors write it: plain, unless YAML would read it otherwise."""
    if language == "zh":
        value = WORDS.get(value, value)
    return value if PLAIN.fullmatch(value) or re.fullmatch(r"-[\d._]+\S*", value) else _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write_documents(documents: Iterable[Document], folder: str | Path, language: str) -> None:
    """Write each document to a file in a folder. Raises `Refused` where one is there already: none is written over."""
    files = {Path(folder) / document_name(one): suggestion_text(one, language) for one in documents if one.suggestions}
    there = [path for path in files if path.exists()]
    if there:
        raise Refused([Problem("PR532", where=str(path), values={"path": str(path)}) for path in there])
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")


def summary_text(documents: Iterable[Document], folder: str | Path, language: str) -> str:
    """How many cases were suggested, where they are, and what no case was found for."""
    documents = list(documents)
    count = sum(len(document.suggestions) for document in documents)
    lines = [phrase("no suggestions", language)]
    if count:
        lines = [phrase("suggestions", language, count=count, folder=str(folder))]
    left = [_said(target, way, language) for document in documents for target, way in document.unreached]
    lines += [f"{phrase('unreached', language)}:", *(f"  {line}" for line in left)] if left else []
    return "\n".join(lines) + "\n"
