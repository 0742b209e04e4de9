"""Lock a project, sync its environment, and say what changed.

uvkit.lock(path) and uvkit.sync(path) are all that is needed; the session only keeps the example off your cache.
"""

from __future__ import annotations

from sandbox import sandbox

import uvkit


def main() -> None:
    """Do it twice: the second time there is nothing to do."""
    with sandbox() as place, place.session() as session:
        locked = uvkit.lock(place.project, session=session)
        print(locked.summary())
        for line in locked.diff.lines():
            print(" ", line)

        synced = uvkit.sync(place.project, session=session)
        print(synced.summary())
        for step in synced.plan.steps:
            print(" ", step.action, step.project, step.after)

        again = uvkit.sync(place.project, session=session)
        print("anything to do the second time?", again.changed)

        production = uvkit.Selection.of(extras=["http2"], groups=[])
        narrowed = uvkit.sync(place.project, selection=production, session=session)
        for step in narrowed.plan.steps:
            if step.action != "keep":
                print(" ", step.action, step.project, "-", step.reason)


if __name__ == "__main__":
    main()
