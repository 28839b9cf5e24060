"""Any bytes get an answer or a refusal: the seeds and all that once was a fault, then what a fuzzer makes of them.

The number of runs and the seed are fixed, so that each time the same is tried; `python3 dev.py soak` goes on for hours. An
input that is a fault lies in `build/fuzz/TARGET`: mend the fault, and add the input to `tests/fuzz/found/TARGET`.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

import perfrules
from fuzz.seeds import found, seeds
from fuzz.targets import TARGETS
from specimen import TOWN, problems_of

TESTS = Path(__file__).resolve().parent
RUNS = {"document": 200, "expression": 600, "policy": 100, "csv": 200, "json": 200}
MADE_FOR = (sys.implementation.name, sys.platform, platform.machine()) == ("cpython", "linux", "x86_64")
MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_known_to_be_bad_and_good_is_read(target):
    listed = seeds(target)
    assert len(listed) > 50
    for seed in listed:
        TARGETS[target](seed)
    for path in found(target):
        TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_fuzzer_makes_up_is_read(target):
    if not MADE_FOR:
        pytest.skip("NOT RUN: the fuzzer atheris is made for CPython on Linux, x86_64")
    command = [sys.executable, "-m", "fuzz", target, f"-runs={RUNS[target]}", "-seed=1"]
    done = subprocess.run(command, cwd=TESTS, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stderr[-6_000:]
    runs = re.search(r"Done (\d+) runs", done.stderr)
    assert runs, done.stderr[-6_000:]
    assert int(runs[1]) >= RUNS[target]  # the last round of changes to a seed is finished


LARGE = {
    "a list of as many values as are read": b"policy: [" + b"x, " * 99_000 + b"x]\n",
    "one text": b"policy: x\nnote: '" + b"\xe6\x96\x87" * (MEBIBYTE // 3 - 20) + b"'\n",
    "keys": b"policy: x\nnames:\n" + b"".join(b"  n%d: 1\n" % n for n in range(45_000)),
    "parentheses": b"policy: x\nfacts: town\nsubject: department\nscope: " + b"(" * 9_000 + b"\n",
    "no end": b"policy: x\nnote: \"" + b"\\n" * (MEBIBYTE // 2 - 20),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_mebibyte_of_policy_needs_less_than_two_hundred(name):
    assert 9_000 < len(LARGE[name]) <= MEBIBYTE
    assert needed(lambda: problems_of({"policy.yaml": LARGE[name]})) < 200 * MEBIBYTE


def test_a_mebibyte_of_facts_needs_less_than_two_hundred(tmp_path):
    program = perfrules.load(TOWN / "policy.yaml", as_of="2024-01-31")
    path = tmp_path / "department.csv"
    path.write_bytes(b"id,period,paid\n" + b"".join(b"D%d,2023,x%d\n" % (n, n) for n in range(45_000)))
    assert path.stat().st_size < MEBIBYTE

    def read() -> None:
        with pytest.raises(perfrules.Refused, match="PR609"):
            program.read_facts(path)

    assert needed(read) < 200 * MEBIBYTE


def needed(work) -> int:
    """How many bytes of memory some work needed at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
