"""What a plugin is made of: the hooks, and the values that they give. The manual is `perfrules.districts.hookspecs`."""

from perfrules.core.problem import Words
from perfrules.core.vocabulary import Action
from perfrules.districts.hookspecs import API, hookimpl
from perfrules.districts.offers import Check, Engine, Found, Listener, Reader, Unreadable
from perfrules.language.scope import Macro

__all__ = [
    "API",
    "Action",
    "Check",
    "Engine",
    "Found",
    "Listener",
    "Macro",
    "Reader",
    "Unreadable",
    "Words",
    "hookimpl",
]
