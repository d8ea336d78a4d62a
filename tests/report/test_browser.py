"""The page in a real browser: quiet, offline, as wide as the screen, and open to everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from .conftest import LANGUAGES

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.parametrize("language", LANGUAGES),
]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
VIEWPORTS = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"
# Type on a phone is legible from about 9 px on; figures are drawn with 9 pt on 7.2 inches.
LEAST_FIGURE_WIDTH = 560


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport=DESKTOP)
    yield page
    page.close()


@pytest.fixture(params=["sample", "demo"])
def address(request: pytest.FixtureRequest, language: str) -> str:
    """The small sample, and the whole review of the demo company."""
    if request.param == "sample":
        printed: dict[str, Path] = request.getfixturevalue("printed")
        return printed[f"{language}.html"].as_uri()
    run: Path = request.getfixturevalue("demo")
    return (run / f"review.{language}.html").as_uri()


def test_it_is_quiet_and_offline(page: Any, address: str) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    assert [url for url in requests if not url.startswith("data:")] == [address]
    assert complaints == []


@VIEWPORTS
def test_it_never_scrolls_sideways(page: Any, address: str, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)
    page.goto(address)
    assert not page.evaluate(WIDER_THAN_SCREEN)


@VIEWPORTS
def test_it_has_no_serious_barriers(page: Any, address: str, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)
    page.goto(address)
    found = axe.Axe().run(page).response["violations"]
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in grave] == []


def test_figures_can_be_read_on_a_phone(page: Any, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    widths = page.evaluate("[...document.images].map(i => i.getBoundingClientRect().width)")
    assert widths
    assert min(widths) >= LEAST_FIGURE_WIDTH
    # The caption stays where it can be read while the figure is moved.
    assert page.evaluate(
        "[...document.querySelectorAll('figcaption')].every(c => c.scrollWidth <= innerWidth)"
    )


def test_the_pictures_are_shown(page: Any, address: str) -> None:
    page.goto(address)
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


def test_the_contents_stand_beside_on_a_desktop(page: Any, address: str) -> None:
    page.goto(address)
    entry = page.locator(".contents a").nth(1)
    assert entry.is_visible()
    entry.click()
    assert page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top") < 200


def test_every_link_leads_somewhere(page: Any, address: str) -> None:
    page.goto(address)
    targets = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
    assert len(targets) > 5
    assert all(target.startswith("#") for target in targets)
    missing = page.evaluate(
        "[...document.links].map(link => decodeURIComponent(link.hash.slice(1)))"
        ".filter(id => !document.getElementById(id))"
    )
    assert missing == []


def test_the_contents_fold_on_a_phone(page: Any, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    entry = page.locator(".contents a").first
    assert not entry.is_visible()
    page.locator(".contents summary").click()
    assert entry.is_visible()


def test_the_keyboard_first_meets_the_skip_link(page: Any, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#review-text"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0


def test_each_figure_and_table_has_words(page: Any, address: str) -> None:
    page.goto(address)
    assert page.evaluate("[...document.images].every(image => image.alt.length > 10)")
    assert page.evaluate(
        "[...document.querySelectorAll('table')].every(t => t.tHead && t.tHead.querySelector('th'))"
    )
    assert page.evaluate(
        "[...document.querySelectorAll('figure')].every(f => f.querySelector('figcaption'))"
    )


def test_in_print_no_row_is_cut_and_no_table_leaves_the_page(page: Any, address: str) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    # A4 less the margins of 18 mm at 96 dots an inch.
    page.set_viewport_size({"width": 658, "height": 1000})
    wide = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => t.scrollWidth > 658)"
        ".map(t => t.textContent.slice(0, 60))"
    )
    assert wide == []
    styles = page.evaluate(
        "[...document.querySelectorAll('tr')].map(r => getComputedStyle(r).breakInside)"
    )
    assert set(styles) == {"avoid"}
    heads = page.evaluate(
        "[...document.querySelectorAll('thead')].map(t => getComputedStyle(t).display)"
    )
    assert set(heads) == {"table-header-group"}


def test_every_cell_is_printed(page: Any, address: str, tmp_path: Path) -> None:
    page.goto(address)
    cells = page.evaluate("[...document.querySelectorAll('td, th')].map(c => c.textContent.trim())")
    page.pdf(path=tmp_path / "print.pdf", prefer_css_page_size=True)
    printed = "".join(p.extract_text() for p in PdfReader(tmp_path / "print.pdf").pages)
    # Ligatures come out as one sign.
    shown = "".join(normalize("NFKC", printed).split())
    missing = {cell for cell in cells if "".join(cell.split()) not in shown}
    # Lines of a wrapped cell may stand apart in what a reader extracts; words never go missing.
    # Chinese is left out: what a reader extracts has other signs of the same look.
    words = {word for cell in missing for word in normalize("NFKC", cell).split()}
    lost = {word for word in words if word.isascii() and word not in shown}
    assert lost == set()
