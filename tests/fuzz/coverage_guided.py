"""Coverage-guided fuzzing of one reader, by hand and not in the suite.

::

    python -m venv /tmp/guided && /tmp/guided/bin/pip install atheris -e ".[formats,report]"
    /tmp/guided/bin/python -m tests.fuzz.coverage_guided .npz /tmp/corpus -max_total_time=300 -rss_limit_mb=2048
    /tmp/guided/bin/python -m tests.fuzz.coverage_guided --log .json /tmp/logs -max_total_time=300

The first argument is the suffix of the files; with ``--log``, ``--predictions``, ``--config`` or ``--report`` before
it, they are read as those. Then comes the folder of the corpus, which is made and gets the sound files of
``benchmarks/fuzz/samples.py`` and those of ``fixtures/fuzz`` with that suffix. What follows are options of libFuzzer;
an input that fails is written beside the corpus. Branches of this package and of the TOML parser are followed, those
inside compiled libraries are not, so a format that is parsed here (.npz, .npy, .ts, logs, settings, reports, and what
is looked at before HDF5, Arrow and parquet are read) is searched more deeply than the rest.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["splitaudit", "tomllib"]):
    from benchmarks.fuzz import samples, targets
    from splitaudit import accepted, settling  # noqa: F401
    from splitaudit.engine import run  # noqa: F401
    from splitaudit.readers import arrow_size, hdf5_heap, history, parquet_size, predictions, read  # noqa: F401

FORMATS = {"--log": "log_csv", "--predictions": "predictions", "--config": "config", "--report": "report"}
SIDES = {".npz": "npz", ".npy": "npy", ".ts": "ts", ".parquet": "parquet", ".arrow": "arrow", ".h5": "hdf5"}
FIXTURES = Path(__file__).parents[2] / "fixtures" / "fuzz"
WORDS = {  # what a text is made of and flipped bytes are not likely to become
    ".ts": ["@data", "@classLabel true", "@timeStamps true", "@seriesLength 6", "@equalLength false", ":", ",", "?"],
    ".json": ['{"', '": ', "[[", "null", "true", "\n{", '"epoch"', '"val_accuracy"', '"val_loss"', '"metric"'],
    ".csv": ["epoch", "step", "val_accuracy", "val_loss", "window", "label", '"', "\n", ";", "\t"],
    ".toml": ["[tool.splitaudit]", "[[", "]]", "select", "overrides", "paths", "rules", " = ", '"""', "1979-05-27"],
}
NUMBERS = ["nan", "NaN", "inf", "-Infinity", "1e999", "-1", "0", "0.5", "18446744073709551616", "1_0", "0x1"]


def _seed(kind: str, suffix: str, folder: Path) -> None:
    """Put sound files and kept ones into the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples.samples(kind)):
        for name, content in sample.items():
            if name.endswith(suffix):
                (folder / f"sound_{number}{suffix}").write_bytes(content)
    for path in FIXTURES.glob(f"*{suffix}"):
        (folder / path.name).write_bytes(path.read_bytes())


def _dictionary(suffix: str, path: Path) -> list[str]:
    """Return the option that names libFuzzer's dictionary of a text format."""
    if suffix not in WORDS:
        return []
    words = [word.encode() for word in (*WORDS[suffix], *NUMBERS)]
    path.write_text("\n".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in words))
    return [f"-dict={path}"]


def main() -> None:
    """Search until libFuzzer's options say that it is enough."""
    kind = FORMATS.get(sys.argv[1], "")
    arguments = sys.argv[:1] + sys.argv[2 if kind else 1 :]
    if len(arguments) < 3 or arguments[2].startswith("-"):
        raise SystemExit("expected [--log|--predictions|--config|--report] SUFFIX CORPUS [options of libFuzzer]")
    suffix = arguments.pop(1)
    corpus = Path(arguments[1])
    if kind == "log_csv" and suffix == ".json":
        kind = "log_json"
    _seed(kind or SIDES[suffix], suffix, corpus)
    warnings.simplefilter("ignore")
    folder = Path(tempfile.mkdtemp())
    sound, path = targets.good(folder), folder / f"x{suffix}"
    arguments[2:2] = [f"-artifact_prefix={corpus.resolve()}.", *_dictionary(suffix, folder / "words")]

    def one(data: bytes) -> None:
        path.write_bytes(data)
        found = targets.reading(kind, path, sound)
        if found.failed:
            raise AssertionError(found)

    atheris.Setup(arguments, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
