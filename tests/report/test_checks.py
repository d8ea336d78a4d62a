"""A broken report never gets out."""

from __future__ import annotations

import pytest

from analysis.report.checks import RenderError, check_rendered, html_text, typst_text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("we have ?var:customers.total customers", "a value that the run did not publish"),
        ("of ?meta:company", "a value that the run did not publish"),
        ("see ?@fig-x", "a reference to nothing"),
        ("见@fig-x。", "a reference left as text"),
        ("{{< var x >}}", "a shortcode left as text"),
        ("so it is >}}", "a shortcode left as text"),
        ("text\n:::\ntext", "a block that is opened or closed once too often"),
        ("经理\ufffd", "a sign that was broken"),
        ("NaN customers", "a number that is none"),
        ("up by nan%", "a number that is none"),
    ],
)
def test_a_leftover_is_named_with_the_words_around_it(text: str, meaning: str) -> None:
    with pytest.raises(RenderError, match=meaning):
        check_rendered(text)


def test_all_leftovers_come_at_once() -> None:
    with pytest.raises(RenderError) as error:
        check_rendered("?var:a.b and NaN")
    assert len(str(error.value).splitlines()) == 3


@pytest.mark.parametrize("text", ["finance in Nancy", "a@fig-x.com", "What? @home", "a {{b}} c"])
def test_plain_text_passes(text: str) -> None:
    check_rendered(text)


def test_what_the_data_say_is_no_leftover() -> None:
    check_rendered("he wrote ?@fig-x", quoted="he wrote ?@fig-x")


@pytest.mark.parametrize("text", ["NaN", "{{<"])
def test_some_things_are_leftovers_whoever_says_them(text: str) -> None:
    with pytest.raises(RenderError):
        check_rendered(text, quoted=text)


def test_html_text_holds_what_a_reader_sees_or_hears() -> None:
    page = (
        "<style>p{}</style><script>x</script><div alt='unread'><p>One &amp; two</p>"
        "<img alt='three' src='data:,NaN'><p title='four'>five</p></div>"
    )
    assert html_text(page).split() == ["One", "&", "two", "three", "four", "five"]


def test_typst_text_undoes_escapes() -> None:
    assert typst_text(r"see ?\@fig\-x") == "see ?@fig-x"
