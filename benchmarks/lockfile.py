"""How long reading, writing and using a lock takes; a synthetic lock of some two hundred packages by default.

usage: python benchmarks/lockfile.py [--packages 200] [--lines 7000] [--lock PATH]
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

MARKERS = [
    "sys_platform == 'win32'",
    "python_full_version < '3.13'",
    "platform_machine == 'x86_64' and sys_platform == 'linux'",
    "os_name == 'nt'",
    "implementation_name == 'cpython'",
]


def synthetic_lock(packages: int, lines: int) -> str:
    """Return a lock in the canonical layout, the same one each time."""
    chance = random.Random(1)
    names = [f"package-{number:03d}" for number in range(packages)]
    out = ['version = 1\nrevision = 5\nrequires-python = ">=3.11"\n']
    wheels = max(1, (lines - packages * 14) // packages)
    for number, name in enumerate(names):
        version = f"{number % 7}.{number % 13}.{number % 5}"
        stem = f"{name.replace('-', '_')}-{version}"
        out.append(f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n')
        out.append('source = { registry = "https://index.example/simple" }\n')
        edges = []
        for other in sorted(chance.sample(names, chance.randint(0, 6))):
            marker = f', marker = "{chance.choice(MARKERS)}"' if chance.random() < 0.3 else ""
            edges.append(f'    {{ name = "{other}"{marker} }},\n')
        if edges:
            out.append(f"dependencies = [\n{''.join(edges)}]\n")
        out.append(f"sdist = {_file(f'{stem}.tar.gz', chance)}\nwheels = [\n")
        count = max(1, int(chance.expovariate(1 / wheels)))
        out += [f"    {_file(f'{stem}-cp311-cp311-manylinux_2_{tag}_x86_64.whl', chance)},\n" for tag in range(count)]
        out.append("]\n")
        if number % 6 == 0:
            extras = "".join(f'    {{ name = "{other}" }},\n' for other in sorted(chance.sample(names, 4)))
            out.append(f"\n[package.optional-dependencies]\nall = [\n{extras}]\n")
    return "".join(out)


def _file(name: str, chance: random.Random) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()
    url = f"https://files.index.example/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{name}"
    time_text = f"2025-02-0{chance.randint(1, 9)}T10:20:3{chance.randint(0, 9)}.12{chance.randint(1, 9)}Z"
    size = chance.randint(1000, 9999999)
    return f'{{ url = "{url}", hash = "sha256:{digest}", size = {size}, upload-time = "{time_text}" }}'


def milliseconds(action: Callable[[], object], repeats: int = 9) -> str:
    """Return the lowest and the middle of several times."""
    times = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        result = action()
        times.append((time.perf_counter() - start) * 1000)
        del result
    times.sort()
    return f"{times[0]:8.2f} {times[len(times) // 2]:8.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=200)
    parser.add_argument("--lines", type=int, default=7000)
    parser.add_argument("--lock", type=Path)
    arguments = parser.parse_args()
    text = arguments.lock.read_text() if arguments.lock else synthetic_lock(arguments.packages, arguments.lines)

    from uvkit.formats import read_uv_lock, write_uv_lock
    from uvkit.formats.uv_lock_read import parse_uv_lock
    from uvkit.lockfile import Lockfile
    from uvkit.markers import RequiresPython
    from uvkit.model import Universal
    from uvkit.resolver import Resolution, ResolveRequest

    lock = Lockfile.parse(text)
    document = lock.document
    assert write_uv_lock(document) == text
    resolution = Resolution(distributions=lock.distributions, forks=lock.forks, requires_python=lock.requires_python)
    request = ResolveRequest(target=Universal(), requires_python=RequiresPython.parse(str(lock.requires_python)))
    assembled = Lockfile.from_resolution(resolution, request)
    print(f"{text.count(chr(10))} lines, {len(text)} characters, {len(document.packages)} packages")
    print(f"{'':44} {'lowest':>8} {'middle':>8}   (ms)")
    for label, action in (
        ("read, files not decoded", lambda: read_uv_lock(text)),
        ("read with all files", lambda: [tuple(p.wheels) for p in read_uv_lock(text).packages]),
        ("read by way of tomllib", lambda: parse_uv_lock(text)),
        ("write", lambda: write_uv_lock(document)),
        ("read, then all distributions", lambda: Lockfile.parse(text).distributions),
        ("read, then preferences", lambda: Lockfile.parse(text).preferences()),
        ("assemble a resolution", lambda: Lockfile.from_resolution(resolution, request)),
        ("assemble and write", lambda: Lockfile.from_resolution(resolution, request).dumps()),
        ("compare with an equal lock of other origin", lambda: Lockfile.parse(text) == assembled),
    ):
        print(f"{label:44} {milliseconds(action)}")
    code = "import time; t=time.perf_counter(); import uvkit.lockfile; print((time.perf_counter()-t)*1000)"
    imports = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(5)
    ]
    print(f"{'import uvkit.lockfile in a new process':44} {min(imports):8.2f}")


if __name__ == "__main__":
    main()
