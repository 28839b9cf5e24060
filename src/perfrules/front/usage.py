"""What is wrong with how a command is written, in Chinese: typer says it in English alone."""

from __future__ import annotations

import re

from perfrules.core.codes import LABELS

AND = " / "  # stands between English and Chinese, where one text is in both
HELP = "用法见 {command} --help"
SAID = {  # by the names of typer's exceptions, which are the same in each of its versions
    "MissingParameter": "缺少 {about}",
    "NoSuchOption": "没有 {about} 这个选项",
    "BadOptionUsage": "{about} 缺少取值，或不应有取值",
    "BadParameter": "{about} 的取值不对",
}
CHOICES = "，可用：{choices}"
NO_COMMAND = "没有这个命令，可用：{commands}"
OTHERWISE = "命令的写法不对"


def in_chinese(error: Exception) -> str:
    """What typer found wrong, with the name and the Chinese description of the option that it is about."""
    context = getattr(error, "ctx", None)
    command = "perfrules" if context is None else context.command_path
    return f"{LABELS['error'].zh}: {_said(error, context)}\n{HELP.format(command=command)}\n"


def _said(error: Exception, context: object) -> str:
    about, message = _about(error), str(getattr(error, "message", ""))
    commands = getattr(getattr(context, "command", None), "commands", ())
    if commands and not about:
        return NO_COMMAND.format(commands="、".join(commands))
    said = SAID.get(type(error).__name__, OTHERWISE) if about else OTHERWISE
    more = f"：{_chinese(message)}" if said == OTHERWISE or AND in message else ""
    choices = re.findall("'([^']*)'", message.partition("not one of ")[2])
    offered = CHOICES.format(choices="、".join(choices)) if choices else ""
    return said.format(about=about).replace("） ", "）") + (more or offered)


def _about(error: Exception) -> str:
    option, named = getattr(error, "param", None), getattr(error, "option_name", "") or getattr(error, "param_hint", "")
    if option is None:
        return str(named or "")
    described = _chinese(getattr(option, "help", None) or "")
    return f"{option.opts[0]}（{described}）" if described else str(option.opts[0])


def _chinese(text: str) -> str:
    return text.rpartition(AND)[2]
