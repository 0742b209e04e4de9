"""Serve wheels out of something that is no index: here a folder with a table of contents, in real life a bucket."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.version import Version
from sandbox import sandbox

import uvkit
from uvkit.testing import Distribution, make_wheel


class Bucket:
    """A `uvkit.PackageIndex`: a name and three methods."""

    name = "bucket"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contents: dict[str, list[str]] = json.loads((folder / "contents.json").read_text())

    def files(self, project: str) -> uvkit.ProjectFiles:
        """Return what there is of a project; an empty answer is no error."""
        name = uvkit.ProjectName(project)
        found = [file for file in self.contents if file.startswith(project.replace("-", "_") + "-")]
        return uvkit.ProjectFiles(
            project=name,
            index=self.name,
            files=tuple(
                uvkit.WheelFile(
                    project=name,
                    version=Version(file.split("-")[1]),
                    filename=file,
                    url=f"bucket://team/{file}",
                    hashes=(uvkit.Hash("sha256", hashlib.sha256((self.folder / file).read_bytes()).hexdigest()),),
                )
                for file in found
            ),
        )

    def metadata(self, file: uvkit.WheelFile) -> uvkit.CoreMetadata:
        """Return what a wheel requires, without opening it."""
        return uvkit.CoreMetadata(
            project=file.project,
            version=file.version,
            requires_dist=tuple(uvkit.Requirement.parse(one) for one in self.contents[file.filename]),
        )

    @contextmanager
    def open(self, file: uvkit.DistributionFile) -> Iterator[Iterator[bytes]]:
        """Give a file's bytes in pieces; uvkit checks the digest."""
        with (self.folder / file.filename).open("rb") as opened:
            yield iter(lambda: opened.read(65536), b"")


def main() -> None:
    """Install a private project from the bucket, and what it needs from an ordinary index."""
    with sandbox() as place:
        folder = place.folder / "bucket"
        wheel = make_wheel(folder, Distribution(name="team-tools", version="1.2", requires=("httpx>=0.28",)))
        (folder / "contents.json").write_text(json.dumps({wheel.name: ["httpx>=0.28"]}))

        with uvkit.HttpClient() as http:
            ordinary = uvkit.Index(place.url, http=http, cache=place.cache)
            indexes: list[uvkit.PackageIndex] = [Bucket(folder), ordinary]
            with uvkit.Session(indexes=indexes, http=http, cache=place.cache) as session:
                result = uvkit.install(["team-tools"], place.folder / "environment", session=session)
        print(result.summary())
        for one in result.environment.installed():
            print(" ", one.project, one.version)


if __name__ == "__main__":
    main()
