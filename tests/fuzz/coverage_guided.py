"""Coverage-guided fuzzing of one reader, by hand and not in the suite.

::

    python -m venv /tmp/guided && /tmp/guided/bin/pip install atheris -e ".[formats,report]"
    mkdir -p /tmp/corpus && cp fixtures/fuzz/*.npz /tmp/corpus
    /tmp/guided/bin/python -m tests.fuzz.coverage_guided .npz /tmp/corpus -max_total_time=300 -rss_limit_mb=2048

The first argument is the suffix of the files; with ``--log``, ``--predictions``, ``--config`` or ``--report`` before
it, they are read as those. What follows are options of libFuzzer. Branches of this package are followed, those inside
compiled libraries are not, so a format that is parsed here (.npz, .npy, .ts, logs, settings, reports, and what is
looked at before HDF5, Arrow and parquet are read) is searched more deeply than the rest.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["splitaudit"]):
    from benchmarks.fuzz import targets
    from splitaudit import accepted, settling  # noqa: F401
    from splitaudit.engine import run  # noqa: F401
    from splitaudit.readers import arrow_size, hdf5_heap, history, parquet_size, predictions, read  # noqa: F401

FORMATS = {"--log": "log_csv", "--predictions": "predictions", "--config": "config", "--report": "report"}


def main() -> None:
    kind = FORMATS.get(sys.argv[1], "")
    arguments = sys.argv[:1] + sys.argv[2 if kind else 1 :]
    suffix = arguments.pop(1)
    warnings.simplefilter("ignore")
    folder = Path(tempfile.mkdtemp())
    sound, path = targets.good(folder), folder / f"x{suffix}"

    def one(data: bytes) -> None:
        path.write_bytes(data)
        found = targets.reading(kind, path, sound)
        if found.failed:
            raise AssertionError(found)

    atheris.Setup(arguments, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
