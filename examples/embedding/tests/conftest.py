"""What the tests of both examples begin with."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from payments.__main__ import POLICIES
from payments.audit import Audit
from payments.service import PaymentService
from yearly_batch.__main__ import main
from yearly_batch.make_database import make


@pytest.fixture
def audit(tmp_path) -> Iterator[Audit]:
    with Audit(tmp_path / "audit.jsonl") as audit:
        yield audit


@pytest.fixture
def service(audit) -> PaymentService:
    return PaymentService(POLICIES, date(2024, 7, 1), audit)


@pytest.fixture
def database(tmp_path) -> Path:
    make(tmp_path / "books.sqlite")
    return tmp_path / "books.sqlite"


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def run(database, out) -> Callable[..., int]:
    def run(*more: str, as_of: str = "2024-01-31") -> int:
        return main([str(database), "--as-of", as_of, "--period", "2022", "--out", str(out), *more])

    return run
