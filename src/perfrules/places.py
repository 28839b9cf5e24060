"""Places: the files that a path stands for, which may be a folder, or the name of a policy of a plugin."""

from __future__ import annotations

from pathlib import Path

from perfrules.core.problem import Findings, Words, nearest
from perfrules.districts.manager import Brought
from perfrules.pipeline.document import NOT_THERE, unreachable

ENDINGS = (".yaml", ".yml")


def files_at(path: str | Path, brought: Brought, findings: Findings) -> list[Path]:
    """The YAML files that a path stands for; none with a problem noted where it leads nowhere."""
    given = Path(path)
    why = unreachable(given)
    if why is not None and why != NOT_THERE:
        findings.add("PR120", where=str(path), path=str(path), reason=why)
        return []
    if given.is_dir():
        found = sorted(f for f in given.rglob("*") if f.suffix in ENDINGS and f.is_file())
        if not found:
            findings.add("PR121", where=str(path), path=str(path))
        return found
    if given.exists():
        if given.suffix not in ENDINGS:
            findings.add("PR121", where=str(path), path=str(path))
            return []
        return [given]
    for folder in brought.policies:
        inside = folder / given
        for candidate in (inside, inside.with_suffix(".yaml")):
            if not given.is_absolute() and ".." not in given.parts and candidate.exists():
                return files_at(candidate, brought, findings)
    findings.add("PR120", where=str(path), path=str(path), reason=_nowhere(given, brought))
    return []


def _nowhere(path: Path, brought: Brought) -> Words:
    """That a path leads nowhere, nor is what a plugin has a policy under; and what may be meant."""
    within = ((folder, found) for folder in brought.policies for found in folder.rglob("*"))
    names = {p.relative_to(f).as_posix().removesuffix(".yaml") for f, p in within if p.is_dir() or p.suffix in ENDINGS}
    close = nearest(path.as_posix(), sorted(names))
    said_en, said_zh = (f"; did you mean `{close}`?", f"；是否想写 `{close}`？") if close else ("", "")
    return Words(
        f"{NOT_THERE.en}, nor a policy of perfrules or of a plugin that is named{said_en}",
        f"{NOT_THERE.zh}，perfrules 和指名的插件也没有这项政策{said_zh}",
    )
