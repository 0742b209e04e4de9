"""Fill a cache where there is a network, and sync from it where there is none."""

from __future__ import annotations

from sandbox import sandbox

import uvkit


def main() -> None:
    """Sync twice: once with the network, once without."""
    with sandbox() as place:
        with place.session() as online:
            lock = uvkit.lock(place.project, session=online).lockfile
            uvkit.sync(lock, place.folder / "filler", session=online)
        print("cached entries:", place.cache.usage().entries > 0)

        with place.session(offline=True) as offline:
            result = uvkit.sync(lock, place.folder / "worker", session=offline)
            print("without a network:", len(result.environment.installed()), "distributions")
            try:
                uvkit.sync(lock, place.folder / "worker", selection=uvkit.Selection.of(extras="all"), session=offline)
            except uvkit.errors.PrepareError as error:
                print("not in the cache:", str(error.failures[0]).partition("/files/")[2])


if __name__ == "__main__":
    main()
