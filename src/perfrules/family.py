"""Families of policies: which policy extends which, found by name among those that are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.span import Text
from perfrules.language.words import OVERLAY, POLICY
from perfrules.pipeline.document import Tree, read_file
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
        file = next(offered(name, folders), None)
        if name in there or file is None:
            continue
        there.add(name)
        tree = read_file(file, findings)
        if tree is not None:
            found[file] = tree
            waiting += [tree] if extended_by(tree) is not None else []
    return found


def is_called(name: str, full: str) -> bool:
    """Whether a name is the full one, or its last part."""
    return bool(full) and (full == name or full.rpartition("/")[2] == name)


def offered(name: str, folders: Iterable[Path]) -> Iterator[Path]:
    """The file that plugins have under the name of a policy."""
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
