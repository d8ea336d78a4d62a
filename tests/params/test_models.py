from __future__ import annotations

from collections.abc import Iterator
from inspect import isclass
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

from analysis.params import load_params
from analysis.params.fields import Section
from analysis.params.models import LocalText, Params, Review
from analysis.params.source_models import CsvSource

from .review import replaced, write_review


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)
    for part in get_args(annotation):
        yield from models_in(part)


MODELS = sorted(set(models_in(Params)), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", MODELS)
def test_every_section_is_strict_and_described(model):
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["strict"]
    assert model.model_config["frozen"]
    assert all(field.description for field in model.model_fields.values())


def test_all_sections_are_found():
    """Each section that the package defines is reached from the whole, and no other model."""
    used = {model for model in MODELS if not model.__subclasses__()}
    assert used == {model for model in sections(Section) if not model.__subclasses__()}


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """All that are derived from a model, within the package."""
    for derived in model.__subclasses__():
        if derived.__module__.startswith("analysis."):
            yield derived
        yield from sections(derived)


def test_frozen():
    text = LocalText.model_validate("Tea")
    with pytest.raises(ValidationError):
        text.en = "Coffee"


def test_one_text_stands_for_all_languages():
    assert LocalText.model_validate("Tea") == LocalText(en="Tea", zh="Tea")
    with pytest.raises(KeyError):
        LocalText(en="Tea").in_language("zh")


def test_map_without_an_unused_language_is_enough():
    review = Review.model_validate(
        {"name": "a", "quarter": "2026Q1", "languages": ["zh"], "company": {"zh": "茶"},
         "currency": "CNY"}
    )  # fmt: skip
    assert review.company.in_language("zh") == "茶"


def test_margin_may_be_a_whole_number():
    assert Params.model_fields["value"].annotation.model_validate({"margin": 1}).margin == 1.0


def test_csv_defaults():
    source = CsvSource.model_validate({"format": "csv", "location": "/a.csv"})
    assert (source.header, source.decimal, source.quote) == (True, ".", '"')
    assert (source.date_format, source.thousands, source.columns) == (("%Y-%m-%d",), None, {})
    detected = (source.delimiter, source.encoding, source.skip_rows)
    assert detected == (None, None, None)


def test_validation_errors_do_not_echo_values():
    with pytest.raises(ValidationError) as caught:
        CsvSource.model_validate({"format": "csv", "location": 4711, "delimiter": "secret"})
    assert "4711" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("pattern", ["%F", "%D", "%e.%m.%Y", "%s", "day"])
def test_a_date_format_that_the_engine_does_not_read_is_refused(pattern):
    source = {"format": "csv", "location": "/orders.csv", "date_format": pattern}
    with pytest.raises(ValidationError, match="does not describe a date"):
        CsvSource.model_validate(source)


def test_braces_in_a_text_stay_as_they_are(tmp_path):
    template = "'{q.__class__} {{< include /etc/hostname >}}'"
    path = write_review(tmp_path, replaced("en: Lantern Tea", f"en: {template}"))
    assert load_params(path).review.company.en == template.strip("'")
