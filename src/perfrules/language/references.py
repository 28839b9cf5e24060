"""References: which names of which kinds of rows an expression reads, before anything is known of them."""

from __future__ import annotations

from perfrules.core.vocabulary import Vocabulary
from perfrules.language.nodes import Aggregate, Name, Node, children

Reference = tuple[str, str]  # kind, name


def parted(parts: tuple[str, ...], vocabulary: Vocabulary) -> tuple[tuple[str, ...], str]:
    """The kinds by which a name is reached, and the name; that of an item of a scorecard has a dot."""
    kinds = 0
    while kinds < len(parts) - 1 and parts[kinds] in vocabulary.kind_names:
        kinds += 1
    return parts[:kinds], ".".join(parts[kinds:])


def references(node: Node, kind: str, vocabulary: Vocabulary) -> set[Reference]:
    """The names that an expression reads where a kind of subject is judged, also of ancestors and other rows."""
    match node:
        case Name(parts=parts):
            owners, name = parted(parts, vocabulary)
            return {(vocabulary.kind_names[owners[-1]] if owners else kind, name)}
        case Aggregate():
            inside = vocabulary.plurals.get(node.over)
            rows = kind if inside is None or node.over == "years" else inside.name
            theirs = [part for part in (node.value, node.where, node.per, node.order) if part is not None]
            own = [part for part in (node.share, node.per) if part is not None]
            found = [references(part, rows, vocabulary) for part in theirs]
            found += [references(part, kind, vocabulary) for part in own]
        case _:
            found = [references(child, kind, vocabulary) for child in children(node)]
    return set().union(*found)
