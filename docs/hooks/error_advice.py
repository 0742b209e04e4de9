"""What to do about each error, and values with which a reader might meet it; keyed by the errors' codes."""

# ruff: noqa: INP001  # mkdocs loads hooks by their path

from __future__ import annotations

from pathlib import Path
from typing import Any

from uvkit.errors import BackendError, Cause, HashMismatchError, NetworkError

RESERVED = "Reserved: nothing in this release raises it."
_WHEEL = "httpx-0.28.1-py3-none-any.whl"
_FILE = f"https://index.example/files/{_WHEEL}"
_LOCK = Path("weather/uv.lock")
_VENV = Path("weather/.venv")
_ONE, _OTHER = f"sha256:{'9e' * 4}...", f"sha256:{'41' * 4}..."

SAMPLES: dict[str, dict[str, Any]] = {
    "authentication": {"url": "https://index.example/simple/httpx/", "status": 401, "tried": ("netrc",)},
    "backend": {
        "source": "legacy 1.0",
        "hook": "build_wheel",
        "returncode": 1,
        "output": "fatal error: ffi.h: No such file or directory",
    },
    "broken-interpreter": {"executable": _VENV / "bin" / "python", "reason": "it does not exist any more"},
    "build-cycle": {"chain": ("a", "b", "a")},
    "build-not-allowed": {"project": "legacy", "policy": "no builder was given"},
    "builds-failed": {
        "sources": ("legacy",),
        "failures": (BackendError(source="packages/legacy", hook="build_sdist", returncode=1, output="no README"),),
        "built": ("dist/weather-1.0.tar.gz", "dist/weather-1.0-py3-none-any.whl"),
    },
    "cancelled": {},
    "command-failed": {"argv": ("pytest", "-q"), "returncode": 1},
    "command-not-found": {"command": "pytst"},
    "edit-refused": {"path": Path("weather/pyproject.toml"), "reason": "`httpx` did not resolve to a local directory"},
    "executable-exists": {"project": "black", "paths": (Path("~/.local/bin/black"),)},
    "executable-not-provided": {"project": "httpie", "executable": "httpie", "available": ("http", "https")},
    "invalid-tool-request": {"request": "main.py", "reason": "it looks like a script"},
    "requirement-not-found": (
        {"project": "httpx", "place": "project.dependencies", "elsewhere": ("`httpx` is in the `dev` group",)}
    ),
    "tool-not-installed": {"project": "ruff"},
    "corrupt-cache": {"path": Path("wheels-v1/41/4141")},
    "different-file": {
        "filename": "weather-1.0.tar.gz",
        "url": "https://index.example/simple",
        "published": (_ONE,),
        "local": _OTHER,
    },
    "environment-not-found": {"request": "3.12"},
    "environment-outdated": {"path": _VENV, "changes": ("install `httpx`", "remove `rich`")},
    "externally-managed": {"path": Path("/usr"), "message": "use your system's packages instead"},
    "file-conflict": {"path": Path("shared/__init__.py"), "projects": ("one", "other")},
    "git": {
        "repository": "https://git.example/tool.git",
        "command": ("git", "fetch", "--quiet", "--force", "--", "https://git.example/tool.git"),
        "output": "fatal: could not read Username for 'https://git.example': terminal prompts disabled",
    },
    "git-reference": {"repository": "https://git.example/tool.git", "reference": "v9", "kind": "tag"},
    "hash-mismatch": {"filename": _WHEEL, "expected": (_ONE,), "actual": _OTHER},
    "http-status": {"url": _FILE, "status": 502},
    "incompatible-python": {"python": "3.10.12", "required": ">=3.11"},
    "invalid-advisories": {"source": "advisories/PYSEC-2024-1.json", "reason": "an advisory has an `id`"},
    "invalid-environment": {"path": _VENV, "reason": "there is no interpreter in it"},
    "invalid-lockfile": {"path": _LOCK, "problems": ("line 7: a string is not closed",)},
    "invalid-metadata": {"filename": _WHEEL, "problems": ("`Requires-Dist: httpx (>=` does not parse",)},
    "invalid-option": {"problems": (("UV_HTTP_TIMEOUT", "`soon` is not a whole number"),)},
    "invalid-requirement": {
        "text": "httpx>=",
        "reason": "Expected semicolon (after name with no version specifier) or end",
    },
    "invalid-requirements-file": {
        "problems": (
            ("`requirements.txt` line 3", "`httpx>=` is not a valid requirement"),
            ("`requirements.txt` line 9", "`--no-such-option` is not known"),
        ),
    },
    "invalid-response": {
        "url": "https://index.example/",
        "content_type": "image/png",
        "reason": "an index page is JSON or HTML of the Simple API",
    },
    "invalid-table": {
        "path": Path("weather/pyproject.toml"),
        "problems": (("project.name", "it is missing"), ("tool.uv.resolution", "it is not one of `highest`, `lowest`")),
    },
    "lockfile-missing": {"path": _LOCK},
    "lockfile-outdated": {"path": _LOCK, "reasons": ("`weather` now requires `rich`",)},
    "metadata-mismatch": {"filename": _WHEEL, "field": "version", "expected": "0.28.1", "actual": "0.28.0"},
    "missing-credentials": {"url": "https://index.example/simple/httpx/", "tried": ("netrc",)},
    "missing-hash": {"filename": _WHEEL},
    "missing-library": {"ability": "writing a bill of materials", "library": "cyclonedx-python-lib", "extra": "sbom"},
    "network": {"url": _FILE, "attempts": 4, "reason": "connection refused"},
    "no-compatible-file": {
        "project": "fastmath",
        "version": "2.1",
        "rejected": (("fastmath-2.1-cp311-cp311-win_amd64.whl", "it is for another platform"),),
    },
    "no-such-project": {"project": "httpxx", "indexes": ("https://index.example/simple",)},
    "nothing-to-migrate": {
        "path": Path("weather"),
        "reason": "there are no files of poetry, PDM, pipenv, setuptools or pip",
    },
    "offline": {"wanted": "https://index.example/simple/httpx/"},
    "prepare": {
        "failures": (
            NetworkError(url=_FILE, attempts=4, reason="timed out"),
            HashMismatchError(filename="rich-14.0-py3-none-any.whl", expected=(_ONE,), actual=_OTHER),
        )
    },
    "no-python-download": {"request": "cpython-3.99-linux-x86_64-gnu"},
    "project-not-found": {"start": Path("weather")},
    "python-install": {
        "failures": (
            (
                "cpython-3.12.3-linux-x86_64-gnu",
                NetworkError(url="https://mirror.example/cpython-3.12.3.tar.gz", attempts=4, reason="timed out"),
            ),
        ),
    },
    "python-not-found": {"request": "3.15", "searched": ("managed installations", "the search path")},
    "resolution-impossible": {
        "causes": (
            Cause(requirement="httpx<0.28", required_by="dashboard 1.0", rejected=("0.28.1",)),
            Cause(requirement="httpx>=0.28", required_by="weather-api 2.0", rejected=("0.27.2",)),
        ),
        "explanation": (
            "\n  `dashboard` 1.0 requires `httpx<0.28`, but `weather-api` 2.0 requires `httpx>=0.28`"
            "\n  you require `dashboard` and `weather-api`"
        ),
    },
    "resolution-limit": {"rounds": 18_000, "seconds": 60.0},
    "runtime-version": {"project": "model", "requirement": "torch", "resolved": True},
    "selection": {"reason": "there is no extra `doc`", "available": ("docs", "plots")},
    "storage": {"path": Path("wheels-v1"), "reason": "No space left on device"},
    "transaction": {"path": _VENV, "step": "linking `httpx`", "reason": "No space left on device", "rolled_back": True},
    "trusted-publishing": {"reason": "the job may not ask for identity tokens"},
    "unrepresentable-lock": {
        "file_format": "pylock.toml",
        "problems": ("`httpx-0.28.1.tar.gz` has no hash in the lock, and every file needs one",),
    },
    "unsafe-archive": {"filename": _WHEEL, "member": "../../.profile", "reason": "its path leaves the archive"},
    "unsupported-environment": {"supported": ("sys_platform == 'linux'",)},
    "unsupported-lockfile": {"version": "2", "supported": ("1",), "path": _LOCK},
    "upload-refused": {
        "filename": "weather-1.0.tar.gz",
        "url": "https://index.example/upload",
        "status": 400,
        "reason": "the file already exists",
    },
}

