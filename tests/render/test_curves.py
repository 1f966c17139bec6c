import io
import math

import pytest
from rich.console import Console

from splitaudit.explained import LearningCurve
from splitaudit.render import live
from splitaudit.render.curves import draw
from splitaudit.render.live import live_curves

BRAILLE = {chr(code) for code in range(0x2801, 0x2900)}


def curve(train=(), val=(), *, train_loss=(), val_loss=(), first=1):
    n = max(map(len, (train, val, train_loss, val_loss)))
    return LearningCurve(
        name="bilstm",
        source="reference",
        epochs=tuple(range(first, first + n)),
        train_accuracy=tuple(train),
        val_accuracy=tuple(val),
        train_loss=tuple(train_loss),
        val_loss=tuple(val_loss),
    )


def plain(lines):
    return [line.plain for line in lines]


RISES, STAYS = [0.5 + 0.02 * k for k in range(26)], [0.5] * 5 + [0.76] * 21


@pytest.mark.parametrize("width", [40, 70, 100])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_it_fits_and_says_where_both_lines_end(width, ascii_only):
    lines = plain(draw(curve(RISES, STAYS), width, 8, ascii_only=ascii_only))
    assert max(map(len, lines)) <= width
    assert len(lines) == 8 + 2
    text = "\n".join(lines)
    assert "train 100.0 %" in text
    assert "val 76.0 %" in text
    assert text.isascii() == ascii_only
    assert lines[0].startswith("100 % ")
    assert lines[-1].split() == ["1", "13", "26", "epoch"]


def test_train_lies_above_val_where_it_is_better():
    lines = plain(draw(curve(RISES, STAYS), ascii_only=True))
    rows = {sign: next(i for i, line in enumerate(lines) if sign in line[8:50]) for sign in ".*"}
    assert rows["."] < rows["*"]
    assert lines[0].rstrip().endswith("train 100.0 %")


def test_a_flat_line_is_flat_and_a_step_is_joined():
    lines = plain(draw(curve((), STAYS), 60, 9, ascii_only=True))
    columns = [{i for i, line in enumerate(lines[:9]) if line[j : j + 1] == "*"} for j in range(7, 45)]
    assert len(set(map(frozenset, columns[-15:]))) == 1
    assert all(columns)  # no gap
    assert max(map(len, columns)) > 2


def test_lines_are_told_apart_without_colour():
    drawn = "\n".join(plain(draw(curve([0.9] * 20, [0.6] * 20))))
    rows = [[char for char in line if char in BRAILLE] for line in drawn.splitlines()]
    train, val = (row for row in rows if row)
    assert len(set(train) & set(val)) == 0  # dotted and solid


def test_a_growing_curve_leaves_room_for_what_is_to_come():
    done, growing = draw(curve(RISES, STAYS)), draw(curve(RISES, STAYS), last_epoch=52)
    assert len(growing[5].plain.split("val")[0].rstrip()) < len(done[5].plain.split("val")[0].rstrip())
    assert plain(growing)[-1].split() == ["1", "26", "52", "epoch"]


def test_gaps_single_epochs_and_nothing_are_drawn_as_far_as_known():
    assert "unknown" not in "\n".join(plain(draw(curve([math.nan, 0.5, 0.6], [math.nan] * 3))))
    single = plain(draw(curve([0.5], [0.5]), last_epoch=10))
    assert any("train 50.0 %" in line for line in single)
    assert any("val 50.0 %" in line for line in single)
    assert plain(draw(curve())) == ["no accuracy and no loss per epoch is known"]
    assert plain(draw(curve([math.nan], [math.nan]))) == ["no accuracy and no loss per epoch is known"]


def test_losses_are_drawn_where_there_is_nothing_else():
    text = "\n".join(plain(draw(curve(train_loss=[1.0, 0.5, 0.1], val_loss=[1.0, 1.5, 2.0]))))
    assert "val loss 2" in text
    assert "train loss 0.1" in text
    assert "%" not in text


@pytest.mark.parametrize("value", [0.0, 1.0, 1e-9, 0.5])
def test_constant_curves_have_an_axis(value):
    assert len(draw(curve([value] * 5, [value] * 5))) == 12
    assert len(draw(curve(train_loss=[value] * 5))) == 12


@pytest.mark.parametrize("size", [1e-12, 1e12, 1e300])
def test_losses_of_any_size_are_drawn(size):
    assert len(draw(curve(train_loss=[size, 2 * size], val_loss=[size, 3 * size]))) == 12


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    stream = Terminal()
    made = Console(file=stream, force_terminal=True, width=80, height=24, color_system=None, legacy_windows=False)
    monkeypatch.setattr(live, "Console", lambda **_: made)
    return stream


def test_live_curves_grow_and_go_away(terminal):
    with live_curves() as shown:
        shown.begin("a network", 26)
        shown.epoch(curve(RISES[:3], STAYS[:3], train_loss=[0.7] * 3, val_loss=[0.6] * 3))
        shown.epoch(curve(RISES[:9], STAYS[:9], train_loss=[0.7] * 9, val_loss=[0.5] * 9))
        assert list(shown.wrap(["a", "b"], "ladder")) == ["a", "b"]
    text = terminal.getvalue()
    assert "a network" in text
    assert "epoch 3/26 · loss train 0.7, val 0.6" in text
    assert "val 76.0 %" in text
    assert "ladder (2/2)" in text
    assert "\x1b[2K" in text.rpartition("ladder (2/2)")[2]  # wiped


def test_a_log_and_a_quiet_run_get_nothing(terminal, monkeypatch):
    with live_curves(shown=False) as shown:
        shown.begin("a network")
        shown.epoch(curve(RISES, STAYS))
    assert terminal.getvalue() == ""
    log = io.StringIO()
    monkeypatch.setattr(live, "Console", lambda **_: Console(file=log))
    with live_curves() as shown:
        shown.epoch(curve(RISES, STAYS))
        assert list(shown.wrap([1], "ladder")) == [1]
    assert log.getvalue() == ""
