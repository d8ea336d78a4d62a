"""Say in plain words what pydantic found, and where that stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from inspect import isclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from analysis.params.entries import Entry, join_key
from analysis.params.fields import FAULT
from analysis.params.models import Params
from analysis.params.problems import Problem, closest, shorten

TOP_KEYS = ("extends",)  # known at the top of a file, but not part of the merged params


def explain(error: ValidationError, root: Entry) -> list[Problem]:
    """Return a problem for each error, at the file and line that brought the value."""
    details = error.errors(include_url=False, include_input=False)
    return [_problem(detail, _trace(root, detail["loc"])) for detail in details]


@dataclass(frozen=True)
class _Trace:
    """What an error's location leads to."""

    key: str
    name: str
    entry: Entry
    owner: type[BaseModel]
    field: FieldInfo | None

    @property
    def options(self) -> list[str]:
        return [leaf for leaf in _leaves(self._annotation) if isinstance(leaf, str)]

    @property
    def section(self) -> type[BaseModel] | None:
        models = _models(self._annotation)
        return models[0] if models else None

    @property
    def _annotation(self) -> Any:
        return self.field.annotation if self.field else None


def _trace(root: Entry, loc: tuple[int | str, ...]) -> _Trace:
    """Follow an error's location as far as the file has something there."""
    trace = _Trace("", "", root, Params, None)
    models: list[type[BaseModel]] = [Params]
    for part in loc:
        value = trace.entry.value
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            trace = _Trace(trace.key, trace.name, value[part], trace.owner, trace.field)
        elif len(models) > 1:  # the location names which kind of source was chosen
            models = [model for model in models if part in _kinds(model)]
        elif not isinstance(value, dict):
            break  # one value that stands for several, such as a text for all languages
        else:
            name = str(part)
            entry = value.get(name, Entry(None, trace.entry.place))
            # Below a map whose keys are not ours, its field still says what may stand there.
            owner = models[0] if models else trace.owner
            field = owner.model_fields.get(name) if models else trace.field
            trace = _Trace(join_key(trace.key, name), name, entry, owner, field)
            models = _models(field.annotation) if field and models else []
    return trace


def _leaves(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    for part in parts:
        yield from _leaves(part)
    if not parts:
        yield annotation


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [leaf for leaf in _leaves(annotation) if isclass(leaf) and issubclass(leaf, BaseModel)]


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    return get_args(model.model_fields["format"].annotation)


def _problem(detail: Any, trace: _Trace) -> Problem:
    place = trace.entry.place
    kind, context = detail["type"], detail.get("ctx", {})
    key, allowed, suggestion = trace.key, _allowed(trace.field), None
    if kind == "extra_forbidden":
        extra = TOP_KEYS if trace.owner is Params else ()
        known = sorted([*trace.owner.model_fields, *extra])
        message, allowed = "this key is not known here.", f"Known keys: {', '.join(known)}."
        suggestion = closest(trace.name, known)
    elif kind == "missing":
        message, allowed = "this key is missing.", allowed.replace("Allowed:", "Needed:", 1)
    elif kind == FAULT:
        message, suggestion = context["message"], context["suggestion"]
        allowed = context["allowed"] or allowed
    elif kind in ("union_tag_not_found", "union_tag_invalid"):
        return _wrong_format(trace)
    elif trace.section is not None:
        message, allowed = _no_section(trace.entry, trace.section)
    else:
        message = _misfit(trace.entry.value, kind)
        suggestion = _meant(trace)
    return Problem(place.file, place.line, key, message, allowed, suggestion)


def _allowed(field: FieldInfo | None) -> str:
    return f"Allowed: {field.description}." if field and field.description else ""


def _wrong_format(trace: _Trace) -> Problem:
    """Say that ``format``, which decides what else a source needs, is missing or unknown."""
    kinds = [kind for model in _models(trace.field and trace.field.annotation)
             for kind in _kinds(model)]  # fmt: skip
    entries = trace.entry.value if isinstance(trace.entry.value, dict) else {}
    entry = entries.get("format")
    place = entry.place if entry else trace.entry.place
    message = _misfit(entry.value, "") if entry else "this key is missing."
    suggestion = closest(entry.value, kinds) if entry and isinstance(entry.value, str) else None
    allowed = f"Allowed: {', '.join(kinds)}."
    key = join_key(trace.key, "format")
    return Problem(place.file, place.line, key, message, allowed, suggestion)


def _no_section(entry: Entry, section: type[BaseModel]) -> tuple[str, str]:
    known = f"Known keys: {', '.join(sorted(section.model_fields))}."
    if entry.value is None:
        return "this section is empty. Delete its line, or put keys below it.", known
    return f"keys are needed below this one, but {_shown(entry.value)} stands here.", known


def _misfit(value: Any, kind: str) -> str:
    """Say that a value does not fit, and how to mend the commonest mistakes."""
    if value is None:
        return "a value is missing here."
    message = f"{_shown(value)} does not fit here."
    if kind == "string_type" and not isinstance(value, list | dict):
        return f"{message} Put it in quotation marks to make it text."
    if isinstance(value, str) and kind == "tuple_type":
        return f"{message} A list is needed, in square brackets: [{shorten(value)}]."
    if isinstance(value, str) and kind in ("int_type", "float_type", "date_type"):
        return f"{message} It is read as text; {_WANTED[kind]} is needed, without quotation marks."
    return message


_WANTED = {"int_type": "a whole number", "float_type": "a number", "date_type": "a date"}


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | date):
        return shorten(str(value))
    return f'"{shorten(str(value))}"'


def _meant(trace: _Trace) -> str | None:
    value = trace.entry.value
    meant = closest(value, trace.options) if isinstance(value, str) else None
    return None if meant == value else meant
