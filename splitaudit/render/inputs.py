"""Which files a finding is about, for formats that point at files."""

from __future__ import annotations

from splitaudit.report import Finding, ReportData, Side


def inputs(finding: Finding, report: ReportData) -> list[str]:
    """Return the files of the sides whose windows a finding names, val's first; of both where it names none.

    A side that was not read from a file is called by its name.
    """
    where = finding.where
    sides: list[Side] = [report.val] if where.n_val_windows or not where.n_train_windows else []
    sides += [report.train] if where.n_train_windows or not where.n_val_windows else []
    return list(dict.fromkeys(side.source or side.name for side in sides))
