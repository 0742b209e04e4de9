"""The tables of `[tool.uv]` and `uv.toml`, every setting of uv 0.13.9 with its type and choices.

The descriptions are the single source of the type that code reads, of what is accepted (`tool_reader`), and of the
JSON Schema. They are `TypedDict`s, so a table that was read is used as it is.
"""
# ruff: noqa: UP013 - most keys have dashes, which only the call syntax can say; the others follow for the eye

from typing import Annotated, Any, Literal, Required, TypeAlias, TypedDict

Prerelease: TypeAlias = Literal["disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"]
Resolution: TypeAlias = Literal["highest", "lowest", "lowest-direct"]
ForkStrategy: TypeAlias = Literal["fewest", "requires-python"]
IndexStrategy: TypeAlias = Literal["first-index", "unsafe-any-match", "unsafe-first-match", "unsafe-best-match"]
KeyringProvider: TypeAlias = Literal["disabled", "subprocess"]
LinkMode: TypeAlias = Literal["clone", "reflink", "copy", "hardlink", "symlink"]
PythonPreference: TypeAlias = Literal["only-managed", "managed", "system", "only-system"]
PythonDownloads: TypeAlias = Literal["auto", "automatic", "manual", "never"]
Authenticate: TypeAlias = Literal["auto", "always", "never"]
TorchBackend: TypeAlias = Literal[
    "auto", "cpu", "cu132", "cu130", "cu129", "cu128", "cu126", "cu125", "cu124", "cu123", "cu122", "cu121", "cu120",
    "cu118", "cu117", "cu116", "cu115", "cu114", "cu113", "cu112", "cu111", "cu110", "cu102", "cu101", "cu100", "cu92",
    "cu91", "cu90", "cu80", "rocm7.2", "rocm7.1", "rocm7.0", "rocm6.4", "rocm6.3", "rocm6.2.4", "rocm6.2", "rocm6.1",
    "rocm6.0", "rocm5.7", "rocm5.6", "rocm5.5", "rocm5.4.2", "rocm5.4", "rocm5.3", "rocm5.2", "rocm5.1.1", "rocm4.2",
    "rocm4.1", "rocm4.0.1", "xpu",
]  # fmt: skip
ConfigSettings: TypeAlias = dict[str, str | list[str]]
CutOffText: TypeAlias = str | Literal[False]

