"""Families of policies: which policy extends which, found by name among those that are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.span import Text
from perfrules.language.words import CASES, OVERLAY, POLICY
from perfrules.pipeline.document import Items, Tree, read_file
from perfrules.pipeline.forms import OverlayForm, ParameterForm, PolicyForm, name_of
from perfrules.pipeline.overlays import merged
from perfrules.pipeline.policy import Set


def extended_by(tree: Tree) -> Text | None:
    """What a document extends; None where it says nothing of that."""
    return _said(tree, "extends", OVERLAY)


def full_name(tree: Tree) -> str:
    """`district/policy` of a document."""
    parts = (_said(tree, "district", POLICY), _said(tree, "policy", POLICY))
    return "/".join(str(part) for part in parts if part)


def _said(tree: Tree, key: str, words: Mapping[str, str]) -> Text | None:
    found = next((value for k, value in tree.items() if k in (key, words[key])), None)
    return found if isinstance(found, Text) else None


def parents(trees: Iterable[Tree], folders: Iterable[Path], findings: Findings) -> dict[Path, Tree]:
    """The documents that others extend and that were not named themselves, from the folders of plugins."""
    given, found = list(trees), dict[Path, Tree]()
    there = {full_name(tree) for tree in given}
    folders = list(folders)
    waiting = [tree for tree in given if extended_by(tree) is not None]
    while waiting:
        name = str(extended_by(waiting.pop()))
        file = next(_files(name, folders), None)
        if name in there or file is None:
            continue
        there.add(name)
        tree = read_file(file, findings)
        if tree is not None:
            found[file] = tree
            waiting += [tree] if extended_by(tree) is not None else []
    return found


def under_test(trees: Mapping[Path, Tree], folders: Iterable[Path], findings: Findings) -> dict[Path, Tree]:
    """The policies that documents of cases name and that were not named themselves: from their own folder, from the one
    above it, else from the folders of plugins."""
    folders = list(folders)
    there = [full_name(tree) for tree in trees.values()]
    found: dict[Path, Tree] = {}
    for path, tree in trees.items():
        for name in _tested(tree):
            if any(is_called(name, full) for full in [*there, *map(full_name, found.values())]):
                continue
            near = (file for folder in (path.parent, path.parent.parent) for file in sorted(folder.glob("*.yaml")))
            file = next((f for f in near if _is_policy(f, name)), None) or next(_files(name, folders), None)
            read = read_file(file, findings) if file is not None else None
            if file is not None and read is not None:
                found[file] = read
    return found


def is_called(name: str, full: str) -> bool:
    """Whether a name is the full one, or its last part."""
    return bool(full) and (full == name or full.rpartition("/")[2] == name)


def _is_policy(file: Path, name: str) -> bool:
    tree = read_file(file, Findings())
    return tree is not None and is_called(name, full_name(tree))


def _tested(tree: Tree) -> list[Text]:
    """The policies that a document of cases names."""
    if not any(key in ("cases", CASES["cases"]) for key in tree):
        return []
    found = next((value for key, value in tree.items() if key in ("policies", CASES["policies"])), None)
    several = found if isinstance(found, Items) else [found]
    return [name for name in several if isinstance(name, Text)]


def _files(name: str, folders: Iterable[Path]) -> Iterator[Path]:
    if name.startswith("/") or ".." in name.split("/"):
        return
    for folder in folders:
        file = folder / f"{name}.yaml"
        if file.is_file():
            yield file


class Family:
    """Policies and those that extend them, by full name."""

    def __init__(self, policies: Iterable[PolicyForm], overlays: Iterable[OverlayForm]) -> None:
        self.policies = {name_of(form): form for form in policies}
        self.overlays = {name_of(form): form for form in overlays}

    def root(self, overlay: OverlayForm) -> str:
        """The name of the policy that an overlay comes from in the end."""
        seen, name = {name_of(overlay)}, str(overlay.extends)
        while name in self.overlays and name not in seen:
            seen.add(name)
            name = str(self.overlays[name].extends)
        return name

    def made(self, overlay: OverlayForm, findings: Findings) -> tuple[PolicyForm, Set] | None:
        """The policy that an overlay makes, and what it and those between set; None with a problem noted."""
        line = [overlay]
        while str(line[-1].extends) in self.overlays:
            following = self.overlays[str(line[-1].extends)]
            if following in line:
                ring = " → ".join([*(name_of(one) for one in line), name_of(following)])
                findings.add("PR265", overlay.extends.span, ring=ring)
                return None
            line.append(following)
        top = line[-1].extends
        form = self.policies.get(str(top))
        if form is None:
            hint = did_you_mean(top, [*self.policies, *self.overlays])
            findings.add("PR264", top.span, parent=str(top), hint=hint)
            return None
        setting: dict[str, tuple[Text, ParameterForm]] = {}
        for one in reversed(line):
            form = merged(form, one, findings)
            setting |= {str(name): (name, own) for name, own in one.parameters.items()}
        return form, setting
