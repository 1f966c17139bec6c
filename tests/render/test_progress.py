"""What a progress display says of the item that is being worked on."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from splitaudit.render.progress import said, terminal_progress


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (SimpleNamespace(code="SA101", name="adversarial-validation"), "SA101 adversarial-validation"),
        (SimpleNamespace(name="align"), "experiment: align"),
        (SimpleNamespace(name="align", left=200.4), "experiment: align, 3 min 20 s left"),
        (SimpleNamespace(name="align", left=-3.0), "experiment: align, 0 s left"),
        (SimpleNamespace(name="align", left=math.inf), "experiment: align"),
        (SimpleNamespace(name="align", left=None), "experiment: align"),
        (SimpleNamespace(name=3), "experiments"),
        (7, "experiments"),
    ],
)
def test_what_is_said(item, text):
    assert said(item, "experiments") == text


def test_nothing_is_shown_where_standard_error_is_no_terminal(capsys):
    with terminal_progress() as wrap:
        assert list(wrap([1, 2], "experiments")) == [1, 2]
    assert capsys.readouterr() == ("", "")