CacheControlTable = TypedDict("CacheControlTable", {"api": str, "files": str}, total=False)
IndexTable = TypedDict(
    "IndexTable",
    {
        "name": Annotated[str, "Identifies the index in sources, credentials and `--index name=url`."],
        "url": Required[Annotated[str, "A URL, or the path of a folder."]],
        "default": Annotated[bool, "Replaces the default index; always the last one that is asked."],
        "explicit": Annotated[bool, "Only asked for projects whose source names it."],
        "format": Annotated[Literal["simple", "flat"], "A Simple API (PEP 503, 691), or a plain list of files."],
        "authenticate": Annotated[Authenticate, "When credentials are looked for."],
        "ignore-error-codes": Annotated[list[int], "HTTP statuses that mean that the index lacks the project."],
        "cache-control": Annotated[CacheControlTable, "Overrides of the Cache-Control header."],
        "publish-url": Annotated[str, "Where distributions are uploaded."],
        "exclude-newer": Annotated[CutOffText, "A cut-off for uploads to this index, or false for none."],
        "hash-algorithm": Annotated[
            Literal["md5", "sha256", "sha384", "sha512", "blake2b"], "The digest that the lock must hold."
        ],
    },
    total=False,
)
SourceTable = TypedDict(
    "SourceTable",
    {
        "git": Annotated[str, "The repository."],
        "subdirectory": Annotated[str, "Where in the repository or archive the project lies."],
        "rev": Annotated[str, "A commit or another reference of the repository."],
        "tag": Annotated[str, "A tag of the repository."],
        "branch": Annotated[str, "A branch of the repository."],
        "lfs": Annotated[bool, "Fetch the files that git keeps in its large file storage."],
        "url": Annotated[str, "A wheel or source archive."],
        "path": Annotated[str, "A wheel, a source archive or a source tree on this machine."],
        "editable": Annotated[bool, "Install the source tree in editable mode."],
        "package": Annotated[bool, "False for a source tree that is not installed itself."],
        "index": Annotated[str, "The name of an index of the same file."],
        "workspace": Annotated[bool | str, "True for a member of the workspace."],
        "marker": Annotated[str, "Environments in which the source applies."],
        "extra": Annotated[str, "The extra to whose requirements the source applies."],
        "group": Annotated[str, "The dependency group to whose requirements the source applies."],
    },
    total=False,
)
StaticMetadataTable = TypedDict(
    "StaticMetadataTable",
    {
        "name": Required[str],
        "version": str,
        "requires-dist": list[str],
        "requires-python": str,
        "provides-extra": list[str],
        "provides-extras": list[str],
    },
    total=False,
)
ScopeTable = TypedDict("ScopeTable", {"name": Required[str], "version": str}, total=False)
ScopedTable = TypedDict("ScopedTable", {"package": ScopeTable, "dependencies": list[str]})
BuildRequirementTable = TypedDict(
    "BuildRequirementTable", {"requirement": Required[str], "match-runtime": bool}, total=False
)
GitCacheKeyTable = TypedDict("GitCacheKeyTable", {"commit": bool, "tags": bool | list[str]}, total=False)
CacheKeyTable = TypedDict(
    "CacheKeyTable", {"file": str, "dir": str, "git": bool | GitCacheKeyTable, "env": str}, total=False
)
ConflictItemTable = TypedDict("ConflictItemTable", {"package": str, "extra": str, "group": str}, total=False)
WorkspaceTable = TypedDict("WorkspaceTable", {"members": list[str], "exclude": list[str]}, total=False)
GroupTable = TypedDict("GroupTable", {"requires-python": str}, total=False)
MinimumLibcTable = TypedDict("MinimumLibcTable", {"glibc": str, "musl": str}, total=False)
AuditTable = TypedDict(
    "AuditTable",
    {"ignore": list[str], "ignore-until-fixed": list[str], "malware-check": bool, "malware-check-url": str},
    total=False,
)
PipTable = TypedDict(
    "PipTable",
    {
        "python": str,
        "system": bool,
        "break-system-packages": bool,
        "target": str,
        "prefix": str,
        "index-url": str,
        "extra-index-url": list[str],
        "no-index": bool,
        "find-links": list[str],
        "index-strategy": IndexStrategy,
        "keyring-provider": KeyringProvider,
        "no-build": bool,
        "no-binary": list[str],
        "only-binary": list[str],
        "no-build-isolation": bool,
        "require-build-hashes": bool,
        "no-build-isolation-package": list[str],
        "extra-build-dependencies": dict[str, list[str | BuildRequirementTable]],
        "extra-build-variables": dict[str, dict[str, str]],
        "strict": bool,
        "extra": list[str],
        "all-extras": bool,
        "no-extra": list[str],
        "no-deps": bool,
        "group": list[str],
        "allow-empty-requirements": bool,
        "resolution": Resolution,
        "prerelease": Prerelease,
        "fork-strategy": ForkStrategy,
        "dependency-metadata": list[StaticMetadataTable],
        "output-file": str,
        "no-strip-extras": bool,
        "no-strip-markers": bool,
        "no-annotate": bool,
        "no-header": bool,
        "custom-compile-command": str,
        "generate-hashes": bool,
        "config-settings": ConfigSettings,
        "config-settings-package": dict[str, ConfigSettings],
        "python-version": str,
        "python-platform": str,
        "universal": bool,
        "exclude-newer": CutOffText,
        "exclude-newer-package": dict[str, CutOffText],
        "no-emit-package": list[str],
        "emit-index-url": bool,
        "emit-find-links": bool,
        "emit-build-options": bool,
        "emit-marker-expression": bool,
        "emit-index-annotation": bool,
        "annotation-style": Literal["line", "split"],
        "link-mode": LinkMode,
        "compile-bytecode": bool,
        "require-hashes": bool,
        "verify-hashes": bool,
        "no-sources": bool,
        "no-sources-package": list[str],
        "upgrade": bool,
        "upgrade-package": list[str],
        "reinstall": bool,
        "reinstall-package": list[str],
        "torch-backend": TorchBackend,
    },
    total=False,
)
ToolTable = TypedDict(
    "ToolTable",
    {
        "required-version": Annotated[str, "The versions of the tool that the project accepts."],
        "system-certs": Annotated[bool, "Trust the certificates of the platform."],
        "native-tls": Annotated[bool, "The old name of `system-certs`."],
        "offline": Annotated[bool, "Use the cache and local files only."],
        "no-cache": Annotated[bool, "Use a temporary cache for this run."],
        "cache-dir": Annotated[str, "The folder of the cache."],
        "preview": Annotated[bool, "Accepted, without effect."],
        "preview-features": Annotated[bool | list[str], "Accepted, without effect."],
        "python-preference": Annotated[PythonPreference, "Which interpreters are preferred."],
        "python-downloads": Annotated[PythonDownloads, "When interpreters are downloaded."],
        "concurrent-downloads": Annotated[int, "Downloads at a time."],
        "concurrent-builds": Annotated[int, "Builds at a time."],
        "concurrent-installs": Annotated[int, "Threads that unpack and link."],
        "index": Annotated[list[IndexTable], "Indexes, the first one first."],
        "index-url": Annotated[str, "The default index; older than `index`."],
        "extra-index-url": Annotated[list[str], "Further indexes; older than `index`."],
        "no-index": Annotated[bool, "Ask no index; only `find-links` and direct URLs."],
        "find-links": Annotated[list[str], "Folders and pages that list files."],
        "index-strategy": Annotated[IndexStrategy, "How several indexes are combined."],
        "keyring-provider": Annotated[KeyringProvider, "Whether keyring is asked for credentials."],
        "http-proxy": Annotated[str, "The proxy for HTTP."],
        "https-proxy": Annotated[str, "The proxy for HTTPS."],
        "no-proxy": Annotated[list[str], "Hosts that are reached without a proxy."],
        "allow-insecure-host": Annotated[list[str], "Hosts whose certificates are not checked."],
        "resolution": Annotated[Resolution, "Which of the fitting versions is chosen."],
        "prerelease": Annotated[Prerelease, "When pre-releases are considered."],
        "prerelease-package": Annotated[dict[str, Prerelease], "The same for single projects."],
        "fork-strategy": Annotated[ForkStrategy, "Newest versions per Python, or fewest versions in all."],
        "dependency-metadata": Annotated[list[StaticMetadataTable], "Metadata that is used instead of what files say."],
        "config-settings": Annotated[ConfigSettings, "Settings for build backends (PEP 517)."],
        "config-settings-package": Annotated[dict[str, ConfigSettings], "The same for single projects."],
        "no-build-isolation": Annotated[bool, "Build in the environment itself."],
        "require-build-hashes": Annotated[bool, "Every build requirement needs a hash."],
        "no-build-isolation-package": Annotated[list[str], "Build these projects in the environment itself."],
        "extra-build-dependencies": Annotated[
            dict[str, list[str | BuildRequirementTable]], "Further build requirements of single projects."
        ],
        "extra-build-variables": Annotated[dict[str, dict[str, str]], "Environment variables for single builds."],
        "exclude-newer": Annotated[CutOffText, "A moment or a span; later uploads do not count. False for none."],
        "exclude-newer-package": Annotated[dict[str, CutOffText], "The same for single projects."],
        "link-mode": Annotated[LinkMode, "How files get from the cache into an environment."],
        "compile-bytecode": Annotated[bool, "Compile modules after an installation."],
        "no-sources": Annotated[bool, "Ignore `sources`."],
        "no-sources-package": Annotated[list[str], "Ignore `sources` for these projects."],
        "upgrade": Annotated[bool, "Give up every locked version."],
        "upgrade-package": Annotated[list[str], "Give up the locked versions of these projects."],
        "reinstall": Annotated[bool, "Install everything again."],
        "reinstall-package": Annotated[list[str], "Install these projects again."],
        "no-build": Annotated[bool, "Build no source distributions."],
        "no-build-package": Annotated[list[str], "Build no source distributions of these projects."],
        "no-binary": Annotated[bool, "Use no wheels."],
        "no-binary-package": Annotated[list[str], "Use no wheels of these projects."],
        "torch-backend": Annotated[TorchBackend, "The accelerator whose builds are preferred."],
        "python-install-mirror": Annotated[str, "Where interpreters are downloaded from."],
        "pypy-install-mirror": Annotated[str, "Where interpreters of PyPy are downloaded from."],
        "graalpy-install-mirror": Annotated[str, "Where interpreters of GraalPy are downloaded from."],
        "pyodide-install-mirror": Annotated[str, "Where interpreters of Pyodide are downloaded from."],
        "python-downloads-json-url": Annotated[str, "The list of interpreters that can be downloaded."],
        "publish-url": Annotated[str, "Where distributions are uploaded."],
        "trusted-publishing": Annotated[Literal["automatic", "always", "never"], "How uploads identify themselves."],
        "check-url": Annotated[str, "The index that is asked before an upload."],
        "add-bounds": Annotated[Literal["lower", "major", "minor", "exact"], "The bounds of added requirements."],
        "audit": Annotated[AuditTable, "What an audit ignores."],
        "pip": Annotated[PipTable, "Settings of pip-style commands alone."],
        "cache-keys": Annotated[list[str | CacheKeyTable], "What makes a source tree count as changed."],
        "override-dependencies": Annotated[list[str | ScopedTable], "Requirements that replace others of their names."],
        "exclude-dependencies": Annotated[list[str | ScopedTable], "Projects that are never required."],
        "constraint-dependencies": Annotated[list[str], "Limits for projects that something else requires."],
        "build-constraint-dependencies": Annotated[list[str], "Limits for build requirements."],
        "environments": Annotated[str | list[str], "Markers of the environments that the lock is for."],
        "required-environments": Annotated[str | list[str], "Markers of environments that must find a wheel."],
        "minimum-libc-version": Annotated[MinimumLibcTable, "The oldest C library that wheels may ask for."],
        "conflicts": Annotated[list[list[ConflictItemTable]], "Extras and groups that are never active together."],
        "workspace": Annotated[WorkspaceTable, "The members of the workspace, as glob patterns."],
        "sources": Annotated[dict[str, SourceTable | list[SourceTable]], "Where required projects come from."],
        "managed": Annotated[bool, "False for a project that is left alone."],
        "package": Annotated[bool, "Whether the project is built and installed itself."],
        "default-groups": Annotated[list[str] | Literal["all"], "The groups that are installed by default."],
        "dependency-groups": Annotated[dict[str, GroupTable], "The Python versions of single groups."],
        "dev-dependencies": Annotated[list[str], "Requirements of the group `dev`; older than groups."],
        "build-backend": Annotated[dict[str, Any], "Settings of a build backend; not read here."],
    },
    total=False,
)

# Rejected in `uv.toml`: they describe a project, not how it is handled.
PROJECT_ONLY = frozenset({
    "build-backend", "conflicts", "default-groups", "dependency-groups", "dev-dependencies", "environments", "managed",
    "minimum-libc-version", "package", "required-environments", "sources", "workspace",
})  # fmt: skip
