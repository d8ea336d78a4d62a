"""What a params file may say about the playbook: what is done for whom."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from analysis.params.fields import Section, fault, unique
from analysis.params.problems import closest, shorten
from analysis.params.rfm_models import NAME
from analysis.params.texts import Language, LocalText

_TEXT = 'a text, or a map "en: …", "zh: …"'
PLAY_TEXTS = ("strategy", "offer", "owner", "cadence", "channel")
_PLAY = "the name of a play"


class Play(Section):
    """One way to treat customers."""

    name: str = Field(pattern=NAME, description="a key of its own: small letters, digits or _")
    strategy: LocalText = Field(description=f"what is to be reached: {_TEXT}")
    offer: LocalText = Field(description=f"what the customer gets: {_TEXT}")
    owner: LocalText = Field(description=f"who does it: {_TEXT}")
    cadence: LocalText = Field(description=f"how often: {_TEXT}")
    channel: LocalText = Field(description=f"over which channel: {_TEXT}")
    is_marketing: bool = Field(
        default=True, description="true if only customers who agreed to marketing may be contacted"
    )

    holdout: float | None = Field(
        default=None,
        ge=0,
        le=0.5,
        description="share of its list that is left out for comparison, from 0 to 0.5; "
        "absent: accounts.holdout.share",
    )

    @property
    def texts(self) -> dict[str, LocalText]:
        """What the report shows of it."""
        return {name: getattr(self, name) for name in PLAY_TEXTS}


class Assignment(Section):
    """Which play the customers of a segment get, by value tier."""

    segment: str = Field(pattern=NAME, description="the key of a segment")
    high: str = Field(description=_PLAY)
    middle: str = Field(description=_PLAY)
    low: str = Field(description=_PLAY)
    potential: str = Field(description=_PLAY)

    @property
    def plays(self) -> dict[str, str]:
        """The play of each tier."""
        return {tier: getattr(self, tier) for tier in ("high", "middle", "low", "potential")}


class Playbook(Section):
    """Plays, and who gets which."""

    plays: tuple[Play, ...] = Field(strict=False, min_length=1, description="a list of plays")
    assign: tuple[Assignment, ...] = Field(
        strict=False, min_length=1, description="a list with a row a segment"
    )

    @field_validator("plays")
    @classmethod
    def _named_once(cls, plays: tuple[Play, ...]) -> tuple[Play, ...]:
        unique(tuple(play.name for play in plays))
        return plays

    @field_validator("assign")
    @classmethod
    def _plays_are_known(
        cls, rows: tuple[Assignment, ...], info: ValidationInfo
    ) -> tuple[Assignment, ...]:
        unique(tuple(row.segment for row in rows))
        known = [play.name for play in info.data.get("plays", ())]
        for row in rows if known else ():
            for tier, play in row.plays.items():
                if play not in known:
                    message = f'{row.segment}, {tier}: there is no play "{shorten(play)}".'
                    raise fault(message, closest(play, known))
        return rows

    def names_in(self, language: Language) -> dict[str, str]:
        """What each play is called in a language: its strategy."""
        return {play.name: play.strategy.in_language(language) for play in self.plays}

    def segments_without_play(self, segments: tuple[str, ...]) -> list[str]:
        """The segments that no row assigns a play to."""
        assigned = {row.segment for row in self.assign}
        return [segment for segment in segments if segment not in assigned]
