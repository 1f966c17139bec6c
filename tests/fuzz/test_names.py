"""Names that come from data are text in every format: nothing steers a terminal, a page, a service or a parser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.fuzz.names import NASTY
from splitaudit.cli import main
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers.read import read
from splitaudit.render.figures import plot
from splitaudit.render.write import FORMATS, render
from splitaudit.wording import visible
from tests.render import reports

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
N = 40


def hostile(name, monkeypatch):
    monkeypatch.setattr(reports, "EVIL", name)
    return reports.hostile_explained()


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(sorted(key for key, _ in attrs))))


def check(text, format, name):
    """No byte of an escape, and what parses it still does."""
    assert not STEERING.search(text), format
    if format in ("json", "sarif"):
        json.loads(text)
    elif format == "junit":
        ElementTree.fromstring(text)
    elif format == "github":
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in text.splitlines())
        assert text.count("\n") == len([line for line in text.split("\n") if line])
    elif format == "html":
        tags = Tags()
        tags.feed(text)
        assert not [attributes for _, attributes in tags.seen if any(key.startswith("on") for key in attributes)]
        assert "<img" not in text
        assert "alert(1)</script>" not in text
        assert text.lower().count("<script") == HTML.lower().count("<script")


HTML = render(reports.hostile_explained(), "html")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_of_a_report(format, monkeypatch):
    for name in NASTY:
        check(render(hostile(name, monkeypatch), format), format, name)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_plots(form, monkeypatch, tmp_path):
    for i, name in enumerate(("$\\frac{1$<b>\x1b[31m\x00", "\ud800" + "a" * 3000)):
        for path in plot.save(hostile(name, monkeypatch), tmp_path / str(i), (), form):
            content = path.read_bytes()
            assert content
            if form == "svg":
                ElementTree.fromstring(content)


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_on_a_file_with_such_names(format, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    names = [name for name in NASTY if name.strip("\0") and "\ud800" not in name]
    for i in range(0, len(names) - 3, 16):
        paths = []
        for side in ("train", "val"):
            path = f"{side}{i}\x1b[31m[red]\u202e%0A=1+1.npz"
            X = rng.normal(size=(N, 8, 2))
            labels = np.array(names[i : i + 2])[np.arange(N) % 2]
            groups = np.array(names[i + 2 : i + 4])[np.arange(N) // (N // 2)]
            np.savez(path, X=X if side == "train" else X * 100, y=labels, groups=groups, channel_names=names[i : i + 2])
            paths.append(path)
        shown = ["check", *paths, "--format", format, "--select", "SA2,SA304,SA5,SA6", "--jobs", "1"]
        done = CliRunner().invoke(main, shown)
        assert done.exit_code == 1, done.output
        assert done.stderr == ""
        check(done.stdout, format, names[i])


@pytest.mark.parametrize("error", [DataError, ConfigError])
def test_sentences_hold_text_alone(error):
    for name in NASTY:
        said = str(error(f"{name}: holds {name}"))
        assert not STEERING.search(said)
        assert "\n" not in said
        assert visible(said) == said


def test_a_sentence_of_the_command_is_short_however_long_names_are(tmp_path):
    path = tmp_path / "train.npz"
    np.savez(path, **{f"{i}{'x' * 3000}": np.zeros(3) for i in range(12)})
    done = CliRunner().invoke(main, ["check", str(path), str(path)])
    assert done.exit_code == 2
    assert len(done.stderr) < 2100
    assert done.stderr.count("\n") == 1


def test_names_stay_what_they_are_in_memory(tmp_path):
    """What is shown is not what is kept: a name is data, and equal names stay equal."""
    path = tmp_path / "train.npz"
    np.savez(path, X=np.zeros((2, 3, 2)), channel_names=["\x1b[31m", "a\nb"])
    assert read(path).channels == ("\x1b[31m", "a\nb")
