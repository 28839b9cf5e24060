"""JSON as it is written: numbers are exact decimals, no key stands twice, `NaN` is no number."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from perfrules.core.problem import Words, shortened

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_NO_UTF8 = Words("it is not UTF-8", "不是 UTF-8 编码")
_HALF_SIGN = Words("an escape `\\u…` in it is only half of a sign", "其中有的 `\\u…` 转义只是半个字符")
_TOO_LARGE = Words("a number in it has too many digits, or is beyond all sizes", "其中有的数位数过多，或过大、过小")
_TOO_DEEP = Words("it is nested too deeply", "嵌套过深")
_NO_NUMBER = Words("`NaN` and `Infinity` are no numbers", "`NaN` 和 `Infinity` 不是数字")


class Unread(Exception):
    """Why a file is not read."""

    def __init__(self, reason: Words) -> None:
        self.reason = reason
        super().__init__()


def read_json(path: Path) -> dict[str, Any]:
    """The mapping that a file is. Raises `Unread` where it is none, and `OSError` where it can't be opened."""
    return mapping_of(path.read_bytes())


def mapping_of(text: bytes) -> dict[str, Any]:
    """The mapping that a text is. Raises `Unread` where it is none."""
    try:
        said = text.decode("utf-8-sig")
        whole = json.loads(said, parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_once)
        if _HALF.search(said):
            json.dumps(whole, ensure_ascii=False, default=str).encode("utf-8")
    except json.JSONDecodeError as error:
        raise Unread(_broken(error)) from None
    except UnicodeDecodeError:
        raise Unread(_NO_UTF8) from None
    except UnicodeEncodeError:
        raise Unread(_HALF_SIGN) from None
    except (ValueError, ArithmeticError):  # of thousands of digits, or a power of ten beyond those of decimals
        raise Unread(_TOO_LARGE) from None
    except RecursionError:
        raise Unread(_TOO_DEEP) from None
    if not isinstance(whole, dict):
        raise Unread(Words("it is no mapping", "不是键值对应"))
    return whole


def _broken(error: json.JSONDecodeError) -> Words:
    """From where on a text is no JSON; one that is a single line may be one of a file, so its number says nothing."""
    line, column = error.lineno, error.colno
    if "\n" not in error.doc:
        return Words(f"it is no JSON from column {column} on", f"从第 {column} 列起不是 JSON")
    return Words(f"it is no JSON from line {line}, column {column} on", f"从第 {line} 行第 {column} 列起不是 JSON")


def _constant(_: str) -> Any:
    raise Unread(_NO_NUMBER)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping in which no key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = [key for key, _ in pairs]
        twice = shortened(next(key for key in seen if seen.count(key) > 1))
        raise Unread(Words(f"`{twice}` stands twice in one mapping", f"同一对应中 `{twice}` 出现两次"))
    return found
