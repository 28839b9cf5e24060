"""A real Spark for tests: in the process of the tests, told to waste no time on small tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

MISSING = "this test needs Java 17 or newer; install it: apt-get install default-jre-headless"
ADDRESS = "spark://local[2]"
IN_FULL = "PERFRULES_SPARK" in os.environ  # `python3 dev.py soak spark`: all of it, with the settings of Spark itself
QUICK = {
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@contextmanager
def spark() -> Iterator[str]:
    """An address at which Spark is started as a user starts it. Fails, rather than skip, where there is no Java."""
    assert shutil.which("java"), MISSING
    with TemporaryDirectory(prefix="perfrules-spark-") as folder, patch.dict(os.environ, {"SPARK_CONF_DIR": folder}):
        lines = [f"{name} {value}\n" for name, value in QUICK.items() if not IN_FULL]
        lines.append(f"spark.sql.warehouse.dir {folder}/warehouse\n")
        Path(folder, "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
        yield ADDRESS
