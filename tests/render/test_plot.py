"""Figures for a paper."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from splitaudit.cli import main
from splitaudit.errors import ConfigError
from splitaudit.render.figures.gallery import figures
from splitaudit.render.figures.plot import chosen, save
from tests.render import odd, reports
from tests.support import cli_runner

pytest.importorskip("matplotlib")


def test_every_figure_gets_a_file_of_its_name(tmp_path):
    written = save(odd.leak(), tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["map.png", "distributions.png", "roc.png", "leaks.png", "overlap.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


@pytest.mark.parametrize("name", ["explained", "hostile, explained", "nothing known", "200 channels", "50 classes"])
def test_odd_reports_are_drawn(tmp_path, name):
    report = odd.EVERY[name]
    assert len(save(report, tmp_path, format="svg")) == len(figures(report))


def test_names_are_text_and_no_mathematics(tmp_path):
    report = odd.channels(1)
    grid = report.finding("SA102").exhibits[0]
    object.__setattr__(grid, "row_labels", ("$\\frac{1}$ <b>",))
    save(report, tmp_path / "map.svg", ["map"])
    texts = ["".join(each.itertext()) for each in ElementTree.parse(tmp_path / "map.svg").iter() if "text" in each.tag]
    assert "$\\frac{1}$ <b>" in texts


def test_the_same_report_gives_the_same_file(tmp_path):
    for name in ("a.svg", "b.svg"):
        save(reports.explained(), tmp_path / name, ["ladder"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_what_cannot_be_drawn(tmp_path):
    with pytest.raises(ConfigError, match="no figure 'pie', there are ceiling, training"):
        chosen(reports.explained(), ["pie"])
    with pytest.raises(ConfigError, match="holds nothing to draw"):
        chosen(odd.findings(1))
    with pytest.raises(ConfigError, match="one file holds one figure"):
        save(reports.explained(), tmp_path / "all.png")


def test_the_command(tmp_path):
    report = tmp_path / "report.json"
    reports.explained().save(report)
    run = cli_runner().invoke
    listed = run(main, ["plot", str(report), "--list"])
    assert listed.exit_code == 0
    assert listed.stdout.startswith("ceiling ")
    made = run(main, ["plot", str(report), "--output", str(tmp_path / "a.svg"), "--figure", "causes"])
    assert made.exit_code == 0, made.stderr
    assert (tmp_path / "a.svg").read_text().startswith("<?xml")
    wrong = run(main, ["plot", str(report), "--figure", "pie"])
    assert wrong.exit_code == 2
    assert "there are ceiling" in wrong.stderr
    nowhere = run(main, ["plot", str(tmp_path / "none.json")])
    assert nowhere.exit_code == 2
