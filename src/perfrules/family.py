"""Families of policies: which policy extends which, found by name among those that are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perfrules.core.problem import Findings, Words, did_you_mean, named_too, nearest
from perfrules.core.span import Text
from perfrules.language.words import OVERLAY, POLICY
from perfrules.pipeline.document import Items, Node, Tree, read_file
from perfrules.pipeline.forms import OverlayForm, PolicyForm, SettingForm, name_of
from perfrules.pipeline.overlays import Settings, merged


def is_overlay(tree: Tree) -> bool:
    """Whether a document says that it extends another."""
    return _said(tree, "extends", OVERLAY) is not None


def has_one_parent(tree: Tree, findings: Findings) -> bool:
    """Whether an overlay extends no more than one policy; noted where it names several."""
    found = _said(tree, "extends", OVERLAY)
    named = [item for item in found if isinstance(item, Text)] if isinstance(found, Items) else []
    if len(named) > 1:
        listed = [f"`{name}`" for name in named]
        parents = Words(", ".join(listed), "、".join(listed))
        findings.add("PR267", named[1].span, parents=parents, related=[("first", named[0].span)])
    return len(named) < 2


def full_name(tree: Tree) -> str:
    """`district/policy` of a document."""
    parts = (_said(tree, "district", POLICY), _said(tree, "policy", POLICY))
    return "/".join(part for part in parts if isinstance(part, Text) and part)


def _said(tree: Tree, key: str, words: Mapping[str, str]) -> Node | None:
    return next((value for k, value in tree.items() if k in (key, words[key])), None)


def parents(trees: Iterable[Tree], folders: Iterable[Path], findings: Findings) -> dict[Path, Tree]:
    """The documents that others extend and that were not named themselves, from the folders of plugins."""
    given, found = list(trees), dict[Path, Tree]()
    there = {full_name(tree) for tree in given}
    folders = list(folders)
    waiting = given
    while waiting:
        name = _said(waiting.pop(), "extends", OVERLAY)
        file = next(offered(name, folders), None) if isinstance(name, Text) and name not in there else None
        tree = read_file(file, findings) if file else None
        if file and tree is not None:
            there.add(str(name))
            found[file] = tree
            waiting.append(tree)
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


def _offered(folders: Iterable[Path]) -> Iterator[str]:
    """The names of the policies in the folders of plugins, as far as they are found by these."""
    for folder in folders:
        for file in sorted(folder.glob("*/*.yaml")):
            tree = read_file(file, Findings())
            name = f"{file.parent.name}/{file.stem}"
            if tree is not None and full_name(tree) == name:
                yield name


class Family:
    """Policies and those that extend them, by full name.

    `trees` are all documents that were read, also those that don't have the form they need; `folders` are those of
    plugins.
    """

    def __init__(
        self,
        policies: Iterable[PolicyForm],
        overlays: Iterable[OverlayForm],
        trees: Iterable[Tree],
        folders: Iterable[Path],
    ) -> None:
        self.policies = {name_of(form): form for form in policies}
        self.overlays = {name_of(form): form for form in overlays}
        self.there = {full_name(tree) for tree in trees}
        self.folders = tuple(folders)

    def root(self, overlay: OverlayForm) -> str:
        """The name of the policy that an overlay comes from in the end."""
        seen, name = {name_of(overlay)}, str(overlay.extends)
        while name in self.overlays and name not in seen:
            seen.add(name)
            name = str(self.overlays[name].extends)
        return name

    def made(self, overlay: OverlayForm, findings: Findings) -> tuple[PolicyForm, Settings] | None:
        """The policy that an overlay makes, and what those above it and it set, in this order; None with a problem
        noted."""
        line = [overlay]
        while str(line[-1].extends) in self.overlays:
            following = self.overlays[str(line[-1].extends)]
            if following in line:
                _note_ring(line[line.index(following) :], findings)
                return None
            line.append(following)
        top = line[-1].extends
        form = self.policies.get(str(top))
        if form is None:
            if top not in self.there:
                findings.add("PR264", top.span, parent=str(top), hint=self.meant(top, line))
            return None
        settings: dict[str, list[tuple[Text, SettingForm]]] = {}
        for one in reversed(line):
            form = merged(form, one, findings)
            for name, setting in one.parameters.items():
                cited = setting.model_copy(update={"source": setting.source or one.source})
                settings.setdefault(str(name), []).append((name, cited))
        return form, settings

    def meant(self, name: Text, line: list[OverlayForm]) -> Words:
        """Which policy could be meant by one that is not there."""
        read = [one for one in (*self.policies, *self.overlays) if one not in map(name_of, line)]
        offered = [*read, *_offered(self.folders)]
        if nearest(name, offered):
            return did_you_mean(name, offered)
        hint = did_you_mean(name, read or offered)
        return named_too(hint)


def _note_ring(ring: list[OverlayForm], findings: Findings) -> None:
    """Note a circle with all its places, beginning with the same one whatever leads into it."""
    first = ring.index(min(ring, key=name_of))
    ring = ring[first:] + ring[:first]
    names = [name_of(one) for one in ring]
    related = [("reads", one.extends.span) for one in ring[1:]]
    findings.add("PR265", ring[0].extends.span, ring=" → ".join([*names, names[0]]), related=related)
