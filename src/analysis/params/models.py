"""What a params file may hold.

Each field's description says what may stand there, with its unit: error messages quote it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from babel.core import get_global
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from analysis.params.accounts_models import Accounts
from analysis.params.export_models import Exports
from analysis.params.fields import Location, Section, fault, refuse, unique
from analysis.params.locations import PACKAGE_PREFIX
from analysis.params.playbook_models import Playbook
from analysis.params.problems import shorten
from analysis.params.quarters import FiscalCalendar, Quarter
from analysis.params.report_models import Report
from analysis.params.rfm_models import Rfm
from analysis.params.satisfaction_models import Satisfaction
from analysis.params.secrets import KeyReference
from analysis.params.segmentation_models import Segmentation
from analysis.params.source_tables import Sources
from analysis.params.texts import Language, LocalText
from analysis.params.value_models import Value


def _known_currency(code: str) -> str:
    known = get_global("all_currencies")
    if code in known:
        return code
    # RMB is what people write; the ISO code of the renminbi is CNY.
    upper = "CNY" if code.upper() in ("RMB", "元") else code.upper()
    # No guess beyond that: a similar code is another currency.
    suggestion = upper if upper in known else None
    raise fault(f'"{shorten(code)}" is no ISO 4217 currency code.', suggestion)


class Review(Section):
    """What is reviewed, and for whom."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$",
        description="a folder name: 1 to 41 small letters, digits, - or _, no - or _ in front",
    )
    quarter: str = Field(
        pattern=r"^[12][0-9]{3}Q[1-4]$",
        description='a quarter of the fiscal year, written as in "2026Q3"',
    )
    languages: Annotated[tuple[Language, ...], AfterValidator(unique)] = Field(
        min_length=1,
        strict=False,  # a list becomes a tuple; the items stay exact
        description="a list of the report's languages: en, zh, or both",
    )
    company: LocalText = Field(
        description='the company name, at most 200 characters: a text, or a map "en: …", "zh: …"'
    )
    currency: Annotated[str, AfterValidator(_known_currency)] = Field(
        description="the ISO 4217 code of the currency of all amounts, such as CNY"
    )
    confidentiality: LocalText | None = Field(
        default=None,
        description='a line printed on each page: one text, or a map "en: …", "zh: …"',
    )

    @field_validator("company", "confidentiality")
    @classmethod
    def _in_every_language(cls, text: LocalText | None, info: ValidationInfo) -> LocalText | None:
        languages = info.data.get("languages", ())
        if text is not None:
            message = "this key is missing: review.languages lists this language."
            missing = [language for language in languages if getattr(text, language) is None]
            refuse({(language,): fault(message) for language in missing})
        return text


class FiscalYear(Section):
    """When the fiscal year begins."""

    first_month: int = Field(
        default=1, ge=1, le=12, description="the month in which the fiscal year begins: 1 to 12"
    )
    named_after: Literal["start", "end"] = Field(
        default="end",
        description="start or end: which calendar year gives the fiscal year its name",
    )

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal calendar."""
        return FiscalCalendar(self.first_month, self.named_after)


class Cleaning(Section):
    """Rules that turn raw rows into clean ones."""

    duplicates: Literal["keep", "exclude"] = Field(
        default="keep", description="keep (count equal rows and warn of them) or exclude"
    )
    exported_on: date | None = Field(
        default=None,
        description="the day of the export, as in 2026-10-05 without quotation marks; "
        "later order dates are errors",
    )
    stale_after_days: int = Field(
        default=92,
        ge=1,
        le=3660,
        description="how old a table's newest row may be at the quarter's end: 1 to 3660 days",
    )
    outlier_multiple: float = Field(
        default=100,
        gt=1,
        description="how many times the 99th percentile of all amounts an order line may be "
        "before it is named as an outlier: above 1",
    )


def _scale(ends: tuple[float, float]) -> tuple[float, float]:
    if ends[0] >= ends[1]:
        raise fault("the lowest score must come first, and be below the highest.")
    return ends


Scale = Annotated[tuple[float, float], Field(strict=False), AfterValidator(_scale)]


class Surveys(Section):
    """How the items of a survey are scored."""

    scales: dict[str, Scale] = Field(
        default={},
        description="a map: item of the survey, then its lowest and highest score, such as [0, 10]",
    )


class Privacy(Section):
    """What is done to personal data before anything is stored."""

    pseudonymise: bool = Field(
        default=False,
        description="true (ids and names become codes that only the key can make) or false",
    )
    key: KeyReference | None = Field(
        default=None,
        validate_default=True,
        description="where the key is: env:NAME (an environment variable) or file:<path>",
    )

    @field_validator("key")
    @classmethod
    def _not_without_key(cls, key: str | None, info: ValidationInfo) -> str | None:
        if key is None and info.data.get("pseudonymise"):
            raise fault("a key is needed to pseudonymise: env:NAME or file:<path>.")
        return key


def _folder(location: Any) -> Any:
    if isinstance(location, str) and location.startswith(PACKAGE_PREFIX):
        raise fault("generated files cannot lie inside a package.")
    return location


class Demo(Section):
    """An invented company: its files are generated before they are read."""

    seed: int = Field(
        ge=0, le=2**32 - 1, description="a whole number from 0 on; equal seeds give equal files"
    )
    customers: int = Field(
        ge=50, le=200_000, description="how many customers are invented: 50 to 200000"
    )
    language: Language = Field(
        default="en", description="en or zh: the language of names, categories and most comments"
    )
    folder: Annotated[Location, BeforeValidator(_folder)] = Field(
        description="the folder of the generated files; its path starts from this file's folder"
    )


def _refuse_missing_texts(key: str, texts: dict[str, LocalText], review: Review | None) -> None:
    """Refuse texts that lack one of the review's languages."""
    for language in review.languages if review else ():
        for name, text in texts.items():
            if getattr(text, language) is None:
                message = f"the {name} is missing in {language}, which review.languages lists."
                refuse({(key,): fault(message)})


