"""A report in a notebook."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.render import reports

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[2]


def test_the_fragment_leaves_the_rest_of_the_page_alone():
    text = reports.explained()._repr_html_()
    assert text.startswith("<div")
    assert text.endswith("</div>")
    for tag in ("<style", "<script", "<html", "<body", "<link", " id="):
        assert tag not in text
    assert len(text) < 100_000


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_displays_it(tmp_path, monkeypatch):
    saved = tmp_path / "report.json"
    reports.explained().save(saved)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    code = f"import splitaudit as sa\nsa.Report.load({str(saved)!r})"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    shown = output["data"]
    assert "normalization_mismatch" in shown["text/html"]
    assert shown["text/html"].lstrip().startswith("<div")
    assert "Report fail" in shown["text/plain"]
