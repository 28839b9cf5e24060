"""The language of messages and reports."""

from __future__ import annotations

import os
from enum import StrEnum


class Language(StrEnum):
    """The language of messages and reports."""

    en = "en"
    zh = "zh"


def usual_language() -> Language:
    """Chinese where the environment is, else English."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Language.zh if said.startswith("zh") else Language.en
