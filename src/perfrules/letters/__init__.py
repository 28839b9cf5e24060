"""Letters as Word documents: one for each step of a ladder of notices that is due. Needs the extra `letters`.

perfrules.letters.write(program, letters, watch.facts, "letters", issuer="德阳市罗江区财政局")
Path("remind.docx").write_bytes(perfrules.letters.template("remind"))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from perfrules.asked import check_own
from perfrules.core.facts import Facts
from perfrules.core.files import write_together
from perfrules.core.problem import Findings, Problem, Refused, Words, missing_extra
from perfrules.letter import Letter
from perfrules.letters.file_names import file_names
from perfrules.letters.forms import form
from perfrules.letters.values import More, Speaker, check_letters
from perfrules.pipeline.document import NOT_THERE, reason_of
from perfrules.program import Program

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
) -> tuple[Path, ...]:
    """Write letters into a folder, a Word document for each: all of them or none. Gives the path of each.

    `issuer` is who sends them. `template` is a Word document for all letters, or a folder with one for each action
    (`remind.docx`); an action without one gets the default form in `lang`, `en` or `zh`. `more` has further values for
    templates, such as `{"文号": "…"}`, or is called with each letter and gives them. The folder is made where it alone
    is missing. The same letter is the same file, to the byte; one that is there and differs stays as it is, unless
    `replace`. Raises `Refused` with every problem of every letter.
    """
    check_own(program.vocabulary, facts)
    given = tuple(letters)
    check_letters(given)
    speaker = Speaker(program, facts, issuer, more, lang)
    values = {letter: speaker.values(letter) for letter in dict.fromkeys(given)}
    contents = _templates().documents(program.vocabulary, values, template and Path(template), lang, speaker.given)
    names = file_names(values)
    try:
        pending = _pending(Path(folder), {names[letter]: content for letter, content in contents.items()}, replace)
        if pending:
            write_together(Path(folder), pending)
    except (OSError, ValueError) as error:  # a zero byte
        reason = reason_of(error) if isinstance(error, OSError) else NOT_THERE
        raise Refused([Problem("PR764", where=str(folder), values={"path": str(folder), "reason": reason})]) from error
    return tuple(Path(folder) / names[letter] for letter in given)


def template(action: str, lang: str = "zh") -> bytes:
    """The default template for letters with an action, as a Word document to edit, in `en` or `zh`."""
    return form(action, lang)


def _pending(folder: Path, contents: Mapping[str, bytes], replace: bool) -> dict[str, bytes]:
    """The files that are not there yet as they are to be. Raises `Refused` for those that are there otherwise."""
    findings, pending = Findings(), {}
    for name, content in contents.items():
        path = folder / name
        if not path.exists():
            pending[name] = content
        elif not path.is_file():
            findings.add("PR909", where=str(path), path=str(path))
        elif path.read_bytes() != content:
            pending[name] = content
            if not replace:
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
