"""An editor that speaks to the real yaml-language-server, as VS Code's YAML extension does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any

HOME = Path(__file__).resolve().parent.parent
INSTALL = next(line.strip() for line in (HOME / ".ci" / "run").read_text(encoding="utf-8").splitlines() if "npm install" in line)
VERSION = INSTALL.rpartition("@")[2]
SERVER = HOME / "build" / "editor" / "node_modules" / "yaml-language-server"
PACKAGE = SERVER / "package.json"
LIMIT = 120  # seconds after which a server that says nothing is given up
SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
Message = dict[str, Any]


class Editor:
    """One session with the server in a folder: `schemas` says for each schema, by its place in it, the files it is for."""

    def __init__(self, folder: Path, schemas: dict[str, str]) -> None:
        node = shutil.which("node")
        assert node is not None, f"node is not there; install nodejs and npm, then run: {INSTALL}"
        assert PACKAGE.exists(), f"yaml-language-server is not there; run: {INSTALL}"
        there = json.loads(PACKAGE.read_text(encoding="utf-8"))["version"]
        assert there == VERSION, f"yaml-language-server is {there}; run: {INSTALL}"
        self.folder = folder
        self.settings = {**SETTINGS, "schemas": schemas}
        self.process = subprocess.Popen([node, SERVER / "bin" / "yaml-language-server", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.heard: Queue[Message | None] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.number = self.opened = 0
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "publishDiagnostics": {"relatedInformation": True},
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
            },
        }
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), workspaceFolders=folders, capabilities=capabilities)
        self.tell("initialized")
        self.until(lambda message: message.get("method") == "workspace/configuration")

    def close(self) -> None:
        """End the server, also one that no longer answers."""
        self.process.kill()
        self.process.wait(LIMIT)
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()

    def open(self, text: str) -> Page:
        """A new file with this text, and what the server says of it."""
        self.opened += 1
        uri = (self.folder / f"{self.opened}.yaml").as_uri()
        self.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text})
        said = self.until(lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["uri"] == uri)
        found = [(d["range"]["start"]["line"] + 1, d["message"]) for d in said["params"]["diagnostics"]]
        return Page(self, uri, sorted(found))

    # the protocol

    def tell(self, method: str, **params: Any) -> None:
        self._say({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        self.number += 1
        number = self.number
        self._say({"id": number, "method": method, **({"params": params} if params else {})})
        answer = self.until(lambda message: message.get("id") == number and "method" not in message)
        assert "error" not in answer, answer
        return answer["result"]

    def until(self, wanted: Any) -> Message:
        """The next message that is wanted; requests of the server before it are answered."""
        while True:
            try:
                message = self.heard.get(timeout=LIMIT)
            except Empty:
                raise AssertionError("yaml-language-server says nothing") from None
            assert message is not None, "yaml-language-server has ended"
            if "method" in message and "id" in message:
                self._say({"id": message["id"], "result": self._answer(message)})
            if wanted(message):
                return message

    def _answer(self, request: Message) -> Any:
        if request["method"] != "workspace/configuration":
            return None
        sections = [item.get("section", "") for item in request["params"]["items"]]
        return [self.settings if section == "yaml" else {} for section in sections]

    def _say(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        while line := stream.readline():
            length = 0
            while line.strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = stream.readline()
            self.heard.put(json.loads(stream.read(length)))
        self.heard.put(None)


@dataclass(frozen=True)
class Page:
    """A file that is open; lines are counted from 1, columns from 0."""

    editor: Editor
    uri: str
    underlined: list[tuple[int, str]]  # the line, and what is said of it

    def hover(self, line: int, column: int) -> str:
        """What is shown where the pointer rests, as Markdown shows it."""
        found = self.editor.ask("textDocument/hover", **self._at(line, column))
        return "" if found is None else re.sub(r"\\(?=\W|_)", "", found["contents"]["value"])

    def complete(self, line: int, column: int) -> set[str]:
        """What is offered at a place."""
        found = self.editor.ask("textDocument/completion", **self._at(line, column))
        return {item["label"] for item in (found["items"] if isinstance(found, dict) else found or [])}

    def _at(self, line: int, column: int) -> Message:
        return {"textDocument": {"uri": self.uri}, "position": {"line": line - 1, "character": column}}


@contextmanager
def editor(folder: Path, schemas: dict[str, str]) -> Iterator[Editor]:
    """A session that is closed in the end."""
    session = Editor(folder, schemas)
    try:
        yield session
    finally:
        session.close()
