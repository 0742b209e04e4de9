"""Follow a sync as an orchestrator would: progress for a dashboard, a deadline, the outcome as plain data."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

from sandbox import sandbox

import uvkit
from uvkit import events


@dataclass
class Dashboard:
    """A sink: called on the thread that called the verb, so it needs no lock."""

    lines: list[str] = field(default_factory=list)
    downloaded: int = 0
    _sizes: dict[events.TaskId, int] = field(default_factory=dict)

    def __call__(self, event: events.Event) -> None:
        """Take note of what matters."""
        match event:
            case events.PhaseStarted(phase=phase, total=total):
                self.lines.append(f"{phase}: {total if total is not None else '?'} to do")
            case events.PhaseFinished(phase=phase):
                self.lines.append(f"{phase}: done")
            case events.TaskStarted(task=task, kind="download", total=total):
                self._sizes[task] = total or 0
            case events.TaskFinished(task=task, outcome="done"):
                self.downloaded += self._sizes.pop(task, 0)
            case events.Notice(message=message):
                self.lines.append(f"note: {message}")
            case _:
                pass


def main() -> None:
    """Sync with a deadline of a minute."""
    dashboard = Dashboard()
    token = uvkit.CancelToken()
    deadline = threading.Timer(60, token.cancel)
    deadline.start()
    try:
        with sandbox() as place, place.session() as session:
            result = uvkit.sync(place.project, session=session, events=dashboard, cancel=token)
    except uvkit.errors.CancelledError:
        print("too slow; the environment is as it was")
        return
    finally:
        deadline.cancel()
    print("\n".join(dashboard.lines))
    print(f"{dashboard.downloaded} bytes downloaded")
    report = result.to_dict()
    print(json.dumps({key: report[key] for key in ("changed", "packages", "notices")}))


if __name__ == "__main__":
    main()
