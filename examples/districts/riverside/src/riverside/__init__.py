"""What riverside brings to perfrules; `help("perfrules.districts.hookspecs")` says what else there may be."""

from pathlib import Path

from perfrules.plugins import hookimpl

PERFRULES_API = 1  # the version of the hooks that this is written for

POLICIES = Path(__file__).parent / "policies"


@hookimpl
def perfrules_policies() -> list[Path]:
    """The folder of the policies, in which each district has one of its own."""
    return [POLICIES]


@hookimpl
def perfrules_vocabularies() -> list[Path]:
    """The vocabulary, which the policies of others may name, too."""
    return [POLICIES / "riverside" / "facts.yaml"]
