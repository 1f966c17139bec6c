"""All figures of a report, in the order in which the page shows them."""

from __future__ import annotations

from splitaudit.render.figures import exhibits, explained
from splitaudit.render.figures.model import Figure
from splitaudit.render.figures.training import training
from splitaudit.report import ReportData

MAKERS = (
    explained.learners,
    training,
    explained.ladder,
    explained.causes,
    exhibits.where,
    exhibits.distributions,
    exhibits.adversary,
    exhibits.leaks,
    explained.errors,
    exhibits.labels,
    exhibits.overlap,
)


def figures(report: ReportData) -> tuple[Figure, ...]:
    """Return every figure that a report has data for."""
    return tuple(figure for make in MAKERS for figure in make(report))
