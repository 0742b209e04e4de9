"""Lock projects that choose builds of PyTorch by index, as uv's guide shows, with both tools, and compare the bytes.

    python benchmarks/parity_torch.py

The indexes are made for it and served on this machine: one for each of some backends, with local versions for each
platform that the real ones serve, and a default one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from uvkit.testing import Distribution, IndexServer, make_wheel

BIN = Path(sys.executable).parent
BACKENDS = ("cpu", "cu124", "cu126", "rocm6.4")
VERSIONS = ("2.5.0", "2.6.0")
PLATFORMS = tuple(f"cp{py}-cp{py}-{name}" for py in ("311", "312") for name in ("linux_x86_64", "win_amd64"))
MACS = ("cp311-cp311-macosx_11_0_arm64", "cp312-cp312-macosx_11_0_arm64")
HEAD = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11,<3.13"\n'
CPU, GPU = 'index = "cpu"', 'index = "cu124"'
LINUX, OTHERS = "sys_platform == 'linux'", "sys_platform != 'linux'"


def projects() -> Iterator[tuple[str, str]]:
    """Yield names and texts of projects, without the indexes."""
    plain = 'dependencies = ["torch>=2.5", "torchvision"]\n'
    both = "[tool.uv.sources]\ntorch = [{0}]\ntorchvision = [{0}]\n"
    yield "one index", HEAD + plain + both.format(f"{{ {CPU} }}")
    yield "one index with requirements", HEAD + plain + both.format(f"{{ {GPU} }}")
    by_platform = f'{{ {CPU}, marker = "{OTHERS}" }}, {{ {GPU}, marker = "{LINUX}" }}'
    yield "by platform", HEAD + plain + both.format(by_platform)
    yield (
        "on some platforms",
        HEAD + plain + both.format(f"""{{ {GPU}, marker = "{LINUX} or sys_platform == 'win32'" }}"""),
    )
    for kind, table in (("extra", "[project.optional-dependencies]"), ("group", "[dependency-groups]")):
        sides = f'{table}\ncpu = ["torch>=2.5", "torchvision"]\ncu124 = ["torch>=2.5", "torchvision"]\n'
        conflict = f'[tool.uv]\nconflicts = [[{{ {kind} = "cpu" }}, {{ {kind} = "cu124" }}]]\n'
        chosen = f'{{ {CPU}, {kind} = "cpu" }}, {{ {GPU}, {kind} = "cu124" }}'
        yield f"by {kind}", HEAD + sides + conflict + both.format(chosen)
    three = (
        '[project.optional-dependencies]\ncpu = ["torch==2.6.0"]\ncu124 = ["torch==2.5.0"]\nrocm = ["torch==2.6.0"]\n'
    )
    conflict = '[tool.uv]\nconflicts = [[{ extra = "cpu" }, { extra = "cu124" }, { extra = "rocm" }]]\n'
    chosen = (
        f'{{ {CPU}, extra = "cpu" }}, {{ {GPU}, extra = "cu124", marker = "sys_platform != \'darwin\'" }},'
        f' {{ index = "rocm6.4", extra = "rocm", marker = "{LINUX}" }}'
    )
    yield "three extras", HEAD + three + conflict + f"[tool.uv.sources]\ntorch = [{chosen}]\n"
    narrow = f'[tool.uv]\nenvironments = ["{LINUX}", "sys_platform == \'darwin\'"]\n'
    yield "some environments", HEAD + plain + narrow + both.format(f"{{ {CPU} }}")
    yield "only one needs it", HEAD + plain + f"[tool.uv.sources]\ntorch = {{ {GPU} }}\n"
    pins = ("torch==2.6.0+cpu ; sys_platform != 'darwin'", "torch==2.6.0 ; sys_platform == 'darwin'")
    pinned = "dependencies = [" + ", ".join(f'"{one}"' for one in pins) + "]\n"
    yield "local versions named", HEAD + pinned + "[tool.uv.sources]\n" + f"torch = {{ {CPU} }}\n"


def fill(server: IndexServer, folder: Path) -> None:
    """Put a default index and one for each backend on a server."""
    pages: dict[str, list[Path]] = {}
    for name in ("filelock", "triton", "nvidia-cublas-cu12"):
        server.add(Distribution(name=name, version="3.2"))
    for version in VERSIONS:
        server.add(Distribution(name="torch", version=version, requires=("filelock",)))
        server.add(Distribution(name="torchvision", version=f"0.{version[2:]}", requires=(f"torch=={version}",)))
    for backend in BACKENDS:
        needs: tuple[str, ...] = ("filelock",)
        if backend.startswith("cu"):
            needs = (*needs, *(f"{one} ; platform_system == 'Linux'" for one in ("triton==3.2", "nvidia-cublas-cu12")))
        for version in VERSIONS:
            tags: Mapping[str, tuple[str, ...]] = {f"+{backend}": PLATFORMS}
            if backend == "cpu":
                tags = {**tags, "": MACS}
            for local, each in tags.items():
                for tag in each:
                    torch = Distribution(name="torch", version=version + local, requires=needs, tag=tag)
                    vision = Distribution(
                        name="torchvision", version=f"0.{version[2:]}{local}", requires=(f"torch=={version}",), tag=tag
                    )
                    for one in (torch, vision):
                        path = make_wheel(folder / backend, one)
                        pages.setdefault(f"/whl/{backend}/{one.name}/", []).append(path)
    for address, paths in pages.items():
        links = "".join(f'<a href="{quote(path.name)}">{path.name}</a>' for path in paths)
        server.bodies[address] = ("text/html", f"<!DOCTYPE html><html>{links}</html>".encode())
        for path in paths:
            server.bodies[address + quote(path.name)] = ("application/zip", path.read_bytes())


def lock(tool: str, folder: Path, *, index: str, work: Path) -> tuple[int, str]:
    """Lock with a tool and return its status and messages."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV", "VIRTUAL_ENV"))}
    cache = str(work / f"cache-{tool}")
    env = {**kept, "UV_CACHE_DIR": cache, "UVKIT_CACHE_DIR": cache, "UV_DEFAULT_INDEX": index, "NO_COLOR": "1"}
    program = [str(BIN / "uv")] if tool == "uv" else [sys.executable, "-m", "uvkit"]
    done = subprocess.run([*program, "lock", "-q"], cwd=folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stderr


def main() -> None:
    """Print a line for each project."""
    different = 0
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torch-")))
        server = stack.enter_context(IndexServer(work / "index"))
        fill(server, work / "builds")
        named = "".join(
            f'[[tool.uv.index]]\nname = "{one}"\nurl = "{server.root}/whl/{one}"\nexplicit = true\n' for one in BACKENDS
        )
        for name, text in projects():
            found = {}
            for tool in ("uv", "uvkit"):
                folder = work / tool / name
                folder.mkdir(parents=True)
                (folder / "pyproject.toml").write_text(text + named)
                status, messages = lock(tool, folder, index=server.url, work=work)
                found[tool] = (folder / "uv.lock").read_text() if status == 0 else f"refused: {messages[-300:]}"
            same = found["uv"] == found["uvkit"] and not found["uv"].startswith("refused")
            different += not same
            print(f"{name:32} {'same' if same else 'DIFFERENT'}")
            if not same:
                print("\n".join(f"    {tool}: {text[-400:]}" for tool, text in found.items()))
    print(f"{different} differ")
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
