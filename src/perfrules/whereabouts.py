"""Whereabouts: in which files the documents are that a path means, or the policies that cases name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perfrules.core.files import NOT_THERE, unreachable
from perfrules.core.problem import Findings, Words, did_you_mean, nearest
from perfrules.core.span import Text
from perfrules.districts.manager import Brought
from perfrules.family import full_name, is_called, offered
from perfrules.language.words import CASES, POLICY
from perfrules.pipeline.document import ENDINGS, Items, Tree, documents_in, read_file
from perfrules.pipeline.openings import may_hold


def files_at(path: str | Path, brought: Brought, findings: Findings) -> list[Path]:
    """The files that a path stands for: one, those of a folder, or what plugins have under it."""
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
    found = _brought_under(given, brought)
    if not found:
        findings.add("PR120", where=str(path), path=str(path), reason=_nowhere(given, brought))
    return [file for one in found for file in files_at(one, brought, findings)]


def _brought_under(name: Path, brought: Brought) -> list[Path]:
    """The files and folders that plugins have under a name: a district may have policies of several."""
    if name.is_absolute() or ".." in name.parts:
        return []
    pairs = ((folder / name, (folder / name).with_suffix(".yaml")) for folder in brought.policies)
    return [found for pair in pairs if (found := next((path for path in pair if path.exists()), None))]


def _nowhere(path: Path, brought: Brought) -> Words:
    """That a path leads nowhere, nor is what a plugin has a policy under; and what may be meant."""
    close = nearest(path.as_posix(), offered_names(brought.policies))
    said_en, said_zh = (f"; did you mean `{close}`?", f"；是否想写 `{close}`？") if close else ("", "")
    return Words(
        f"{NOT_THERE.en}, nor a policy of perfrules or of a plugin that is named{said_en}",
        f"{NOT_THERE.zh}，perfrules 和指名的插件也没有这项政策{said_zh}",
    )


def under_test(trees: Mapping[Path, Tree], folders: Iterable[Path], findings: Findings) -> dict[Path, Tree]:
    """The policies that documents of cases name and that were not named themselves: from their own folder, from the one
    above it, else from the folders of plugins."""
    folders = list(folders)
    found: dict[Path, Tree] = {}
    for path, tree in trees.items():
        for name in _tested(tree):
            there = [full_name(tree) for tree in (*trees.values(), *found.values())]
            if any(is_called(name, full) for full in there):
                continue
            near = (file for file, full in _policies_around(path, name) if is_called(name, full))
            file = next(near, None) or next(offered(name, folders), None)
            read = read_file(file, findings) if file is not None else None
            if file is not None and read is not None:
                found[file] = read
            elif file is None:
                near_by = [*(full for _, full in _policies_around(path)), *filter(None, there)]
                hint = _meant(name, near_by, offered_names(folders))
                findings.add("PR524", name.span, policy=str(name), hint=hint)
    return found


def _policies_around(path: Path, name: str = "") -> Iterator[tuple[Path, str]]:
    """The policies in the folder of a file and in the one above that may have a name, each with its full one."""
    folder = path.parent
    for place in (folder, folder / ".." if folder.name in ("", "..") else folder.parent):
        for file in documents_in(place):
            is_one = may_hold(file, "policy", POLICY["policy"])
            mentioned = is_one and name.rpartition("/")[2].encode() in file.read_bytes()
            tree = read_file(file, Findings()) if mentioned else None
            if tree is not None and full_name(tree):
                yield file, full_name(tree)


LOOKED_FOR = Words(
    "policies are looked for among the files that are named, in the folder of this file and the one above, and among "
    "those of perfrules and plugins",
    "政策的查找范围：指名的文件、本文件所在的文件夹及其上一级、perfrules 和插件自带的政策",
)


def _meant(name: Text, *several: Iterable[str]) -> Words:
    """Which policy may be meant, by its full name or the last part of it; else where it is looked for."""
    for known in several:
        names = dict.fromkeys(one for full in known for one in (full, full.rpartition("/")[2]))
        if nearest(name, names):
            return did_you_mean(name, names)
    return LOOKED_FOR


def offered_names(folders: Iterable[Path]) -> list[str]:
    """The names under which plugins have policies, or folders of them."""
    found = ((folder, path) for folder in folders for path in folder.rglob("*"))
    names = {p.relative_to(f).as_posix().removesuffix(".yaml") for f, p in found if p.is_dir() or p.suffix in ENDINGS}
    return sorted(names)


def _tested(tree: Tree) -> list[Text]:
    """The policies that a document of cases names."""
    if not any(key in ("cases", CASES["cases"]) for key in tree):
        return []
    found = next((value for key, value in tree.items() if key in ("policies", CASES["policies"])), None)
    several = found if isinstance(found, Items) else [found]
    return [name for name in several if isinstance(name, Text)]
