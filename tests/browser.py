"""A real browser without a window: what a page becomes in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ALONE = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=10000",
)  # fmt: skip


def rendered(url: str) -> str:
    """The elements and text that the page has after its scripts ran."""
    return run("--dump-dom", url)


def screenshot(url: str, path: Path, width: int, height: int) -> None:
    """A picture of the page, as PNG."""
    run(f"--screenshot={path}", f"--window-size={width},{height}", url)


def run(*arguments: str) -> str:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert program, f"no browser: install Chromium or Chrome, as one of {', '.join(NAMES)} on PATH"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        done = subprocess.run(
            [program, *ALONE, f"--user-data-dir={profile}", *arguments],
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    screenshot(sys.argv[1], Path(sys.argv[2]).resolve(), int(sys.argv[3]), int(sys.argv[4]))
