"""The two readers of uv.lock agree on every text, and what is written comes back."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.errors import InvalidLockfileError, UnsupportedLockfileError
from uvkit.formats import (
    DefaultGroups,
    LockCutOff,
    LockDependency,
    LockDocument,
    LockExclusion,
    LockManifest,
    LockMetadata,
    LockOptions,
    LockOverride,
    LockPackage,
    LockRequirement,
    LockScope,
    LockStaticMetadata,
    read_uv_lock,
    write_uv_lock,
)
from uvkit.formats.uv_lock_read import parse_uv_lock
from uvkit.formats.uv_lock_scan import SurpriseError, scan_uv_lock
from uvkit.model import ArchiveSource, ConflictItem, DirectorySource, FileRow, GitSource, IndexSource

SAMPLE = (Path(__file__).parents[1] / "unit" / "formats" / "everything.lock").read_text()

names = st.sampled_from(["letters", "numbers", "a", "b-2", "words"])
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
plain = st.text("abc<>='.1 ", min_size=1, max_size=8)
versions = st.sampled_from(["1.0", "1!2", "2.0.post1", "1.0a1", "3.dev0", "1.0+cpu.1"])
digests = st.sampled_from(["sha256:" + "a" * 64, "md5:" + "0" * 32])
items = st.builds(ConflictItem, project=names, extra=st.none() | names)
sources = st.one_of(
    st.builds(IndexSource, index=st.sampled_from(["https://index.example/simple", "wheels", "/srv/wheels"])),
    st.builds(ArchiveSource, url=plain.map("https://index.example/{}.whl".format), subdirectory=st.none() | plain),
    st.builds(ArchiveSource, path=names.map(lambda name: Path(f"{name}-1.tar.gz"))),
    st.builds(DirectorySource, path=st.sampled_from([Path(), Path("x/y"), Path("../z")]), editable=st.booleans()),
    st.builds(
        GitSource,
        repository=st.just("https://index.example/repository"),
        reference=st.just("a/b &=?"),
        reference_kind=st.sampled_from(["tag", "branch", "rev"]),
        commit=st.just("0123456789" * 4),
        subdirectory=st.none() | words,
        path=st.none() | st.just("x-1.whl"),
        lfs=st.booleans(),
    ),
)
maybe = plain | st.just("")
extras = st.lists(names, max_size=2).map(tuple)
requirements = st.builds(
    lambda name, extras, marker, specifier, index, conflict: LockRequirement(
        name, extras, marker=marker, specifier=specifier, index=index, conflict=conflict
    ),
    *(names, extras, words | st.just(""), maybe, maybe, st.none() | items),
) | st.builds(
    lambda name, groups, kind, location, subdirectory: LockRequirement(
        name, (), groups, kind=kind, location=location, subdirectory=subdirectory
    ),
    *(names, extras, st.sampled_from(["git", "url", "path", "directory", "editable", "virtual"]), plain, maybe),
)
rows = st.lists(requirements, max_size=3).map(tuple)
cut_offs = st.sampled_from([LockCutOff("2024-01-01T00:00:00Z"), LockCutOff("", "P3D")])
scopes = st.builds(LockScope, name=names, version=versions | st.just(""))


default_groups: st.SearchStrategy[DefaultGroups] = st.sampled_from([None, "all", (), ("dev",), ("a", "b-2")])


@st.composite
def packages(draw: st.DrawFn) -> LockPackage:
    source = draw(sources)
    digest = digests if isinstance(source, ArchiveSource) else st.none() | digests
    stem = draw(plain.map(str.strip)) + "-1-py3-none-any.whl"
    # Files of a path, and archives inside a repository, lie where the source says.
    inside = source.path if isinstance(source, (ArchiveSource, GitSource)) else None
    location = f"https://files.index.example/{stem}" if inside is None else Path(inside).as_posix()
    time = st.none() | st.just("2024-01-02T03:04:05.6Z")
    size = st.none() | st.integers(0, 10**12)
    row = st.builds(FileRow, *map(st.just, (stem, location)), digest, size, st.none(), time, st.none(), st.none())
    return LockPackage(
        name=draw(names),
        version=draw(versions),
        source=source,
        default_groups=draw(default_groups),
        resolution_markers=tuple(draw(st.lists(words, max_size=2))),
        wheels=tuple(draw(st.lists(row, max_size=2))),
        group_requires_python=draw(st.dictionaries(names, words, max_size=1)),
        metadata=LockMetadata(
            requires_dist=draw(rows),
            provides_extras=("x",),
            requires_dev=draw(st.dictionaries(names, rows, max_size=2)),
        ),
    )


@st.composite
def documents(draw: st.DrawFn) -> LockDocument:
    chosen = draw(st.lists(packages(), max_size=4, unique_by=lambda package: package.name))
    markers = st.lists(words, max_size=2).map(tuple)
    linked = [
        LockPackage(
            **{
                **{field: getattr(package, field) for field in LockPackage.__slots__},
                "dependencies": tuple(
                    LockDependency(
                        other.name, marker=draw(words | st.just("")), extras=draw(st.sampled_from([(), ("x",)]))
                    )
                    for other in chosen[:2]
                ),
                "optional_dependencies": {"x": (LockDependency(chosen[0].name, chosen[0].version, chosen[0].source),)},
            }
        )
        for package in chosen
    ]
    return LockDocument(
        requires_python=draw(plain),
        revision=draw(st.integers(0, 9)),
        resolution_markers=draw(markers),
        supported_markers=draw(markers),
        conflicts=tuple(draw(st.lists(st.lists(items, min_size=2, max_size=2).map(tuple), max_size=2))),
        options=LockOptions(
            resolution_mode=draw(st.sampled_from(["", "lowest"])),
            minimum_libc=draw(st.dictionaries(names, plain, max_size=1)),
            exclude_newer=draw(st.none() | cut_offs),
            exclude_newer_package=draw(st.dictionaries(names, cut_offs | st.just(False), max_size=2)),
        ),
        manifest=LockManifest(
            members=tuple(draw(st.lists(names, max_size=2))),
            requirements=draw(rows),
            overrides=tuple(draw(st.lists(st.builds(LockOverride, scopes, rows), max_size=2))),
            excludes=tuple(draw(st.lists(st.builds(LockExclusion, st.none(), st.tuples(names)), max_size=2))),
            dependency_groups=draw(st.dictionaries(names, rows, max_size=2)),
            dependency_metadata=tuple(
                draw(
                    st.lists(
                        st.builds(LockStaticMetadata, names, versions, st.tuples(words), maybe, extras), max_size=2
                    )
                )
            ),
        ),
        packages=tuple(linked),
    )


@given(documents())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_back(document: LockDocument) -> None:
    text = write_uv_lock(document)

    assert parse_uv_lock(text) == document
    assert read_uv_lock(text) == document
    assert write_uv_lock(read_uv_lock(text)) == text


def outcome(read: object, text: str) -> object:
    try:
        return read(text)  # type: ignore[operator]
    except (InvalidLockfileError, UnsupportedLockfileError) as error:
        return type(error), str(error)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_text_is_read_the_same_by_scanner_and_parser(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE) - 1))
    end = min(len(SAMPLE), start + data.draw(st.integers(0, 4)))
    inserted = data.draw(st.text("\"'\\\n \t#,=[]{}.-+0aZ:\x00é", max_size=3))
    text = SAMPLE[:start] + inserted + SAMPLE[end:]

    assert outcome(read_uv_lock, text) == outcome(parse_uv_lock, text)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_moved_lines_are_read_the_same_by_scanner_and_parser(data: st.DataObject) -> None:
    lines = SAMPLE.splitlines(keepends=True)
    taken = data.draw(st.integers(0, len(lines) - 1))
    placed = data.draw(st.integers(0, len(lines) - 1))
    line = lines[taken]
    if data.draw(st.booleans()):
        del lines[taken]
    lines.insert(placed, line)
    text = "".join(lines)

    assert outcome(read_uv_lock, text) == outcome(parse_uv_lock, text)


def test_the_scanner_reads_the_sample_itself() -> None:
    try:
        scan_uv_lock(SAMPLE)
    except SurpriseError:
        raise AssertionError("the sample should be canonical") from None
