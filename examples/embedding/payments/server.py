"""The service over HTTP on this machine: JSON in, JSON out.

    POST /payments   a request to pay            → 200 with the answer
    PUT  /day        {"as_of": "2024-07-01"}     → 200 with the program of that day
    GET  /program                                → 200 with the program in use

400: no request; 422: its facts, or the policies of that day, are refused; 503: the audit can't be written.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import perfrules

from .requests import Unreadable, parsed, read_payment
from .service import PaymentService

LARGEST = 256 * 1024  # bytes of a request
Reply = tuple[int, dict[str, object]]


class PaymentServer(ThreadingHTTPServer):
    """Answers on the loopback interface; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, service: PaymentService, port: int = 0) -> None:
        self.service = service
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One request; what goes wrong is said as a list of problems."""

    server: PaymentServer
    timeout = 10

    def do_GET(self) -> None:
        """`GET /program`."""
        self._route({"/program": lambda _: (200, self._program())})

    def do_POST(self) -> None:
        """`POST /payments`."""
        self._route({"/payments": lambda body: (200, self.server.service.answer(read_payment(body)).data())})

    def do_PUT(self) -> None:
        """`PUT /day`."""
        self._route({"/day": self._day})

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: what matters is in the audit."""

    def _route(self, known: dict[str, Callable[[bytes], Reply]]) -> None:
        """Answer by what is known under the path."""
        found = known.get(self.path)
        body = self._body()
        if found is None:
            self._reply(404, _problem(self.path, "there is nothing here"))
        elif body is None:
            self._reply(413, _problem("Content-Length", f"a request has a length of at most {LARGEST} bytes"))
        else:
            self._reply(*self._tried(found, body))

    def _tried(self, found: Callable[[bytes], Reply], body: bytes) -> Reply:
        try:
            return found(body)
        except Unreadable as unreadable:
            return 400, {"problems": unreadable.problems}
        except perfrules.Refused as refused:
            return 422, {"problems": [_said(problem) for problem in refused.problems]}
        except LookupError as error:
            return 422, _problem("policies", str(error))
        except OSError:
            return 503, _problem("audit", "the audit can't be written, so nothing was decided")

    def _day(self, body: bytes) -> Reply:
        """Go over to another day."""
        value = parsed(body)
        day = value.get("as_of") if isinstance(value, dict) else None
        try:
            as_of = date.fromisoformat(day if isinstance(day, str) else "")
        except ValueError:
            raise Unreadable([{"place": "as_of", "message": 'a day is text, such as "2024-07-01"'}]) from None
        self.server.service.reload(as_of)
        return 200, self._program()

    def _program(self) -> dict[str, object]:
        program = self.server.service.program
        return {"program": program.digest, "as_of": program.as_of.isoformat(), "rules": program.rules}

    def _body(self) -> bytes | None:
        """The body, as long as its heading says; None where that is no length, or too much."""
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdecimal() and int(length) <= LARGEST):
            return None
        return self.rfile.read(int(length))

    def _reply(self, status: int, value: dict[str, object]) -> None:
        text = json.dumps(value, ensure_ascii=False).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def _said(problem: perfrules.Problem) -> dict[str, str]:
    """A problem that perfrules found: where, what and how to cure it, in Chinese and English."""
    return {
        "code": problem.code, "place": problem.place,
        "message": problem.said("zh"), "cure": problem.cure("zh"),
        "message_en": problem.said("en"), "cure_en": problem.cure("en"),
    }  # fmt: skip


def _problem(place: str, message: str) -> dict[str, object]:
    return {"problems": [{"place": place, "message": message}]}