class Params(Section):
    """Everything that one review needs to know."""

    review: Review = Field(description="what is reviewed, and for whom")
    fiscal_year: FiscalYear = Field(default=FiscalYear(), description="when the fiscal year begins")
    sources: Sources = Field(description="where each table comes from")
    cleaning: Cleaning = Field(
        default=Cleaning(), description="rules that turn raw rows into clean ones"
    )
    surveys: Surveys = Field(default=Surveys(), description="how the items of a survey are scored")
    privacy: Privacy = Field(
        default=Privacy(), description="what is done to personal data before anything is stored"
    )
    rfm: Rfm = Field(default=Rfm(), description="recency, frequency and monetary scores")
    segmentation: Segmentation = Field(
        default=Segmentation(), description="classes, tiers, cohorts and the loyalty index"
    )
    value: Value = Field(default=Value(), description="customer lifetime value")
    satisfaction: Satisfaction = Field(
        default=Satisfaction(), description="how survey, comments and complaints are read"
    )
    accounts: Accounts = Field(default=Accounts(), description="key accounts")
    playbook: Playbook | None = Field(default=None, description="what is done for whom")
    exports: Exports = Field(
        default=Exports(), description="the key-account workbook, and files for other systems"
    )
    report: Report = Field(default=Report(), description="what is rendered, and by what")
    demo: Demo | None = Field(default=None, description="an invented company")

    @property
    def quarter(self) -> Quarter:
        """The quarter under review."""
        return Quarter.parse(self.review.quarter, self.fiscal_year.calendar)

    @property
    def window_start(self) -> date:
        """First day of the window in which RFM counts: whole months up to the quarter's end."""
        return self.quarter.months_back(self.rfm.window_months)

    def last_quarters(self, n: int) -> list[Quarter]:
        """The ``n`` quarters up to and with the one under review, oldest first."""
        return [self.quarter.shift(-back) for back in reversed(range(n))]

    @field_validator("rfm")
    @classmethod
    def _segments_have_words(cls, rfm: Rfm, info: ValidationInfo) -> Rfm:
        if rfm.custom_map:
            labels = {f"label of {name}": text for name, text in rfm.custom_map.labels.items()}
            _refuse_missing_texts("custom_map", labels, info.data.get("review"))
        return rfm

    @field_validator("playbook")
    @classmethod
    def _playbook_is_complete(
        cls, playbook: Playbook | None, info: ValidationInfo
    ) -> Playbook | None:
        if playbook is None:
            return None
        texts = {
            f"{name} of {p.name}": text for p in playbook.plays for name, text in p.texts.items()
        }
        _refuse_missing_texts("plays", texts, info.data.get("review"))
        rfm = info.data.get("rfm")
        if rfm and (without := playbook.segments_without_play(rfm.segment_map.segments)):
            listed = ", ".join(without)
            refuse(
                {("assign",): fault(f"the map {rfm.map} has segments without a play: {listed}.")}
            )
        return playbook

    @field_validator("report")
    @classmethod
    def _owners_have_names(cls, report: Report, info: ValidationInfo) -> Report:
        _refuse_missing_texts("owners", report.owners.named, info.data.get("review"))
        return report

    @field_validator("cleaning")
    @classmethod
    def _exported_after_quarter_began(cls, cleaning: Cleaning, info: ValidationInfo) -> Cleaning:
        review, fiscal_year = info.data.get("review"), info.data.get("fiscal_year")
        if review and fiscal_year and cleaning.exported_on:
            quarter = Quarter.parse(review.quarter, fiscal_year.calendar)
            if cleaning.exported_on < quarter.first_day:
                message = f"the export is older than the quarter, which began {quarter.first_day}."
                refuse({("exported_on",): fault(message)})
        return cleaning
