"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, on loopback, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "this test needs a PostgreSQL server; install it: apt-get install postgresql"
OWNER = "postgres"  # PostgreSQL refuses to run as the superuser of the machine


def programs() -> Path:
    """The folder with `initdb` and `pg_ctl`. Fails, rather than skip, where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name))
    on_path = shutil.which("initdb")
    places = [found[-1]] if found else [Path(on_path)] if on_path else []
    assert places, MISSING
    return places[0].parent


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a database, which is there as long as it is used."""
    own = ["runuser", "-u", OWNER, "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    bin_ = programs()
    with tempfile.TemporaryDirectory(prefix="perfrules-pg-") as folder:
        if own:
            shutil.chown(folder, OWNER)
        cluster, port = Path(folder) / "cluster", _free_port()

        def run(*command: object) -> None:
            subprocess.run([*own, *map(str, command)], cwd=folder, check=True, stdout=subprocess.DEVNULL)

        run(bin_ / "initdb", "-D", cluster, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        run(bin_ / "pg_ctl", "-D", cluster, "-w", "-l", Path(folder) / "log", "-o", options, "start")
        try:
            yield f"host=127.0.0.1 port={port} user={OWNER} dbname=postgres"
        finally:
            run(bin_ / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
