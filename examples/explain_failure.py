"""Ask for what cannot be, and use the answer: sentences for people, causes for programs."""

from __future__ import annotations

from sandbox import sandbox

import uvkit


def main() -> None:
    """Show three failures, and why a project is in a lock."""
    with sandbox() as place, place.session() as session:
        resolver = session.resolver()
        for wanted in (["httpx>=0.28", "old-dashboard"], ["rich>=99"], ["htpx"]):
            try:
                resolver.resolve(wanted, target=uvkit.Environment.current().target)
            except uvkit.errors.ResolutionImpossibleError as error:
                print("wanted:", ", ".join(wanted))
                print(error)
                for hint in error.hints:
                    print("hint:", hint)
                for cause in error.causes:
                    print("  cause:", cause.required_by, "->", cause.requirement, "rules out", list(cause.rejected))
                print()

        lock = uvkit.lock(place.project, session=session).lockfile
        for chain in lock.why("idna"):
            print("idna is there because of", " -> ".join(chain))


if __name__ == "__main__":
    main()
