"""Letters as Word documents: one for each step of a ladder of notices that is due. Needs the extra `letters`.

perfrules.letters.write(program, letters, watch.facts, "letters", issuer="德阳市罗江区财政局")
Path("remind.docx").write_bytes(perfrules.letters.template("remind"))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from perfrules.asked import check_own, path_given
from perfrules.core.facts import Facts
from perfrules.core.files import NOT_THERE, reason_of, write_together
from perfrules.core.problem import Findings, Problem, Refused, Words, check_language, missing_extra
from perfrules.letter import Letter
from perfrules.letters.file_names import file_names, files_there
from perfrules.letters.forms import form
from perfrules.letters.values import More, Speaker, all_letters, check_ready
from perfrules.program import Program, check_program

__all__ = ["Letter", "template", "write"]


def write(
    program: Program,
    letters: Iterable[Letter],
    facts: Facts,
    folder: str | Path,
    *,
    issuer: str,
    template: str | Path | None = None,
    more: More | None = None,
    lang: str = "zh",
    replace: bool = False,
    only_new: bool = False,
) -> tuple[Path, ...]:
    """Write letters into a folder, a Word document for each: all of them or none. Gives the path of each.

    `issuer` is who sends them. `template` is a Word document for all letters, or a folder with one for each action
    (`remind.docx`); an action without one gets the default form in `lang`, `en` or `zh`. `more` has further values for
    templates, such as `{"文号": "…"}`, or is called with each letter and gives them. The folder is made where it alone
    is missing. The same letter is the same file, to the byte; one that is there and differs stays as it is, unless
    `replace`. With `only_new` those of which there is a file are left out, whatever it says by now, and so are their
    paths. Raises `Refused` with every problem of every letter.
    """
    check_program(program)
    check_own(program.vocabulary, facts)
    given = all_letters(letters)
    target = path_given("folder", folder, '"letters"')
    forms = None if template is None else path_given("template", template, '"form.docx"')
    with _writing(folder):
        there = files_there(given, target) if only_new else {}
    given = tuple(letter for letter in given if letter not in there)
    check_ready(given)
    speaker = Speaker(program, facts, issuer, more, lang)
    values = {letter: speaker.values(letter) for letter in dict.fromkeys(given)}
    contents = _templates().documents(program.vocabulary, values, forms, lang, speaker.given)
    with _writing(folder):
        names = file_names(values, target)
        pending = _pending(target, [(names[one], content) for one, content in contents.items()], replace)
        if pending:
            write_together(target, pending)
    return tuple(target / names[letter] for letter in given)


def template(action: str, lang: str = "zh") -> bytes:
    """The default template for letters with an action, as a Word document to edit, in `en` or `zh`."""
    check_language(lang, "lang")
    return form(action, lang)


@contextmanager
def _writing(folder: str | Path) -> Iterator[None]:
    """What is written into a folder. Raises `Refused` where that can't be."""
    try:
        yield
    except (OSError, ValueError) as error:  # a zero byte
        reason = reason_of(error) if isinstance(error, OSError) else NOT_THERE
        raise Refused([Problem("PR764", where=str(folder), values={"path": str(folder), "reason": reason})]) from error


def _pending(folder: Path, contents: Iterable[tuple[str, bytes]], replace: bool) -> dict[str, bytes]:
    """The files that are not there yet as they are to be. Raises `Refused` for those that are there otherwise."""
    findings = Findings()
    pending: dict[str, bytes] = {}
    for name, content in contents:
        path = folder / name
        if pending.setdefault(name, content) != content:  # two that are one letter, and do not say the same
            findings.add("PR763", where=str(path), path=str(path))
        elif path.exists() and not path.is_file():
            findings.add("PR909", where=str(path), path=str(path))
        elif path.exists() and path.read_bytes() == content:
            del pending[name]
        elif path.exists() and not replace:
            findings.add("PR763", where=str(path), path=str(path))
    findings.refuse()
    return pending


def _templates() -> ModuleType:
    """What fills templates. Raises `Refused` without the extra `letters`."""
    try:
        from perfrules.letters import templates
    except ModuleNotFoundError:
        raise Refused([missing_extra("letters", Words("a letter as a Word document", "生成 Word 函件"))]) from None
    return templates
