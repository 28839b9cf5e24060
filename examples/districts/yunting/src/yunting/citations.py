"""文号：区里的每条规则、每个参数都要写明所依据的文件。"""

import re
from collections.abc import Iterator
from typing import Any

from perfrules.plugins import Found, Words

DISTRICT = "云汀区/"
DOCUMENT = re.compile(r"\w+〔\d{4}〕\d+号")
CURE = Words("add `source:` with the number of the document", "请在 `来源:` 中写明文号，如 云汀财绩〔2024〕3号")


def without_document(policy: Any) -> Iterator[Found]:
    """没有写明文号的规则和参数；来源没有另写的，以政策的来源为准。同时使用的其他地区的政策不归本区管。"""
    if not policy.name.startswith(DISTRICT):
        return
    for rule in policy.rules:
        if not DOCUMENT.search(rule.source):
            yield Found(Words(f"`{rule.name}` cites no document", f"`{rule.name}` 没有文号"), CURE, rule.span)
    for parameter in policy.parameters.values():
        if not all(DOCUMENT.search(value.source) for value in parameter.values):
            said = Words(f"`{parameter.name}` cites no document", f"`{parameter.name}` 没有文号")
            yield Found(said, CURE, parameter.span)
