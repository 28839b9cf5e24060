"""Runs the service: `python -m payments --as-of 2024-07-01 --audit audit.jsonl`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import perfrules

from .audit import Audit
from .server import PaymentServer
from .service import PaymentService

POLICIES = Path(__file__).parent / "policies"


def options() -> argparse.ArgumentParser:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="payments", description="May this payment go out?")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day whose policies apply")
    parser.add_argument("--audit", type=Path, required=True, help="the file that answers are noted in")
    parser.add_argument("--policies", type=Path, default=POLICIES, help="the folder of policies")
    parser.add_argument("--port", type=int, default=8085, help="on the loopback interface; 0 takes a free one")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C; 2 where the policies are refused."""
    given = options().parse_args(arguments)
    with Audit(given.audit) as audit:
        try:
            service = PaymentService(given.policies, given.as_of, audit)
        except (perfrules.Refused, LookupError) as refused:
            print(refused, file=sys.stderr)
            return 2
        with PaymentServer(service, given.port) as server:
            print(f"http://127.0.0.1:{server.server_port}", flush=True)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
