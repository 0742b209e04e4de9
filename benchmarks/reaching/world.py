"""The servers of the campaign, and what is on them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "integration"))

from access.servers import ROBOT, TEAM, Certificates, Nginx, devpi, make_certificates, nginx, pypiserver, write_tree

from uvkit.testing import Distribution, IndexServer

SECRETS = (TEAM[1], ROBOT[1])
_PUBLIC = (
    Distribution(name="alpha", version="1.0"),
    Distribution(name="alpha", version="1.1"),
    Distribution(name="beta", version="1.0", requires=("alpha",)),
    Distribution(name="delta", version="1.0"),
)
_PRIVATE = (
    Distribution(name="alpha", version="1.0", files={"alpha/__init__.py": b"PRIVATE = True\n"}),
    Distribution(name="secret", version="1.0", requires=("alpha",)),
)


@dataclass
class World:
    """Addresses that commands and files name as `{name}`."""

    nginx: Nginx
    certificates: Certificates
    flaky: IndexServer
    names: dict[str, str]

    def fill(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text


@contextmanager
def world(folder: Path) -> Iterator[World]:
    with ExitStack() as stack:
        tree = write_tree(folder / "tree", (*_PUBLIC, *_PRIVATE[1:]), sdists=frozenset({"delta"}))
        private = write_tree(folder / "private", _PRIVATE)
        certificates = make_certificates(folder / "certificates")
        web = stack.enter_context(nginx(folder / "nginx", tree, certificates=certificates))
        guarded = stack.enter_context(pypiserver(folder / "pypiserver", private / "files", TEAM))
        flaky = stack.enter_context(IndexServer(folder / "flaky"))
        for one in _PUBLIC:
            flaky.add(one)
        dated = stack.enter_context(IndexServer(folder / "dated"))
        for version, date in (("1.0", "2024-01-01"), ("1.1", "2024-06-01"), ("1.2", "2025-01-01")):
            dated.add(Distribution(name="alpha", version=version), uploaded=f"{date}T00:00:00Z")
            dated.add(Distribution(name="delta", version=version), uploaded=f"{date}T00:00:00Z")
        names = {
            "web": web.root, "other": web.other, "tls": web.tls, "mutual": web.mutual, "pypi": guarded,
            "flaky": flaky.url, "flakyroot": flaky.root, "dated": dated.url, "port": str(web.port),
            "dead": "http://127.0.0.1:9", "ca": str(certificates.authority), "client": str(certificates.client),
            "tree": str(tree), "private": str(private), "team": f"{TEAM[0]}:{TEAM[1]}", "teamword": TEAM[1],
            "robot": f"{ROBOT[0]}:{ROBOT[1]}", "robotword": ROBOT[1],
        }  # fmt: skip
        for path in (*(tree / "files").glob("*.whl"), *(tree / "files").glob("*.gz")):
            names[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        names["pypi-team"] = guarded.replace("://", f"://{names['team']}@")
        for place in ("web", "other"):
            for who in ("team", "robot"):
                names[f"{place}-{who}"] = names[place].replace("://", f"://{names[who]}@")
        programs = os.environ.get("UVKIT_DEVPI")
        if programs:
            names["devpi"] = stack.enter_context(
                devpi(folder / "devpi", (private / "files").glob("*.whl"), bin_folder=Path(programs))
            )
        yield World(web, certificates, flaky, names)
