"""The files in fixtures/fuzz: each gets its sentence, within the memory allowed, and the sound ones are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitaudit.config import load
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers.history import read_history
from splitaudit.readers.read import read
from splitaudit.readers.room import limited

FOLDER = Path(__file__).parents[2] / "fixtures" / "fuzz"
SENTENCES = {
    "axis_beyond_64_bits.npy": "the array has a broken header",
    "says_ten_gigabytes.npz": "X is truncated or damaged",
    "heap_without_end.h5": "holds strings that are damaged or not in the file",
    "string_longer_than_heap.h5": "groups holds strings that are damaged or not in the file",
    "declared_and_never_written.h5": "X declares 37,252.9 GiB of which 0 bytes are stored",
    "link_out_of_the_file.h5": "X is a link out of the file or to nowhere",
    "samples_in_a_device.h5": "X is stored in other files",
    "sequences.h5": "X holds sequences or references",
    "unpacks_to_160_megabytes.arrow": "reading the table takes 0.4 GiB of memory and 0.1 GiB are allowed",
    "a_billion_rows_of_nothing.arrow": "column 'window' holds nothing but missing values",
    "list_offsets_go_back.arrow": "is truncated or damaged",
    "labels_are_lists.arrow": "y holds values of type ndarray, expected numbers or strings",
    "same_name_twice.arrow": "the table has two columns 'window'",
    "broken_pandas_metadata.arrow": "is no table that pandas can hold",
    "channels_of_two_lengths.parquet": "column 'b' holds windows of shape (3,), expected (2,) as in 'a'",
}
LOGS = {
    "epoch_beyond_integers.json": "epoch is 1e+300 in a row",
    "loss_beyond_floats.json": None,
    "epoch_is_a_number.json": None,
}


def test_every_file_is_known():
    rest = {path.name for path in FOLDER.iterdir() if not path.name.startswith("sound_")}
    assert rest == {*SENTENCES, *LOGS, "nested_too_deeply.toml", "README.md"}
    told = (FOLDER / "README.md").read_text()
    assert not [name for name in rest if f"`{name}`" not in told and name != "README.md"]
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 200_000


@pytest.mark.parametrize("name", SENTENCES)
def test_refused(name):
    with limited(1 << 27), pytest.raises(DataError) as caught:
        read(str(FOLDER / name))
    assert str(caught.value).startswith(f"{FOLDER / name}: ")
    assert SENTENCES[name] in str(caught.value)


@pytest.mark.parametrize("name", SENTENCES)
def test_refused_behind_a_url(name):
    fsspec = pytest.importorskip("fsspec")
    with fsspec.filesystem("memory").open(f"/{name}", "wb") as file:
        file.write((FOLDER / name).read_bytes())
    with limited(1 << 27), pytest.raises(DataError) as caught:
        read(f"memory://{name}")
    assert str(caught.value).startswith(f"memory://{name}: ")
    assert SENTENCES[name] in str(caught.value)


@pytest.mark.parametrize("name", LOGS)
def test_logs(name):
    if LOGS[name] is None:
        assert len(read_history(FOLDER / name)[0].epochs) == 2
    else:
        with pytest.raises(DataError, match=LOGS[name].replace("+", r"\+")):
            read_history(FOLDER / name)


def test_settings():
    with pytest.raises(ConfigError, match="is nested too deeply"):
        load(FOLDER / "nested_too_deeply.toml")


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("sound_*")))
def test_sound(name):
    if name.startswith("sound_config"):
        assert load(FOLDER / name).permutations == 99
    elif name.startswith("sound_log"):
        assert read_history(FOLDER / name)
    elif not name.startswith("sound_predictions"):
        assert read(str(FOLDER / name)).X.shape == (8, 6, 2)
