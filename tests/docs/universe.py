"""The distributions that the documentation's examples install, and the project that its pages begin with."""

from __future__ import annotations

from uvkit.testing import Distribution, IndexServer

PROJECT = """\
[project]
name = "weather"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["httpx>=0.27", "rich>=13"]

[project.optional-dependencies]
http2 = ["httpx[http2]"]

[dependency-groups]
dev = ["pytest>=8"]

[[tool.uv.index]]
url = "https://index.example/simple"
default = true
"""

_HTTPX = ("anyio", "certifi", "httpcore==1.*", "idna")
_MAIN = {"console_scripts": {"httpx": "httpx:main"}}
_MODULE = b"__version__ = '0.28.1'\n\n\ndef main() -> None:\n    print('a web client')\n"

DISTRIBUTIONS = (
    Distribution(name="anyio", version="4.9.0", requires=("idna>=2.8", "sniffio>=1.1")),
    Distribution(name="certifi", version="2025.8.3"),
    Distribution(name="colorama", version="0.4.6"),
    Distribution(name="h11", version="0.16.0"),
    Distribution(name="h2", version="4.2.0"),
    Distribution(name="httpcore", version="1.0.9", requires=("certifi", "h11>=0.16")),
    Distribution(name="httpx", version="0.27.2", requires=(*_HTTPX, "sniffio"), extras={"http2": ("h2<5,>=3",)}),
    Distribution(
        name="httpx",
        version="0.28.1",
        requires=_HTTPX,
        extras={"http2": ("h2<5,>=3",)},
        files={"httpx/__init__.py": _MODULE},
        entry_points=_MAIN,
    ),
    Distribution(name="idna", version="3.10"),
    Distribution(name="iniconfig", version="2.1.0"),
    Distribution(name="markdown-it-py", version="4.0.0", requires=("mdurl~=0.1",)),
    Distribution(name="mdurl", version="0.1.2"),
    Distribution(name="numpy", version="1.26.4", requires_python=">=3.9"),
    Distribution(name="numpy", version="2.3.2", requires_python=">=3.11"),
    Distribution(name="old-dashboard", version="1.0", requires=("httpx<0.28",)),
    Distribution(name="packaging", version="25.0"),
    Distribution(name="pluggy", version="1.6.0"),
    Distribution(name="pygments", version="2.19.2"),
    Distribution(
        name="pytest",
        version="8.4.1",
        requires=("colorama>=0.4; sys_platform == 'win32'", "iniconfig>=1", "packaging>=20", "pluggy<2,>=1.5"),
    ),
    Distribution(name="rich", version="13.9.4", requires=("markdown-it-py>=2.2", "pygments<3,>=2.13")),
    Distribution(name="rich", version="14.1.0", requires=("markdown-it-py>=2.2", "pygments<3,>=2.13")),
    Distribution(name="sniffio", version="1.3.1"),
)
SOURCE_ONLY = Distribution(name="old-driver", version="1.0")


def fill(server: IndexServer) -> None:
    """Put everything on the index."""
    for distribution in DISTRIBUTIONS:
        server.add(distribution)
    server.add(SOURCE_ONLY, wheel=False, sdist=True)
