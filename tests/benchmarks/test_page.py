"""The page of the comparison: sections between markers, figures that are the same for the same results."""

import pytest

from benchmarks.compare import command, page

ARMS = ("splitaudit whole audit", "scipy ks")
MACHINE = {"processor": "a CPU", "cores": 2, "memory_gb": 8.0, "system": "an OS"}


def _content(job: str) -> dict:
    rows = [
        {
            "case": case.name,
            "facts": dict(case.facts),
            "seed": 0,
            "arm": arm,
            "kind": "whole report",
            "flagged": case.facts.get("strength") == "strong",
            "p": 0.01,
            "told": "All is well.",
            "seconds": 1.0,
            "process_seconds": 2.0,
            "peak_mb": 100.0,
            "error": None,
            "planted": 10,
            "found": 9,
            "wrong": 0,
            "honest": 20,
        }
        for case in command.JOBS[job].cases()
        for arm in ARMS
    ]
    line = f"python -m benchmarks compare --job {job} --out /somewhere/else/{job}.json"
    return {"job": job, "command": line, "machine": MACHINE, "versions": {"scipy": {"scipy": "1.0"}}, "rows": rows}


def test_only_what_stands_between_markers_is_replaced():
    text = "before\n<!-- begin told -->\nold\n<!-- end told -->\nafter\n"
    assert page.replaced(text, "told", "new \\1") == "before\n<!-- begin told -->\nnew \\1\n<!-- end told -->\nafter\n"
    with pytest.raises(ValueError, match="begin speed"):
        page.replaced(text, "speed", "new")


def test_commands_are_shown_without_folders_of_a_machine():
    text = page.provenance([_content("speed")])
    assert "--out speed.json" in text
    assert "somewhere" not in text
    assert "| scipy | scipy 1.0 |" in text


def test_what_other_jobs_were_measured_with_stays():
    leakage, speed = _content("leakage"), _content("speed")
    before = page.provenance(
        [_content("calibration"), speed, {**leakage, "versions": {"cleanlab": {"cleanlab": "2.9"}}}]
    )
    text = page.provenance(
        [{**speed, "command": speed["command"] + " --n 7", "versions": {"scipy": {"scipy": "2.0"}}}], before
    )
    jobs = [line.split()[5] for line in text.splitlines() if line.startswith("python")]
    assert jobs == ["calibration", "leakage", "speed"]
    assert "speed.json --n 7" in text
    assert "| scipy | scipy 2.0 |" in text
    assert "| cleanlab | cleanlab 2.9 |" in text
    assert text.count("Measured on") == 1
    assert page.provenance([speed], page.provenance([speed])) == page.provenance([speed])


def test_copies_need_no_figure(tmp_path):
    page.write(tmp_path / "comparison.md", [_content("leakage")])
    text = (tmp_path / "comparison.md").read_text()
    assert "| splitaudit whole audit | 90%" in text
    assert "<!-- begin speed -->\n<!-- end speed -->" in text


def test_a_page_is_renewed_around_what_was_written_by_hand(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "comparison.md"
    contents = [_content(job) for job in ("calibration", "power", "speed")]
    page.write(path, contents)
    path.write_text(path.read_text().replace("## Speed", "By hand.\n\n## Speed"))
    images = {file.name: file.read_bytes() for file in (tmp_path / "images").iterdir()}
    page.write(path, contents)
    text = path.read_text()
    assert "By hand." in text
    assert "whole report, whole process" in text
    assert "0 of 1 flagged: All is well." in text
    for name, content in images.items():
        assert f"](images/{name})" in text
        assert (tmp_path / "images" / name).read_bytes() == content, "the same results give the same figure"
        assert len(content) < 200_000
    assert len(images) == 6
