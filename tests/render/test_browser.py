"""The page in a real browser: nothing fails, nothing is loaded, filters, dark mode, print and a phone work."""

from __future__ import annotations

import re
import shutil

import pytest

from splitaudit.render import page
from tests.render import odd

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("jinja2")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("there is no Chromium on this system", allow_module_level=True)

NAMES = ("explained", "hostile, explained", "leak", "50 classes", "200 channels", "undecided and interrupted")
PHONE = {"width": 360, "height": 740}
CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => { const [r, g, b] = parts(color).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = node => {
    for (; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if ((parts(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const node of document.querySelectorAll("h1,h2,h3,h4,p,dt,dd,li,a,td,th,summary,span,label,svg text")) {
    if (!node.textContent.trim() || !node.getClientRects().length) continue;
    const style = getComputedStyle(node), text = node instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [light(text), light(behind(node))].sort((p, q) => q - p);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(node.textContent.trim().slice(0, 40) + " " + text);
  }
  return faint;
}"""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open a report from disk; whatever the page complains of or asks for is collected."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})

    def go(name: str):
        path = tmp_path / "report.html"
        path.write_text(page.render(odd.EVERY[name]), encoding="ascii")
        tab = context.new_page()
        tab.complaints, tab.asked = [], []
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("dialog", lambda dialog: tab.complaints.append(dialog.message) or dialog.dismiss())
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.goto(path.as_uri())
        return tab

    yield go
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_from_disk_without_an_error_or_a_request(visit, name):
    tab = visit(name)
    tab.wait_for_timeout(100)
    assert tab.complaints == []
    assert [url.rpartition("/")[2] for url in tab.asked] == ["report.html"]


def test_filters_show_and_hide(visit):
    tab = visit("forty findings")
    shown = tab.locator("details.finding:visible")
    assert shown.count() == 24  # neither what is right nor what was skipped
    assert tab.get_by_role("status").inner_text() == "24 of 40 findings are shown."
    tab.get_by_label("warning (8)").uncheck()
    assert shown.count() == 16
    tab.get_by_label("skipped (8)").check()
    assert shown.count() == 24
    for box in tab.locator("input[name=family]").all()[1:]:
        box.focus()
        tab.keyboard.press("Space")
    assert 0 < shown.count() < 10


def test_everything_is_shown_without_scripts(browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page.render(odd.EVERY["forty findings"]), encoding="ascii")
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert tab.locator("details.finding:visible").count() == 40
    assert not tab.locator("form.filters").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["explained", "leak"])
def test_light_and_dark_can_be_read(visit, name, scheme):
    tab = visit(name)
    tab.emulate_media(color_scheme=scheme)
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background))) < 150) == (scheme == "dark")
    assert tab.evaluate(CONTRAST) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_needs_no_scrolling_sideways(visit, name):
    tab = visit(name)
    tab.set_viewport_size(PHONE)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = tab.evaluate(
        "Array.from(document.querySelectorAll('svg.panel')).filter(s => s.getClientRects().length)"
        ".map(s => 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)"
    )
    assert all(size >= 8.5 for size in sizes)  # pixels of the drawings' letters


def test_print_shows_what_is_folded_and_hides_what_is_clicked(visit):
    tab = visit("explained")
    tab.emulate_media(media="print", color_scheme="dark")
    assert not tab.locator("nav").is_visible()
    assert not tab.locator("form.filters").is_visible()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("details:not([open]):visible").count() == 0
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.locator("details:not([open])").count() > 0
    assert tab.pdf().startswith(b"%PDF")


def test_the_keyboard_reaches_the_report(visit):
    tab = visit("explained")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert tab.locator(".skip").bounding_box()["x"] >= 0
