"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from splitaudit.render.atomic import replacing


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def write_half(target, error):
    with replacing(target) as path:
        path.write_text("half")
        raise error


def test_a_new_file_appears_when_the_block_ends(tmp_path):
    target = tmp_path / "report.json"
    with replacing(target) as path:
        path.write_text("new")
        assert not target.exists()
        assert path.parent == tmp_path
    assert target.read_text() == "new"
    assert names(tmp_path) == ["report.json"]


def test_an_old_file_is_replaced_and_keeps_its_permissions(tmp_path):
    target = tmp_path / "report.json"
    target.write_text("old")
    target.chmod(0o640)
    with replacing(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [OSError("full"), ValueError("wrong"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("there", [True, False])
def test_a_block_that_fails_leaves_what_was_there(tmp_path, error, there):
    target = tmp_path / "report.json"
    if there:
        target.write_text("old")
    with pytest.raises(type(error)):
        write_half(target, error)
    assert names(tmp_path) == (["report.json"] if there else [])
    assert not there or target.read_text() == "old"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "real.json"
    target.write_text("old")
    link = tmp_path / "report.json"
    link.symlink_to(target)
    with replacing(link) as path:
        path.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert names(tmp_path / "there") == ["real.json"]


def test_what_is_no_file_is_yielded_itself(tmp_path):
    with replacing(os.devnull) as path:
        path.write_text("gone")
    assert str(path) == os.path.realpath(os.devnull)


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "no" / "report.json"):
        pass
    assert names(tmp_path) == []


def test_long_names_fit(tmp_path):
    target = tmp_path / f"{'x' * 250}.npz"
    with replacing(target) as path:
        path.write_text("new")
    assert target.read_text() == "new"
