"""What the models of a params file are made of: strict sections, kinds of text, our own errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from analysis.params.locations import location_fault

T = TypeVar("T")
FAULT = "params"  # error type of our own checks; the context holds what a problem says


def fault(
    message: str, suggestion: str | None = None, allowed: str | None = None
) -> PydanticCustomError:
    """Return an error whose message is shown as it is.

    Parameters
    ----------
    message, suggestion, allowed
        As in ``Problem``; without ``allowed`` the field's description says what may stand there.
    """
    context = {"message": message, "suggestion": suggestion, "allowed": allowed}
    return PydanticCustomError(FAULT, "{message}", context)


def refuse(faults: Mapping[tuple[str | int, ...], PydanticCustomError]) -> None:
    """Raise one error with all faults, each at its place below the field that is being checked."""
    if faults:
        details = [
            InitErrorDetails(type=error, loc=path, input=None) for path, error in faults.items()
        ]
        raise ValidationError.from_exception_data("params", details)


class Section(BaseModel):
    """A map with known keys, none of them coerced."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


def unique(values: tuple[T, ...]) -> tuple[T, ...]:
    """Return the values, or refuse them where one stands there twice."""
    if len(set(values)) != len(values):
        raise fault("a value stands in this list twice. Keep one.")
    return values


Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^\P{Cc}*[^\p{Cc}\s]\P{Cc}*$")]
Character = Annotated[str, StringConstraints(pattern=r"^[^\r\n]$")]


def _well_formed(location: str) -> str:
    message = location_fault(location)
    if message:
        raise fault(message)
    return location


Location = Annotated[str, AfterValidator(_well_formed)]
