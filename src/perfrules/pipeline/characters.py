"""Characters that no document may have: those that hide something, and those that only look like an indent."""

from __future__ import annotations

import re

from perfrules.core.problem import Findings
from perfrules.core.span import Source, Span

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_TAB = re.compile(r"^ *\t[\t ]*(?=[^\s#])", re.MULTILINE)
_WIDE_INDENT = re.compile("^[ \t]*\u3000+", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%[A-Z]+", re.MULTILINE)
HIDDEN = ((_BIDI, "PR104"), (_CONTROL, "PR103"))
_SIGN_OF = {"PR105": "\t", "PR119": "\u3000"}


def are_readable(source: Source, findings: Findings) -> bool:
    """Whether a text has none of them; the first is noted."""
    for pattern, code in (*HIDDEN, (_WIDE_INDENT, "PR119"), (_TAB, "PR105")):
        found = pattern.search(source.text)
        if found:
            start = source.text.index(_SIGN_OF[code], found.start()) if code in _SIGN_OF else found.start()
            char = f"U+{ord(source.text[start]):04X}"
            findings.add(code, Span(source, start, start + 1), character=char)
            return False
    found = _DIRECTIVE.search(source.text)
    if found:
        findings.add("PR112", Span(source, found.start(), found.end()), what=found[0])
    return not found