ADVICE: dict[str, str] = {
    "authentication": (
        "Check that the user name and the password are those of this index. `tried` names the sources that were asked "
        "and refused. [Indexes and credentials](../guides/indexes.md#credentials) says where credentials may stand. "
        "A status of 403 can also mean that the credentials are right and the project is not yours to read."
    ),
    "backend": (
        "Read the end of `output`: it is what the backend printed. A missing header or compiler is the machine's "
        "affair; a missing module is a build requirement that the project forgot to declare. A newer version of the "
        "project may have a wheel, which needs no build."
    ),
    "broken-interpreter": (
        "Delete the environment and sync again; it is made anew with an interpreter that works. If the interpreter is "
        "not one of an environment, repair or remove that installation."
    ),
    "build-cycle": (
        "Give one of the projects in `chain` a wheel, for example through a `find-links` folder, so that the others "
        "can be built with it."
    ),
    "build-not-allowed": (
        "Allow the build (`policy` says what forbids it), or choose a version that has a wheel. Building runs code of "
        "the project on this machine."
    ),
    "builds-failed": (
        "Look at each error in `failures`, in the order of `sources`. The files in `built` are in the folder and whole."
    ),
    "cancelled": (
        "Nothing: somebody asked for it. The environment is as it was before the call. What was downloaded stays in "
        "the cache, so a second run continues where this one stopped."
    ),
    "command-failed": (
        "The command itself says what is wrong, on its outputs or in the `stdout` and `stderr` of the result. "
        "[`uvkit.run`][uvkit.run] returns the status; only `RunResult.check()` makes an error of it."
    ),
    "command-not-found": (
        "Check the spelling: without a command, `uvkit run` lists those of the environment. A command of another "
        "project comes with `--with`, or runs as a tool with `uvkit tool run`."
    ),
    "edit-refused": (
        "Read `reason`: an option does not fit the requirement, or the project cannot be changed like this."
    ),
    "executable-exists": (
        "Look at what is there: another tool, or a program of another package manager. `--force` replaces it; for "
        "another tool, uninstall that first, or leave the command out of one of them."
    ),
    "executable-not-provided": (
        "Packages and their commands can have different names: take a command of the list, as in "
        "`uvkit tool run --from httpie http`. A library without commands is no tool; put it beside one with `--with`."
    ),
    "invalid-tool-request": (
        "Name the package, if need be with a version (`ruff@0.6`, `ruff@latest`), a path or a URL, and the command "
        "apart from it with `--from`. A script is run by `uvkit run`."
    ),
    "requirement-not-found": "Name the group or extra that has the requirement; `elsewhere` says where it is.",
    "tool-not-installed": (
        "`uvkit tool list` shows what is installed, and warns of tools that are damaged. Tools of other folders "
        "(`UV_TOOL_DIR`) are not seen."
    ),
    "corrupt-cache": (
        "Remove the entry or the whole cache. A damaged entry is normally noticed and fetched again, so this error "
        "means that something else, such as a failing disk, writes to the folder."
    ),
    "different-file": (
        "Nothing was uploaded after this file. An index never replaces a file, so give what you have a new version. If "
        "a build that should be reproducible is not, compare the two files first."
    ),
    "environment-not-found": (
        "Make a virtual environment with `uvkit venv`, activate one, or name one with `--python`. Whoever wants to "
        "change an interpreter's own packages has to say so with `--system`."
    ),
    "environment-outdated": "Sync without `check`. `changes` lists what would be done.",
    "externally-managed": (
        "Make a virtual environment and install there. Whoever looks after the installation itself can say so with "
        "`--break-system-packages` on the command line."
    ),
    "file-conflict": (
        "Two projects ship the same path, or one ships a file where another has a folder. Install only one of them, "
        "and report it to their authors."
    ),
    "git": "What git says is at the end. Check the address, and that git on this machine may read the repository.",
    "git-reference": "Look at the spelling. If a locked commit is gone, upgrade the project that comes from it.",
    "hash-mismatch": (
        "Do not install the file before you know why it changed. If the publisher replaced it, lock the project again "
        "with `upgrade=Upgrade.only(name)`. If a proxy or mirror serves something else, correct that. Nothing of the "
        "file is kept in the cache or the environment."
    ),
    "http-status": (
        "A status of 500 and above was tried again as often as `NetworkOptions.retries` says, and is the server's "
        "affair. Others usually mean a wrong address."
    ),
    "incompatible-python": (
        "Choose another interpreter (`python=`), or widen `requires-python` and lock again. An environment of `.venv` "
        "with an unsuitable Python is replaced by a sync of the project; one that you pass yourself is not."
    ),
    "invalid-advisories": (
        "Check the path or the address. Files hold records of OSV as JSON; a service has `/v1/querybatch` and "
        "`/v1/vulns`."
    ),
    "invalid-environment": "Read `reason`. Pass another path, or let `Environment.create(existing=...)` replace it.",
    "invalid-lockfile": (
        "Restore the file from version control. After a merge, resolve the conflict by taking either side and locking "
        "again: the versions of that side are kept where they still fit."
    ),
    "invalid-metadata": (
        "The distribution is broken and its author has to know. Exclude the version with a specifier, or state the "
        "right metadata in `tool.uv.dependency-metadata`."
    ),
    "invalid-option": "Correct every value that `problems` names: an option's or an environment variable's.",
    "invalid-requirement": (
        "Correct the text. Requirements are written as PEP 508 says: `name[extra]>=1,<2; marker`, or `name @ URL`."
    ),
    "invalid-requirements-file": (
        "Correct every line that `problems` names: the file and the line, and what is wrong there."
    ),
    "invalid-response": (
        "Check the address of the index: it ends where `/<project>/` would follow. A login page or an error page with "
        "status 200 gives this error too."
    ),
    "invalid-table": "Correct every key that `problems` names; all mistakes of the file are listed at once.",
    "lockfile-missing": "Lock the project, or restore `uv.lock` from version control.",
    "lockfile-outdated": (
        "Run `uvkit.lock()` and commit the result. `reasons` says what changed in the project since it was locked."
    ),
    "metadata-mismatch": (
        "The file is mislabelled. Exclude the version, and tell its author. Nothing of the file is kept."
    ),
    "missing-credentials": (
        'The index is configured with `authenticate = "always"`, so nothing is asked of it without credentials. '
        "`tried` names where they were looked for. [Indexes and credentials](../guides/indexes.md#credentials) says "
        "where they may stand."
    ),
    "missing-hash": (
        "Add the hash, or take the file from an index that publishes hashes. Without `require_hashes` it would be "
        "accepted."
    ),
    "missing-library": "Install uvkit with the extra that `extra` names, for example `uvkit[sbom]`.",
    "network": (
        "Check the connection, proxy settings and the address. Connections that break were tried again as often as "
        "`NetworkOptions.retries` says; `attempts` counts them."
    ),
    "no-compatible-file": (
        "`rejected` says of each file why it does not fit. Choose another Python, another version, or allow a build "
        "from the source distribution."
    ),
    "no-such-project": (
        f"{RESERVED} A resolution reports an unknown project as "
        "[`resolution-impossible`](resolution.md#resolution-impossible), with a hint about the spelling."
    ),
    "nothing-to-migrate": (
        "Name the folder that has the files, or the tool with `tool`. A project with a `[project]` table needs no "
        "migration."
    ),
    "offline": (
        "Run once with the network to fill the cache, with the same cache folder. See "
        "[working offline](../guides/indexes.md#working-offline)."
    ),
    "prepare": (
        "Look at each error in `failures`; each has its own code, fields and hints. The environment is untouched, and "
        "what could be fetched stays in the cache."
    ),
    "project-not-found": "Pass the project's folder, or change into it.",
    "no-python-download": (
        "Ask for a version that the list has: `uvkit python list --only-downloads --all-versions`, or "
        "`Pythons.available()`. A newer `pbs-installer`, or your own list (`python-downloads-json-url`), has others."
    ),
    "python-install": (
        "Each failure says what went wrong; what could be installed is, so the same call again continues. A mirror "
        "(`python-install-mirror`) helps where the release host cannot be reached."
    ),
    "python-not-found": (
        "Install such a Python, for example with `uvkit python install`, or ask for another one. `searched` lists the "
        "places that were looked at, and interpreters there that do not work. A hint says whether it could be "
        "downloaded and why that was not done."
    ),
    "resolution-impossible": (
        "Read the sentences from the top: the first says what cannot hold together, the last how your own requirements "
        "lead there. Relax one of them, or replace a wrong one of somebody else with "
        "`tool.uv.override-dependencies`. See [the examples](../concepts/failures.md). `causes` and "
        "`unusable` have the same as values ([`Cause`](../reference/resolver.md#uvkit.errors.Cause), "
        "[`UnusableVersions`](../reference/resolver.md#uvkit.errors.UnusableVersions)), and `to_dict()` as JSON's."
    ),
    "resolution-limit": "Raise or drop `ResolverOptions.time_limit`, or narrow the requirements.",
    "runtime-version": (
        "`match-runtime` builds a project with the version of a requirement that is installed beside it, so that must "
        "be known first. Require it in the project too, and describe what has to be built to be resolved in "
        "`tool.uv.dependency-metadata`."
    ),
    "selection": "Use one of the names in `available`, or select only one of the items that conflict.",
    "storage": (
        "Free space, correct permissions, or use another cache folder. Nothing half written is left: entries appear "
        "whole or not at all."
    ),
    "transaction": (
        "If `rolled_back` is true, nothing was changed; remove the cause and sync again. Otherwise the next sync "
        "first undoes what is left: see [what a sync guarantees](../concepts/transactions.md)."
    ),
    "trusted-publishing": (
        "The run asked the service that runs it for an identity, and the index for a token in exchange; `reason` says "
        "which of them refused. Without trusted publishing, give a user name and a password, or a token."
    ),
    "unrepresentable-lock": (
        "Leave out what the format cannot say, or choose another format. A missing hash can be had with "
        "[`uvkit.export`][uvkit.export], which reads or downloads the file."
    ),
    "unsafe-archive": ("Do not unpack the file by other means. It is damaged, or made to write outside of its place."),
    "unsupported-environment": (
        "The project limits its lock with `tool.uv.environments`. Add this environment there and lock again."
    ),
    "upload-refused": (
        "`reason` is what the index said. What was uploaded before this file stays uploaded; publish again with a "
        "`check_url` to continue after the cause is removed."
    ),
    "unsupported-lockfile": "Upgrade uvkit, or lock again with this release.",
}
