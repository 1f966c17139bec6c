"""Files and streams."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from splitaudit.errors import ConfigError
from splitaudit.render.write import FORMATS, SUFFIXES, format_of, render, render_for, save
from tests.render import reports


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_decides(tmp_path, suffix):
    path = tmp_path / f"report{suffix.upper()}"
    save(reports.report(), path)
    assert path.read_text(encoding="utf-8") == render(reports.report(), SUFFIXES[suffix])
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]  # nothing else is left


def test_the_format_given_counts_more(tmp_path):
    reports.report().save(tmp_path / "report.txt", "json")
    assert (tmp_path / "report.txt").read_text().startswith("{")


def test_what_is_no_format():
    with pytest.raises(ConfigError, match=r"suffix '\.pdf' stands for no format, expected one of \.json"):
        format_of("report.pdf")
    with pytest.raises(ConfigError, match="format is 'yaml', expected one of terminal"):
        format_of("report.json", "yaml")
    with pytest.raises(ConfigError, match="expected one of"):
        render(reports.report(), "yaml")


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    path.chmod(0o640)
    save(reports.report(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text().startswith("{")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "report.json"
    link.symlink_to(tmp_path / "there" / "real.json")
    save(reports.report(), link)
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.json").read_text().startswith("{")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        save(reports.report(), path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        save(reports.report(), tmp_path / "no" / "report.json")


def test_devices_are_written_to_not_replaced(tmp_path):
    save(reports.report(), os.devnull, "json")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("report", [reports.report(), reports.hostile()])
def test_every_stream_can_take_every_format(format, encoding, report):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    stream.write(render_for(stream, report, format))
    assert b"SA205" in raw.getvalue()
    assert b"\x1b" not in raw.getvalue()
