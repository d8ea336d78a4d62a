"""``run.log``: one JSON object a line, for people with a pager and for machines."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

from analysis.pipeline.events import Event


class RunLog:
    """Writes each event of a run as it happens.

    A line holds ``at`` (UTC), ``event``, ``step`` where there is one, and the event's details.
    Nothing of the data is among them, nor who runs it or where.

    Parameters
    ----------
    path : Path
        The file; added to where it exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write one event."""
        if event.kind == "planned":
            return
        about = {"step": event.step} if event.step else {}
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "event": event.kind, **about, **event.details}
        with self._writing, self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
