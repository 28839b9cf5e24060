"""The payment service over HTTP, on this machine: what goes in and out, as bytes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest
from payments.server import LARGEST, PaymentServer

HOME = Path(__file__).parent.parent
REQUEST = """{"id": "%s", "payable": "40.00", "purpose": "货物", "project": {"id": "P1", "adjusted_budget": "200.00",
 "paid": %s, "planned": "100.00", "continues": false, "reviews": [{"round": 1, "passed": true}]}}"""


@pytest.fixture
def server(service) -> Iterator[PaymentServer]:
    with PaymentServer(service) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def call(port: int, method: str, path: str, body: str | bytes = b"", **headers: str) -> tuple[int, dict]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read(), parse_float=pytest.fail)


def test_it_listens_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("paid", "answer", "pay"),
    [('"85.00"', "released", "40.00"), ('"160.01"', "refused", "0.00"), ("null", "held", "0.00")],
)
def test_a_request_is_answered(server, paid, answer, pay):
    status, found = call(server.server_port, "POST", "/payments", REQUEST % ("R1", paid))
    assert (status, found["request"], found["answer"], found["pay"]) == (200, "R1", answer, pay)
    assert found["program"] == server.service.program.digest


def test_a_float_is_refused_by_its_place(server, tmp_path):
    status, found = call(server.server_port, "POST", "/payments", REQUEST % ("R1", "84.99"))
    assert (status, [p["place"] for p in found["problems"]]) == (400, ["project.paid"])
    assert (tmp_path / "audit.jsonl").read_bytes() == b""


def test_facts_that_cannot_be_are_said_in_both_languages(server):
    status, found = call(server.server_port, "POST", "/payments", REQUEST % ("R1", '"84.999"'))
    [problem] = found["problems"]
    assert (status, problem["code"], problem["place"]) == (422, "PR604", "project, paid")
    assert "小数" in problem["message"]
    assert "decimal places" in problem["message_en"]


def test_the_day_changes_when_it_is_said(server):
    port = server.server_port
    _, before = call(port, "GET", "/program")
    status, after = call(port, "PUT", "/day", '{"as_of": "2024-06-30"}')
    assert (status, after["as_of"], before["as_of"]) == (200, "2024-06-30", "2024-07-01")
    assert after == call(port, "GET", "/program")[1]
    assert after["program"] != before["program"]
    for wrong in ('{"as_of": 20240630}', '{"as_of": "30.6.2024"}', "[]", ""):
        assert call(port, "PUT", "/day", wrong)[0] == 400
    assert after == call(port, "GET", "/program")[1]


def test_requests_at_once(server, tmp_path):
    def one(number: int) -> tuple[str, str]:
        paid = f'"{159 + number % 2}.01"'  # every second one is a cent above the budget
        return call(server.server_port, "POST", "/payments", REQUEST % (number, paid))[1]["answer"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(64)))
    assert answers == ["released", "refused"] * 32
    noted = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {int(line["request"]): line["answer"] for line in noted} == dict(enumerate(answers))


def test_no_answer_without_the_audit(server, audit):
    audit.close()
    status, found = call(server.server_port, "POST", "/payments", REQUEST % ("R1", '"90.00"'))
    assert (status, [p["place"] for p in found["problems"]]) == (503, ["audit"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [("GET", "/payments", b"", 404), ("POST", "/", b"{}", 404), ("POST", "/payments", b"\xff", 400),
     ("POST", "/payments", b" " * (LARGEST + 1), 413)],
)  # fmt: skip
def test_what_is_not_served(server, method, path, body, status):
    assert call(server.server_port, method, path, body)[0] == status


def test_a_length_that_is_none_is_refused(server):
    with closing(HTTPConnection("127.0.0.1", server.server_port, timeout=30)) as connection:
        connection.putrequest("POST", "/payments")
        connection.putheader("Content-Length", "-1")
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_it_runs_from_the_command_line(tmp_path):
    command = [sys.executable, "-m", "payments", "--as-of", "2024-07-01", "--audit", tmp_path / "a", "--port", "0"]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as running:
        try:
            port = int(running.stdout.readline().rpartition(":")[2])
            assert call(port, "POST", "/payments", REQUEST % ("R1", '"90.00"'))[1]["answer"] == "released"
        finally:
            running.terminate()
    assert json.loads((tmp_path / "a").read_text(encoding="utf-8"))["request"] == "R1"
    (tmp_path / "wrong.yaml").write_text("policy: wrong\n", encoding="utf-8")
    done = subprocess.run([*command, "--policies", tmp_path / "wrong.yaml"], cwd=HOME, capture_output=True, check=False)
    assert (done.returncode, b"wrong.yaml:1" in done.stderr) == (2, True)
