"""The slides for the review meeting: one message each, read by an independent library."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation
from pptx.presentation import Presentation as Deck

from analysis.report.checks import RenderError
from analysis.report.embedded import EmbeddedRenderer

from .conftest import LANGUAGES, MakeStage, slide_texts
from .sample import png


@pytest.fixture
def deck(printed: dict[str, Path], language: str) -> Deck:
    return Presentation(str(printed[f"{language}.pptx"]))


@pytest.mark.parametrize("language", LANGUAGES)
class TestDeck:
    def test_each_slide_has_one_message_as_its_title(self, deck: Deck, language: str) -> None:
        titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
        assert titles == {
            "en": ["Customer Review", "Revenue grew +3.1%", "Champions are few",
                   "What each segment brings"],
            "zh": ["季度客户盘点", "收入增长 +3.1%", "重要价值客户不多", "各层客户带来多少"],
        }[language]  # fmt: skip

    def test_slides_take_the_layouts_of_the_reference_deck(self, deck: Deck, language: str) -> None:
        names = [slide.slide_layout.name for slide in deck.slides]
        caption = "Content with Caption"
        assert names == ["Title Slide", caption, "Two Content", caption]
        assert len(deck.slide_master.slide_layouts) == 7
        assert (deck.slide_width, deck.slide_height) == (12_192_000, 6_858_000)

    def test_the_run_stands_on_each_slide_and_in_the_properties(
        self, printed: dict[str, Path], deck: Deck, language: str
    ) -> None:
        assert all("demo-20250930" in text for text in slide_texts(printed[f"{language}.pptx"]))
        assert deck.core_properties.keywords == "demo-20250930"

    def test_the_cover_names_company_quarter_and_confidentiality(
        self, printed: dict[str, Path], language: str
    ) -> None:
        cover = slide_texts(printed[f"{language}.pptx"])[0]
        for text in {
            "en": ("Harbour & Vale Trading", "Q3 2025", "As of 30 September 2025", "Internal"),
            "zh": ("海谷贸易有限公司", "2025 年第三季度", "截至 2025年9月30日", "内部资料"),
        }[language]:
            assert text in cover

    def test_pictures_have_alternative_texts_alone(self, deck: Deck, language: str) -> None:
        texts = [
            text for slide in deck.slides for text in slide.element.xpath("//p:pic//p:cNvPr/@descr")
        ]
        expected = {"en": "Bar chart of customers by segment.", "zh": "各层客户数条形图。"}
        assert texts == [expected[language]]

    def test_shapes_are_numbered_once_a_slide(self, deck: Deck, language: str) -> None:
        for slide in deck.slides:
            numbers = slide.element.xpath(".//p:cNvPr/@id")
            assert len(set(numbers)) == len(numbers)

    def test_nothing_leaves_the_slide(self, deck: Deck, language: str) -> None:
        for slide in deck.slides:
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= deck.slide_width
                assert shape.top + shape.height <= deck.slide_height

    def test_what_is_said_stands_in_the_notes(self, deck: Deck, language: str) -> None:
        notes = deck.slides[1].notes_slide.notes_text_frame.text
        assert "¥2.76m" in notes

    def test_what_has_no_data_has_no_slide(self, printed: dict[str, Path], language: str) -> None:
        text = "".join(slide_texts(printed[f"{language}.pptx"]))
        assert "HIDDEN" not in text
        assert "不应出现" not in text

    def test_printing_twice_gives_the_same_bytes(
        self, printed: dict[str, Path], make_stage: MakeStage, language: str
    ) -> None:
        stage, _ = make_stage(language=language)
        again = EmbeddedRenderer().render(stage, {"pptx": f"slides.{language}.qmd"})["pptx"]
        assert again.read_bytes() == printed[f"{language}.pptx"].read_bytes()


@pytest.mark.parametrize(("height", "is_below"), [(8, True), (20, False)])
def test_a_wide_picture_takes_the_full_width_below_its_text(
    make_stage: MakeStage, height: int, is_below: bool
) -> None:
    stage, _ = make_stage()
    (stage / "figures/segments.png").write_bytes(png(24, height))
    path = EmbeddedRenderer().render(stage, {"pptx": "slides.en.qmd"})["pptx"]
    picture, caption, text = list(Presentation(str(path)).slides[2].shapes)[1:4]
    assert text.text_frame.text == "46.2% are active."
    assert (picture.top >= text.top + text.height) == is_below
    assert (picture.left >= text.left) == is_below
    assert (picture.left + picture.width <= text.left) != is_below
    assert picture.width / picture.height == pytest.approx(24 / height, rel=1e-2)
    assert caption.top >= picture.top + picture.height


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('# A\n\n![Cap](figures/none){fig-alt="x"}\n', "there is no such figure"),
        ("# A\n\n![Cap](figures/segments)\n", "no fig-alt"),
        ("# A\n\n::: {.panel-tabset}\nx\n:::\n", "the block .panel-tabset is not supported"),
        ("# A\n\nSee @fig-a.\n", "@fig-a refers to nothing"),
        ("# A\n\n{{< var no.such >}}\n", "unknown var key"),
    ],
)
def test_trouble_is_named(make_stage: MakeStage, body: str, problem: str) -> None:
    stage, _ = make_stage()
    (stage / "slides.en.qmd").write_text(body, encoding="utf-8")
    with pytest.raises(RenderError, match=problem):
        EmbeddedRenderer().render(stage, {"pptx": "slides.en.qmd"})


@pytest.mark.parametrize(
    ("language", "sentence", "shown"),
    [
        ("en", "Call them – *Sales*, @sec-far, soon", "Call them – Sales, soon"),
        ("en", "Call them (all) @sec-far", "Call them (all)"),
        ("zh", "安排回访——*销售负责人*，@sec-far", "安排回访——销售负责人"),
    ],
)
def test_what_points_into_the_report_is_left_out(
    make_stage: MakeStage, language: str, sentence: str, shown: str
) -> None:
    stage, _ = make_stage(language=language)
    text = f"# A\n\n{sentence}\n"
    (stage / f"slides.{language}.qmd").write_text(text, encoding="utf-8")
    path = EmbeddedRenderer().render(stage, {"pptx": f"slides.{language}.qmd"})["pptx"]
    assert shown in slide_texts(path)[1].splitlines()


def test_columns_and_notes_are_for_slides_alone(make_stage: MakeStage) -> None:
    stage, document = make_stage(document="::: {.notes}\nx\n:::\n")
    with pytest.raises(RenderError, match=r"the block \.notes is not supported"):
        EmbeddedRenderer().render(stage, {"docx": document})
