"""Timing that can be compared: contenders take turns, and the median of their rounds counts.

Seconds are those of the processor: what else the machine does meanwhile does not count.
"""

from __future__ import annotations

import gc
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

Contender = tuple[Callable[[Any], object], Sequence[Any]]  # a function, and what it is called with


class Race:
    """Microseconds per call of several contenders, round by round: A B A B …"""

    def __init__(self, contenders: Mapping[str, Contender], rounds: int) -> None:
        self.times: dict[str, list[float]] = {name: [] for name in contenders}
        for function, arguments in contenders.values():  # warm
            _once(function, arguments)
        gc.collect()
        gc.disable()
        try:
            for _ in range(rounds):
                for name, (function, arguments) in contenders.items():
                    self.times[name].append(_once(function, arguments) * 1e6 / len(arguments))
        finally:
            gc.enable()

    def of(self, name: str) -> float:
        """The median of a contender."""
        return median(self.times[name])

    def ratio(self, one: str, other: str) -> float:
        """The median of the rounds' ratios, so that what slows down a whole round does not count."""
        return median(a / b for a, b in zip(self.times[one], self.times[other], strict=True))


def _once(function: Callable[[Any], object], arguments: Sequence[Any]) -> float:
    begin = process_time()
    for argument in arguments:
        function(argument)
    return process_time() - begin


def calibration() -> float:
    """Seconds of ten million additions in plain Python: what this machine is worth."""
    begin = process_time()
    total = 0
    for n in range(10_000_000):
        total += n
    assert total
    return process_time() - begin


def fastest(function: Callable[[], object], times: int) -> float:
    """The seconds of the fastest of several calls."""
    found = []
    for _ in range(times):
        begin = process_time()
        function()
        found.append(process_time() - begin)
    return min(found)


def printed_by(*arguments: str | Path) -> str:
    """What a fresh Python prints. It keeps compiled modules, as after an installation, whatever is set here."""
    command = [sys.executable, *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()


def machine() -> str:
    """The processor, its cores, the system and Python."""
    name = platform.processor() or platform.machine()
    description = Path("/proc/cpuinfo")
    if description.exists():
        lines = description.read_text().splitlines()
        models = [line.partition(":")[2].strip() for line in lines if "model name" in line]
        name = f"{len(models)} × {models[0]}" if models else name
    return f"{name}, {platform.system()}, {platform.python_implementation()} {platform.python_version()}"


def peak_memory() -> int:
    """The greatest memory of this process in bytes, without what the process that started it had."""
    described = Path("/proc/self/status")
    if described.exists():
        lines = described.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
