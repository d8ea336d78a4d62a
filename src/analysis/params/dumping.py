"""Write checked params as a file that stands on its own."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from analysis.params.export_models import Exports
from analysis.params.locations import relative
from analysis.params.models import Demo, Params, Privacy
from analysis.params.report_models import Report
from analysis.params.secrets import FILE_PREFIX
from analysis.params.source_models import FileSource, TableSource


def dump_params(params: Params, folder: str | Path) -> str:
    """Return the params as YAML, with every default written out.

    Parameters
    ----------
    params
        As ``load_params`` gives them.
    folder
        Folder in which the text will be stored; paths are written relative to it.

    Returns
    -------
    str
        YAML 1.2 without ``extends``. Stored in ``folder`` and loaded again, it gives equal params.
    """
    text = StringIO()
    yaml = YAML(plug_ins=[])
    yaml.width = 10_000  # a folded line would be harder to read than a long one
    yaml.dump(_plain(params, os.path.abspath(folder)), text)
    return text.getvalue()


def _plain(value: Any, folder: str) -> Any:
    if isinstance(value, tuple):
        return [_plain(item, folder) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item, folder) for name, item in value.items()}
    if not isinstance(value, BaseModel):
        return value
    plain = {
        name: _plain(getattr(value, name), folder)
        for name in type(value).model_fields
        if not _goes_without_saying(value, name)
    }
    return plain | _relative_paths(value, folder)


def _goes_without_saying(section: BaseModel, name: str) -> bool:
    """Whether a value is absent or empty, and would be if it were not written down."""
    if isinstance(section, TableSource) and section.preset is not None:
        return False  # the preset may say something else
    value, default = getattr(section, name), type(section).model_fields[name].default
    return value == default and value in (None, (), {})


def _relative_paths(section: BaseModel, folder: str) -> dict[str, Any]:
    if isinstance(section, FileSource):
        if isinstance(section.location, str):
            return {"location": relative(section.location, folder)}
        return {"location": [relative(location, folder) for location in section.location]}
    if isinstance(section, Report) and section.logo:
        return {"logo": relative(section.logo, folder)}
    if isinstance(section, Demo):
        return {"folder": relative(section.folder, folder)}
    if isinstance(section, Exports):
        last, workbook = section.last_crm, section.last_workbook
        found: dict[str, Any] = {"last_workbook": relative(workbook, folder)} if workbook else {}
        old = {system: relative(location, folder) for system, location in last.items()}
        return found | ({"last_crm": old} if old else {})
    if isinstance(section, Privacy) and section.key and section.key.startswith(FILE_PREFIX):
        path = section.key.removeprefix(FILE_PREFIX)
        return {"key": FILE_PREFIX + os.path.relpath(path, folder)}
    return {}
