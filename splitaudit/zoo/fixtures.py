"""Write small cases with their truth: ``python -m splitaudit.zoo.fixtures fixtures``.

Each case is a folder with ``train.npz``, ``val.npz`` and ``truth.json``. Archives carry no time stamps, so that a
second run writes the same bytes.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.errors import ConfigError
from splitaudit.zoo import signals
from splitaudit.zoo.cases import flaws
from splitaudit.zoo.ceiling import ceiling76
from splitaudit.zoo.plateaus import PLATEAUS, make_plateau
from splitaudit.zoo.world import Planted, Severity, Truth, healthy

SEED = 2022
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that zip knows
# folder -> base process, flaw and severity; ten subjects of 32 windows keep the files small
SMALL: dict[str, tuple[str, str, Severity]] = {
    "healthy": ("tones", "", "mild"),
    "copied_windows": ("ecg", "copied_windows", "moderate"),
    "unit_change": ("pendulum", "other_unit", "moderate"),
    "shared_subject": ("ar", "shared_subjects", "moderate"),
}
AT_76_PERCENT = ("concept_shift", "shortcut_in_train")  # what else looks like ceiling76, as far as it is small
STORIES = {
    "healthy": "Ten people, split by person; nothing is wrong.",
    "copied_windows": "Some validation windows are also in train.",
    "unit_change": "The accelerometer of train is in g, that of validation in metres per second squared.",
    "shared_subject": "Windows instead of people were drawn, and the label is a trait of the person.",
    "ceiling76": "Train reaches 99 %, validation stops at 76 %, whatever the learner: val's gyroscope is in rad/s.",
    **{name: f"The same curves, another cause. {PLATEAUS[name].story}" for name in AT_76_PERCENT},
}
FIXTURES = tuple(STORIES)


def make_fixture(name: str) -> Planted:
    """Make one of :data:`FIXTURES`.

    Raises
    ------
    ConfigError
        If there is no such fixture.
    """
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    if name == "ceiling76":
        return ceiling76(rng)
    if name in AT_76_PERCENT:
        return make_plateau(name, SEED)
    if name not in SMALL:
        raise ConfigError(f"there is no fixture {name!r}; there are {', '.join(FIXTURES)}")
    base, flaw, severity = SMALL[name]
    world = signals.make(base, rng, n_subjects=10, windows_per_subject=32)
    train, val = healthy(world, rng, val_share=0.4)
    if not flaw:
        return Planted(train=train, val=val, truth=Truth(flaw="none", severity=severity, cause="healthy"))
    return flaws()[flaw](world, train, val, severity, np.random.default_rng(SEED))


def write(directory: Path) -> list[Path]:
    """Write every fixture below a directory and return the files."""
    written = []
    for name in FIXTURES:
        planted = make_fixture(name)
        folder = directory / name
        folder.mkdir(parents=True, exist_ok=True)
        for side in (planted.train, planted.val):
            written.append(_write_npz(folder / f"{side.name}.npz", _arrays(side)))
        truth = folder / "truth.json"
        truth.write_text(_lines(_facts(name, planted.truth)), encoding="utf-8")
        written.append(truth)
    return written


def _arrays(side: Split) -> dict[str, NDArray[Any]]:
    """Return what a reader of npz files looks for, leaving out what the side does not have."""
    arrays: dict[str, NDArray[Any]] = {"X": side.X}
    if side.y is not None:
        arrays |= {"y": side.y, "class_names": np.array(side.classes)}
    if side.groups is not None:
        arrays["groups"] = np.array(side.group_names)[side.groups]
    if side.time is not None:
        arrays["time"] = side.time.astype(np.int64)
    if side.recording is not None:
        arrays["recording"] = np.array(side.recording_names)[side.recording]
    return arrays | {"channel_names": np.array(side.channels)}


def _write_npz(path: Path, arrays: dict[str, NDArray[Any]]) -> Path:
    """Write a compressed npz whose bytes depend on nothing but the arrays."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for key, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{key}.npy", date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, buffer.getvalue())
    return path


def _facts(name: str, truth: Truth) -> dict[str, Any]:
    return {
        "fixture": name,
        "story": STORIES[name],
        "flaw": truth.flaw,
        "severity": truth.severity,
        "cause": truth.cause,
        "rules": list(truth.rules),
        "channels": list(truth.channels),
        "timesteps": None if truth.timesteps is None else list(truth.timesteps),
        "groups": list(truth.groups),
        "train_windows": truth.train_windows.tolist(),
        "val_windows": truth.val_windows.tolist(),
        "details": dict(truth.details),
    }


def _lines(facts: dict[str, Any]) -> str:
    """Write a JSON object with one key per line."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items()) + "\n}\n"


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "fixtures"))
