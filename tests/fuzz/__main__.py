"""`python -m fuzz TARGET [options of libFuzzer]`, in the folder `tests`: fuzz a target from its seeds.

Ends with 0 where nothing was found; else the input lies in `build/fuzz/TARGET`.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["perfrules", "yaml"], exclude=["perfrules.core.codes"]):
    from fuzz.targets import TARGETS

from fuzz.seeds import SIZE_MAX, seeds

HOME = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Fuzz the target that is named."""
    name, *options = sys.argv[1:]
    folder = HOME / "build" / "fuzz" / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds(name):
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    usual = [f"-max_len={SIZE_MAX}", "-timeout=30", f"-artifact_prefix={folder}/", "-print_final_stats=1", "-reload=0"]
    atheris.Setup([sys.argv[0], *usual, *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
