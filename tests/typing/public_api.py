"""The public names as a user writes them; never run, only checked by mypy.

A change that breaks this file breaks programs of others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, assert_type

from packaging.specifiers import SpecifierSet
from packaging.version import Version

import uvkit
from uvkit import aio, display, errors, events, settings, testing


def locks_and_syncs(token: uvkit.CancelToken, sink: uvkit.EventSink) -> None:
    locked = uvkit.lock()
    assert_type(locked, uvkit.LockResult)
    assert_type(locked.lockfile, uvkit.Lockfile)
    assert_type(locked.diff, uvkit.LockDiff)
    assert_type(locked.path, Path)
    assert_type(locked.notices, tuple[uvkit.Notice, ...])
    uvkit.lock("folder", upgrade=uvkit.Upgrade.everything(), check=True, dry_run=True, python="3.12")
    uvkit.lock(Path("folder"), session=None, events=sink, cancel=token)
    happened: list[events.Event] = []
    uvkit.lock(uvkit.Project.open("folder"), events=happened.append)

    synced = uvkit.sync()
    assert_type(synced, uvkit.SyncResult)
    assert_type(synced.environment, uvkit.Environment)
    assert_type(synced.plan, uvkit.InstallPlan)
    assert_type(synced.restart_needed, frozenset[uvkit.ProjectName])
    assert_type(synced.lock, uvkit.LockResult | None)
    assert_type(synced.phases, dict[str, timedelta])
    uvkit.sync("folder", ".venv", selection=uvkit.Selection.of(extras=["docs"], groups="all"), locking="frozen")
    uvkit.sync(locked.lockfile, synced.environment, exact=False, check=True, dry_run=True, cancel=token)
    uvkit.sync(locking="sometimes")  # type: ignore[arg-type]

    assert_type(uvkit.install(["httpx", uvkit.Requirement.parse("rich")], ".venv"), uvkit.SyncResult)
    uvkit.install([], synced.environment, constraints=["a<2"], overrides=["b"], dependencies=False, exact=True)
    wanted = uvkit.read_requirements(["httpx"], files=["requirements.txt"], editable=["."], constraints=[Path("c.txt")])
    assert_type(wanted, uvkit.RequirementSet)
    assert_type(wanted.requirements, tuple[uvkit.Requirement, ...])
    assert_type(uvkit.install(wanted, synced.environment), uvkit.SyncResult)
    assert_type(uvkit.uninstall(["httpx"], ".venv", dry_run=True), uvkit.SyncResult)
    for result in (locked, synced):
        shows(result)


def makes_distributions(token: uvkit.CancelToken, sink: uvkit.EventSink) -> None:
    made = uvkit.build("folder", "dist", kinds=["wheel"], constraints=["setuptools<80"], clear=True, gitignore=False)
    assert_type(made, uvkit.BuildResult)
    assert_type(made.files, tuple[Path, ...])
    assert_type(made.builds, tuple[uvkit.BuiltDistributions, ...])
    assert_type(made.builds[0].metadata, uvkit.CoreMetadata)
    uvkit.build(members="all", python="3.12", session=None, events=sink, cancel=token)
    shows(made)
    sent = uvkit.publish(made.files, url="https://index.example/upload", credentials="token", dry_run=True)
    assert_type(sent, uvkit.PublishResult)
    assert_type(sent.files, tuple[uvkit.PublishedFile, ...])
    uvkit.publish(index="mine", check_url=None, credentials=uvkit.Credentials("me", "secret"), attestations=False)
    uvkit.publish(credentials=lambda: uvkit.Credentials("me", "secret"))
    uvkit.publish(trusted_publishing="always", session=None, events=sink, cancel=token)
    shows(sent)
    moved = uvkit.migrate("folder", tool="poetry", lock=True, dry_run=True, python="3.12", session=None)
    assert_type(moved, uvkit.MigrationResult)
    assert_type(moved.items, tuple[uvkit.MigrationItem, ...])
    assert_type(moved.versions, tuple[uvkit.MigratedVersion, ...])
    assert_type(moved.lockfile, uvkit.Lockfile | None)
    shows(moved)
    checked = uvkit.audit("folder", advisories=Path("advisories"), ignore=["CVE-2024-1"], locking="frozen")
    assert_type(checked, uvkit.AuditResult)
    assert_type(checked.vulnerabilities, tuple[uvkit.Vulnerability, ...])
    assert_type(checked.to_sarif(), dict[str, Any])
    shows(checked)


def knows_advisories(source: uvkit.AdvisorySource, environment: uvkit.Environment) -> None:
    assert_type(uvkit.audit(environment, advisories=source), uvkit.AuditResult)


def shows(result: uvkit.Result) -> None:
    assert_type(result.summary(), str)
    assert_type(result.to_dict(), dict[str, Any])
    assert_type(result.notices, tuple[uvkit.Notice, ...])


def keeps_a_session(variables: Mapping[str, str]) -> None:
    found = uvkit.Settings.discover("folder", variables=variables, user_file="uv.toml", interface="pip")
    assert_type(found, uvkit.Settings)
    assert_type(found.origin("resolver.strategy"), str)
    assert_type(found.merged(uvkit.Settings(indexes=(uvkit.IndexConfig(url="u", default=True),))), uvkit.Settings)
    assert_type(found.with_arguments({"offline": True}), uvkit.Settings)
    assert_type(found.network, uvkit.NetworkOptions)
    assert_type(found.install, uvkit.InstallOptions)
    assert_type(found.build, uvkit.BuildOptions)
    assert_type(found.concurrency, uvkit.Concurrency)
    assert_type(settings.Settings, type[uvkit.Settings])
    assert_type(uvkit.Settings().explain("link-mode"), tuple[settings.Explanation, ...])
    assert_type(uvkit.Settings.json_schema("uv.toml"), dict[str, Any])
    with uvkit.Session(found, cache="folder", pythons=uvkit.Pythons(), variables=variables) as session:
        assert_type(session, uvkit.Session)
        assert_type(session.cache, uvkit.Cache)
        assert_type(session.http, uvkit.HttpClient)
        assert_type(session.pythons, uvkit.Pythons)
        assert_type(session.resolver(), uvkit.Resolver)
        assert_type(session.installer(uvkit.Project.discover(".")), uvkit.Installer)
        assert_type(session.builder(), uvkit.Builder)


def chooses_options() -> None:
    uvkit.NetworkOptions(timeout=5, retries=0, trust_store=Path("certs"), proxies={"https": "p"}, no_proxy=("h",))
    uvkit.ResolverOptions(
        strategy="lowest",
        prerelease="allow",
        exclude_newer=uvkit.CutOff.at(datetime(2025, 1, 1, tzinfo=UTC)),
        no_build="all",
        time_limit=timedelta(seconds=60),
    )
    uvkit.ResolverOptions(strategy="newest")  # type: ignore[arg-type]
    uvkit.InstallOptions(link_mode="copy", compile_bytecode=True, require_hashes=True, reinstall="all", exact=False)
    uvkit.BuildOptions(no_isolation="all", constraints=(uvkit.Requirement.parse("setuptools<80"),))
    uvkit.Concurrency(downloads=8, builds=1, installs=2)


def composes_parts(vault: Callable[[str], uvkit.Credentials | None]) -> None:
    cache = uvkit.Cache()
    with uvkit.HttpClient(uvkit.NetworkOptions(), credentials=[vault]) as http:
        index = uvkit.Index(
            "u", name="n", explicit=True, credentials=uvkit.Credentials("u", "p"), http=http, cache=cache
        )
        indexes = uvkit.IndexSet([index, uvkit.Index.find_links("folder")], strategy="first-index")
        assert_type(index.files("httpx"), uvkit.ProjectFiles)
        assert_type(index.files("httpx").versions(), tuple[Version, ...])
        assert_type(indexes.files("httpx"), tuple[uvkit.ProjectFiles, ...])
        builder = uvkit.Builder(indexes, cache=cache, http=http)
        assert_type(builder.metadata("tree"), uvkit.CoreMetadata)
        assert_type(builder.wheel("tree", "out"), Path)
        resolver = uvkit.Resolver(indexes, cache=cache, builder=builder, http=http)
        installer = uvkit.Installer(index, cache=cache, builder=builder, http=http)

    environment = uvkit.Environment.create(".venv", python="3.12", existing="reuse")
    resolution = resolver.resolve(["httpx"], target=environment.target)
    assert_type(resolution, uvkit.Resolution)
    assert_type(resolution.versions("httpx"), tuple[Version, ...])
    assert_type(resolution.why("httpx"), uvkit.Chains)
    assert_type(resolution.why("httpx").links, tuple[tuple[uvkit.ChainLink, ...], ...])
    universal = resolver.resolve(["httpx"], target=uvkit.Universal(requires_python=SpecifierSet(">=3.11")))
    assert_type(universal.fork_tree, uvkit.ForkTree | None)
    if universal.fork_tree is not None:
        assert_type(universal.fork_tree.division, uvkit.Division | None)
        assert_type(universal.fork_tree.parts, tuple[uvkit.ForkTree, ...])
    wanted = resolution.select(environment.target, uvkit.Selection())
    assert_type(wanted, uvkit.InstallSet)
    assert_type(wanted["httpx"], uvkit.PinnedDistribution)
    plan = installer.plan(environment, wanted)
    assert_type(plan.steps, tuple[uvkit.Step, ...])
    wheels = installer.prepare(plan)
    assert_type(wheels, uvkit.PreparedWheels)
    assert_type(wheels.wheels, Mapping[uvkit.ProjectName, Path])
    assert_type(installer.apply(environment, plan, wheels), uvkit.SyncResult)


def runs_commands(script: uvkit.Script, environment: uvkit.Environment, cancel: uvkit.CancelToken) -> None:
    result = uvkit.run(None, ["pytest", "-q"], extra_requirements=["pytest"], env_files=[".env"], capture=True)
    assert_type(result, uvkit.RunResult)
    assert_type(result.returncode, int)
    assert_type(result.stdout, str | None)
    assert_type(result.check(), uvkit.RunResult)
    uvkit.run(script, ["--verbose"], python="3.12", variables={"PATH": "/usr/bin"})
    uvkit.run(environment, ["http.server"], run_as="module", cancel=cancel)
    prepared = uvkit.prepare_run(".", ["python"], isolated=True, selection=uvkit.Selection.of(extras=["docs"]))
    assert_type(prepared, uvkit.PreparedRun)
    assert_type(prepared.environments, tuple[uvkit.Environment, ...])
    assert_type(prepared.start(capture=True, forward_signals=True), uvkit.RunResult)


def keeps_tools(session: uvkit.Session) -> None:
    tools = uvkit.Tools("tools", executables="bin", session=session)
    installed = tools.install("ruff@latest", extra_requirements=["rich"], executables_from=["black"], force=True)
    assert_type(installed, uvkit.ToolResult)
    assert_type(installed.tool, uvkit.Tool)
    assert_type(installed.tool.executables, tuple[Path, ...])
    assert_type(tools.installed(), tuple[uvkit.Tool, ...])
    assert_type(tools.upgrade("ruff", python="3.12"), tuple[uvkit.ToolResult, ...])
    assert_type(tools.uninstall(), tuple[uvkit.ToolResult, ...])
    assert_type(tools.outdated(), Mapping[uvkit.ProjectName, Version])
    assert_type(tools.update_shell(), uvkit.ShellUpdate)
    assert_type(tools.run("ruff", ["check"], requirement="ruff<1", capture=True), uvkit.RunResult)
    assert_type(tools.prepare_run("ruff@0.6", isolated=True), uvkit.PreparedRun)


def reads_locks(request: uvkit.ResolveRequest, resolution: uvkit.Resolution) -> None:
    lock = uvkit.Lockfile.read("uv.lock")
    assert_type(lock, uvkit.Lockfile)
    assert_type(uvkit.Lockfile.parse("version = 1"), uvkit.Lockfile)
    options = uvkit.ExportOptions(prune=frozenset({uvkit.project_name("rich")}), hashes=False, command="make lock")
    assert_type(lock.export("requirements.txt", selection=uvkit.Selection.of(extras=["docs"]), options=options), str)
    assert_type(lock.export("pylock.toml", target=uvkit.Target.for_platform("linux", python="3.12")), str)
    exported = uvkit.export(lock, "cyclonedx1.5", output="bom.json")
    assert_type(exported, uvkit.ExportResult)
    assert_type(exported.text, str)
    downloaded = uvkit.download(lock, "wheelhouse", targets=[uvkit.Target.for_platform("macos", python="3.12")])
    assert_type(downloaded, uvkit.DownloadResult)
    assert_type(downloaded.files, tuple[Path, ...])
    machine = uvkit.Target.for_wheels(["manylinux2014_x86_64"], python="3.12", abis=["cp312"])
    assert_type(uvkit.download_requirements(["httpx"], "files", targets=[machine]), uvkit.DownloadResult)
    wheels = uvkit.make_wheels(["httpx"], "wheels")
    assert_type(wheels, uvkit.WheelsResult)
    assert_type(wheels.built, frozenset[Path])
    assert_type(uvkit.Lockfile.from_resolution(resolution, request), uvkit.Lockfile)
    assert_type(lock.requires_python, uvkit.RequiresPython)
    assert_type(lock.forks, tuple[uvkit.MarkerSet, ...])
    assert_type(lock.members, tuple[uvkit.ProjectName, ...])
    assert_type(lock.distributions, tuple[uvkit.ResolvedDistribution, ...])
    assert_type(lock.distributions[0].dependencies, tuple[uvkit.ResolvedDependency, ...])
    assert_type(lock.satisfies(request), uvkit.Freshness)
    assert_type(lock.diff(None), uvkit.LockDiff)
    assert_type(lock.select(uvkit.Target.for_platform("linux", python="3.12")), uvkit.InstallSet)
    assert_type(lock.dumps(), str)
    assert_type(lock.write("uv.lock"), bool)
    assert_type(lock.conflicts, tuple[tuple[uvkit.ConflictItem, ...], ...])
    assert_type(request.members, tuple[uvkit.Member, ...])


def opens_projects() -> None:
    project = uvkit.Project.discover(".")
    assert_type(project.root, Path)
    assert_type(project.name, uvkit.ProjectName | None)
    assert_type(project.requires_python, uvkit.RequiresPython | None)
    assert_type(project.lockfile_path, Path)
    assert_type(project.members, tuple[uvkit.Project, ...])
    assert_type(project.request(), uvkit.ResolveRequest)
    script = uvkit.Script.read("script.py")
    assert_type(script.path, Path)
    assert_type(script.request(), uvkit.ResolveRequest)


def looks_after_environments() -> None:
    environment = uvkit.Environment(".venv", cache=uvkit.Cache("folder"))
    assert_type(uvkit.Environment.current(), uvkit.Environment)
    assert_type(uvkit.Environment.discover("."), uvkit.Environment | None)
    assert_type(environment.interpreter, uvkit.Interpreter)
    assert_type(environment.python, Path)
    assert_type(environment.target, uvkit.Target)
    installed = environment.installed()
    assert_type(installed, tuple[uvkit.InstalledDistribution, ...])
    assert_type(installed[0].version, Version)
    assert_type(installed[0].source, uvkit.Source | None)
    assert_type(environment.check(), tuple[uvkit.Notice, ...])
    assert_type(environment.variables({"PATH": "/bin"}), Mapping[str, str])
    with environment.transaction() as change:
        assert_type(change, uvkit.Transaction)
        change.remove("httpx")
    assert_type(environment.recover(), bool)

    pythons = uvkit.Pythons(prefer="system", search_path=["/opt"], variables={})
    assert_type(pythons.find("3.12"), uvkit.Interpreter)
    assert_type(pythons.candidates(uvkit.PythonRequest.parse(">=3.11")), Iterator[uvkit.Interpreter])
    assert_type(pythons.find().version, Version)
    sources = uvkit.PythonSources(catalog="list.json", mirrors={"pypy": "file:///mirror"}, offline=True)
    pythons = uvkit.Pythons(Path("folder"), downloads="automatic", sources=sources)
    assert_type(pythons.available(">=3.12"), tuple[uvkit.PythonDownload, ...])
    assert_type(pythons.rows(None, uvkit.ListChoices(only="installed")), tuple[uvkit.PythonRow, ...])
    changes = pythons.install("3.12", choices=uvkit.InstallChoices(link="never"))
    assert_type(changes, uvkit.PythonChanges)
    assert_type(changes.changes, tuple[uvkit.PythonChange, ...])
    assert_type(pythons.installed(), tuple[uvkit.ManagedPython, ...])
    assert_type(pythons.uninstall(everything=True), uvkit.PythonChanges)
    assert_type(uvkit.install_pythons(["3.13t"], "folder"), uvkit.PythonChanges)
    assert_type(uvkit.upgrade_pythons(), uvkit.PythonChanges)
    assert_type(uvkit.find_python("folder", system=True), uvkit.FoundPython)
    assert_type(uvkit.wanted_python("folder", variables={}), uvkit.WantedPython)
    assert_type(uvkit.pin_python("3.12", "folder"), uvkit.PinResult)
    assert_type(uvkit.unpin_python("folder", globally=True), uvkit.PinResult | None)
    assert_type(uvkit.pinned_python("folder"), uvkit.VersionFile | None)
    assert_type(uvkit.update_shell(uvkit.bin_directory({}), {}), uvkit.ShellUpdate)
    assert_type(uvkit.is_on_path(Path("folder"), {"PATH": ""}), bool)


def keeps_a_cache() -> None:
    cache = uvkit.Cache("folder")
    assert_type(cache.root, Path)
    assert_type(cache.usage(), uvkit.CacheUsage)
    assert_type(cache.prune(unused_for=timedelta(days=1), keep_built=False), uvkit.CacheUsage)
    assert_type(cache.clean("httpx").size, int)
    assert_type(cache.refreshing("httpx"), uvkit.Cache)
    with uvkit.Cache.temporary() as temporary:
        assert_type(temporary, uvkit.Cache)


def computes_with_values(requirement: uvkit.Requirement, file: uvkit.DistributionFile) -> None:
    assert_type(requirement.project, uvkit.ProjectName)
    assert_type(requirement.extras, frozenset[uvkit.ExtraName])
    assert_type(requirement.marker, uvkit.MarkerSet)
    marker = uvkit.MarkerSet.parse("os_name == 'nt'")
    assert_type(marker & ~marker | uvkit.MarkerSet.everywhere() - uvkit.MarkerSet.nowhere(), uvkit.MarkerSet)
    assert_type(marker.matches({"os_name": "nt"}), bool)
    assert_type(uvkit.RequiresPython.parse(">=3.11").contains("3.12"), bool)
    assert_type(uvkit.Hash.parse("sha256:00"), uvkit.Hash)
    match file:
        case uvkit.WheelFile(filename=name):
            assert_type(name, str)
        case uvkit.SdistFile(hashes=hashes):
            assert_type(hashes, tuple[uvkit.Hash, ...])
    match requirement.source:
        case uvkit.IndexSource(index=index):
            assert_type(index, str)
        case uvkit.ArchiveSource(url=url):
            assert_type(url, str | None)
        case uvkit.GitSource(commit=commit):
            assert_type(commit, str | None)
        case uvkit.DirectorySource(editable=editable):
            assert_type(editable, bool)
        case None:
            pass
    uvkit.ConflictItem(project=requirement.project, extra=uvkit.ExtraName("a"), group=uvkit.GroupName("b"))
    requirement.project = uvkit.ProjectName("other")  # type: ignore[misc]


def follows_events(event: events.Event) -> str:
    match event:
        case events.PhaseStarted(phase=phase) | events.PhaseFinished(phase=phase):
            return phase
        case events.TaskStarted(subject=subject, total=total):
            assert_type(total, int | None)
            return subject
        case events.TaskAdvanced(completed=completed):
            return str(completed)
        case events.TaskFinished(outcome=outcome):
            return outcome
        case events.CandidatePinned(version=version) | events.Backtracked(rejected=version):
            return version
        case events.ForkOpened(marker=marker):
            return marker
        case events.BuildOutput(line=line):
            return line
        case events.Notice(message=message):
            return message


def shows_events() -> None:
    assert_type(display.auto(), uvkit.EventSink)
    uvkit.sync(events=display.PlainDisplay(print, verbose=True))
    uvkit.sync(events=display.NotebookDisplay())
    with display.LiveDisplay() as live:
        uvkit.sync(events=live)


def handles_errors(error: errors.UvkitError) -> str:
    assert_type(error.code, str)
    assert_type(error.hints, tuple[str, ...])
    match error:
        case errors.ResolutionImpossibleError(causes=causes, unusable=unusable):
            assert_type(causes, tuple[errors.Cause, ...])
            assert_type(unusable, tuple[errors.UnusableVersions, ...])
            return causes[0].requirement
        case errors.PrepareError(failures=failures):
            assert_type(failures, tuple[errors.UvkitError, ...])
            return str(failures[0])
        case errors.IndexAccessError():
            return "later"
        case _:
            return str(error)


def compiles(folder: Path, environment: uvkit.Environment) -> None:
    wanted = uvkit.read_requirements(files=[folder / "requirements.in"])
    style = uvkit.CompileStyle(annotations="line", omit=(uvkit.project_name("pip"),))
    target = uvkit.TargetRequest(version="3.12", universal=True)
    compiled = uvkit.compile(wanted, target=target, style=style, hashes=True, output=folder / "requirements.txt")
    assert_type(compiled, uvkit.CompileResult)
    result: uvkit.Result = compiled
    assert_type(result.summary(), str)
    assert_type(uvkit.install(["a"], environment.redirected(folder, "prefix")), uvkit.SyncResult)


def looks_at_what_is_installed(environment: uvkit.Environment) -> None:
    graph = uvkit.InstalledGraph(environment)
    assert_type(graph.details("a", files=True), uvkit.InstalledDetails)
    assert_type(graph.requirements("a"), tuple[uvkit.RequirementEdge, ...])
    assert_type(graph.tree(invert=True, depth=2), tuple[uvkit.TreeNode, ...])
    assert_type(uvkit.outdated(environment), tuple[uvkit.Outdated, ...])
    assert_type(uvkit.installed_in("folder"), tuple[uvkit.InstalledDistribution, ...])
    assert_type(uvkit.inspect(environment), dict[str, Any])
    assert_type(uvkit.installation_report(uvkit.sync()), dict[str, Any])


async def awaits() -> None:
    assert_type(await aio.lock("folder", check=True), uvkit.LockResult)
    assert_type(await aio.sync(locking="check"), uvkit.SyncResult)
    assert_type(await aio.run(".", ["pytest"]), uvkit.RunResult)
    assert_type(await aio.build("folder", kinds=["wheel"]), uvkit.BuildResult)
    assert_type(await aio.publish(url="https://index.example/upload", dry_run=True), uvkit.PublishResult)
    assert_type(await aio.migrate("folder", lock=False), uvkit.MigrationResult)
    assert_type(await aio.audit("folder", ignore=["CVE-1"]), uvkit.AuditResult)
    one, other = await asyncio.gather(aio.install(["httpx"], ".venv"), aio.uninstall(["rich"], ".venv"))
    assert_type(one, uvkit.SyncResult)
    assert_type(other, uvkit.SyncResult)
    await aio.lock(locking="check")  # type: ignore[call-arg]


class Store:
    """An index of somebody else."""

    name = "store"

    def files(self, project: str) -> uvkit.ProjectFiles:
        return uvkit.ProjectFiles(project=uvkit.ProjectName(project), index=self.name, files=())

    def metadata(self, file: uvkit.WheelFile) -> uvkit.CoreMetadata:
        return uvkit.CoreMetadata(project=file.project, version=file.version)

    @contextmanager
    def open(self, file: uvkit.DistributionFile) -> Iterator[Iterator[bytes]]:
        yield iter([b""])


def takes_an_index_of_ours(store: Store) -> None:
    ours: uvkit.PackageIndex = store
    several: Sequence[uvkit.PackageIndex] = [ours, uvkit.Index("u")]
    uvkit.Resolver(store)
    uvkit.Installer(several)
    uvkit.Session(indexes=several)


def takes_a_source_of_ours(source: uvkit.MetadataSource) -> None:
    name = uvkit.project_name("My.Project")
    assert_type(source.expect([uvkit.Expectation(name, ">=1")]), None)
    listings = source.listings(name)
    assert_type(listings, tuple[uvkit.Listing, ...])
    row = listings[0].rows(0)[0]
    assert_type(row, uvkit.FileRow)
    assert_type(source.metadata(name, Version("1"), row, index="i"), uvkit.MetadataRows)


def says_more_in_a_request() -> None:
    name = uvkit.project_name("a")
    uvkit.ResolveRequest(
        target=uvkit.Universal(),
        preferences=(uvkit.Preference(project=name, version=Version("1")),),
        overrides=(uvkit.Override(requirements=(uvkit.Requirement.parse("a>=2"),)),),
        excludes=(uvkit.Exclusion(projects=(name,)),),
    )


def gives_credentials_by_the_usual_ways(variables: Mapping[str, str]) -> None:
    uvkit.HttpClient(credentials=(uvkit.NetrcProvider(variables), uvkit.KeyringProvider()))


def tests_with_real_files(folder: Path) -> None:
    with testing.IndexServer(folder, ranges=False, credentials=("me", "secret")) as server:
        made = server.add(
            testing.Distribution(name="a", version="1", requires=("b",), extras={"x": ("c",)}), sdist=True
        )
        assert_type(made, list[Path])
        assert_type(server.url, str)
    assert_type(testing.make_wheel(folder, testing.Distribution(name="a", version="1")), Path)
    assert_type(uvkit.__version__, str)


def edits_projects(project: uvkit.Project) -> None:
    added = uvkit.add(project, ["httpx"], group="dev", bounds="major", options=uvkit.AddOptions(extras=frozenset()))
    assert_type(added, uvkit.EditResult)
    assert_type(added.added, tuple[uvkit.RequirementChange, ...])
    assert_type(added.lock, uvkit.LockResult | None)
    assert_type(added.sync, uvkit.SyncResult | None)
    assert_type(added.text, str)
    removed = uvkit.remove(project, ["httpx"], locking="frozen", dry_run=True)
    assert_type(removed.removed, tuple[uvkit.RequirementChange, ...])


def begins_projects() -> None:
    begun = uvkit.init("folder", kind="lib", bare=True, build_backend="hatch", vcs="none")
    assert_type(begun, uvkit.InitResult)
    assert_type(begun.files, tuple[Path, ...])
    assert_type(uvkit.init_script("tool.py", python="3.12"), uvkit.InitResult)
    read = uvkit.project_version()
    assert_type(read, uvkit.VersionResult)
    assert_type(read.version, Version)
    uvkit.project_version("folder", "2.0", locking="frozen")
    uvkit.project_version("folder", bump=["minor", "beta"], dry_run=True)


def looks_at_locks(project: uvkit.Project) -> None:
    shown = uvkit.tree(project, packages=["httpx"], invert=True, universal=True, outdated=True)
    assert_type(shown, uvkit.TreeResult)
    assert_type(shown.trees, tuple[uvkit.LockedNode, ...])
    assert_type(uvkit.outdated_locked(project), tuple[uvkit.NewerVersion, ...])


def raises_bounds() -> None:
    raised = uvkit.upgrade("folder", ["httpx"], exclude=["rich"], synchronize=True, dry_run=True)
    assert_type(raised, uvkit.UpgradeResult)
    assert_type(raised.requirements, tuple[uvkit.RequirementChange, ...])
