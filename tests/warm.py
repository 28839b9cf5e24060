"""Commands in processes of their own that need not import everything first: a server imports it once, and forks.

A command takes most of a second to start, and the tests run hundreds. What a process is given when it starts (its
interpreter, encodings, the places of modules) has a server of its own; everything else is given with the command.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

SERVER = """
import json, os, runpy, sys
import perfrules.front.cli, perfrules.front.commands
perfrules.load("luojiang/operating-funds", as_of="2024-01-31")  # the forms of documents are made when the first is read
asked, child = None, 1
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
if not child:
    for number, how in enumerate((os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)):
        opened = os.open(asked["files"][number], how)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["perfrules", *asked["arguments"]]
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        old = getattr(sys, name)
        setattr(sys, name, open(number, mode, encoding=old.encoding, errors=old.errors, closefd=False))
    runpy.run_module("perfrules", run_name="__main__", alter_sys=True)
"""


def perfrules(arguments: list[str], folder: Path | None, environment: dict[str, str], given: bytes = b"", *, anew: bool = False) -> subprocess.CompletedProcess[bytes]:
    """What the command line does in a folder, with these variables and this standard input; `anew`: without a server."""
    if anew or not hasattr(os, "fork") or any(name.startswith("COVERAGE") for name in environment):  # what measures begins with the process
        command = [sys.executable, "-m", "perfrules", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, input=given, capture_output=True, check=False)
    at_start = {name: value for name, value in environment.items() if name.startswith(("PYTHON", "LANG", "LC_"))}
    with TemporaryDirectory() as kept:
        files = [Path(kept) / name for name in ("in", "out", "err")]
        for path in files:
            path.write_bytes(given if path.name == "in" else b"")
        asked = {"arguments": arguments, "folder": str(folder or Path.cwd()), "environment": environment, "files": [str(p) for p in files]}
        code = _server(json.dumps(at_start, sort_keys=True)).answer(json.dumps(asked))
        return subprocess.CompletedProcess(arguments, code, files[1].read_bytes(), files[2].read_bytes())


class _Server:
    """A process that has imported the command line, in an environment."""

    def __init__(self, at_start: dict[str, str]) -> None:
        rest = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LANG", "LC_"))}
        self.process = subprocess.Popen([sys.executable, "-c", SERVER], env={**rest, **at_start}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)

    def answer(self, asked: str) -> int:
        """The exit code of a command."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@cache
def _server(at_start: str) -> _Server:
    return _Server(json.loads(at_start))
