"""The page in a real browser: quiet, offline, and as wide as the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import LANGUAGES

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.parametrize("language", LANGUAGES),
]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > window.innerWidth"


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


@pytest.fixture
def address(printed: dict[str, Path], language: str) -> str:
    return printed[f"{language}.html"].as_uri()


def test_it_is_quiet_and_offline(page: Any, address: str) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    assert [url for url in requests if not url.startswith("data:")] == [address]
    assert complaints == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_never_scrolls_sideways(page: Any, address: str, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)
    page.goto(address)
    assert not page.evaluate(WIDER_THAN_SCREEN)


def test_the_pictures_are_shown(page: Any, address: str) -> None:
    page.goto(address)
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


def test_the_contents_stand_beside_on_a_desktop(page: Any, address: str) -> None:
    page.goto(address)
    entry = page.locator(".contents a").nth(1)
    assert entry.is_visible()
    entry.click()
    assert page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top") < 200


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
    assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.tHead)")
    assert page.evaluate(
        "[...document.querySelectorAll('figure')].every(f => f.querySelector('figcaption'))"
    )
