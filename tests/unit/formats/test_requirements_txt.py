"""Requirements files in pip's syntax."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from uvkit.errors import InvalidRequirementsFileError
from uvkit.formats import RequirementsFiles, UnnamedRequirement, read_requirements
from uvkit.markers import MarkerSet
from uvkit.model import ArchiveSource, DirectorySource, GitSource, Hash, Requirement, extra_name, project_name

DIGEST = "0" * 64
NT = MarkerSet.parse("os_name == 'nt'")
A = extra_name("a")
EDITABLE = DirectorySource(path=Path("z"), editable=True)


def parsed(
    text: str | bytes,
    *,
    others: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    constraints: Iterable[str] = (),
) -> RequirementsFiles:
    files = {"requirements.txt": text, **(others or {})}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file or directory", name)
        content = files[name]
        return content if isinstance(content, bytes) else content.encode()

    return read_requirements(["requirements.txt"], read=read, variables=variables or {}, constraints=constraints)


def texts(found: RequirementsFiles) -> list[str]:
    return [str(line.requirement) for line in found.requirements]


def problems(text: str, **facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    with pytest.raises(InvalidRequirementsFileError) as caught:
        parsed(text, **facts)
    return caught.value.problems


# -- lines -------------------------------------------------------------------------------------------------------------


def test_requirements_come_in_order_with_their_places() -> None:
    found = parsed("flask>=2\n\n# a comment\nhttpx[http2] ; python_version < '3.9' # why\n")

    assert texts(found) == ["flask>=2", "httpx[http2] ; python_full_version < '3.9'"]
    assert [line.origin for line in found.requirements] == ["requirements.txt:1", "requirements.txt:4"]
    assert isinstance(found.requirements[0].requirement, Requirement)
    assert found.requirements[0].requirement.origin == "requirements.txt:1"


def test_a_backslash_continues_a_line() -> None:
    found = parsed(f"flask>=2 \\\n    --hash=sha256:{DIGEST} \\\n    --hash sha512:{'1' * 128}\nhttpx\\\n>=1\n")

    assert texts(found) == ["flask>=2", "httpx>=1"]
    assert found.requirements[0].hashes == (Hash("sha256", DIGEST), Hash("sha512", "1" * 128))
    assert found.requirements[1].origin == "requirements.txt:4"


def test_a_comment_ends_a_continued_line() -> None:
    assert texts(parsed("flask \\\n# comment \\\nhttpx\n")) == ["flask", "httpx"]


def test_a_hash_mark_inside_a_word_is_no_comment() -> None:
    found = parsed("z @ https://index.example/z-1.0.tar.gz#subdirectory=a\n")

    assert found.requirements[0].requirement.source == ArchiveSource(
        url="https://index.example/z-1.0.tar.gz", subdirectory="a"
    )


def test_a_backslash_at_the_end_of_the_file_continues_nothing() -> None:
    assert texts(parsed("flask \\")) == ["flask"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(ending: str) -> None:
    assert texts(parsed(f"flask{ending}httpx{ending}")) == ["flask", "httpx"]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + "flask  # ü".encode(),
        codecs.BOM_UTF16_LE + "flask  # ü".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "flask  # ü".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "flask  # ü".encode("utf-32-le"),
        codecs.BOM_UTF32_BE + "flask  # ü".encode("utf-32-be"),
        b"# -*- coding: latin-1 -*-\nflask  # \xfc",
        "flask  # ü".encode(),
    ],
)
def test_encodings_are_told_by_marks_and_coding_lines(data: bytes) -> None:
    assert texts(parsed(data)) == ["flask"]


def test_bytes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidRequirementsFileError, match="cannot be decoded"):
        parsed(b"flask  # \xfc")
    with pytest.raises(InvalidRequirementsFileError, match="unknown encoding"):
        parsed(b"# coding: klingon\nflask")


def test_variables_are_replaced_where_they_are_set() -> None:
    text = "--index-url https://${NAME}:${SECRET}@index.example/simple\n--find-links ${UNSET}/${lower}\n"

    found = parsed(text, variables={"NAME": "me", "SECRET": "word", "UNSET": "", "lower": "x"})

    assert found.index_url == "https://me:word@index.example/simple"
    assert found.find_links == ("${UNSET}/${lower}",)


# -- places ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        (
            "https://index.example/z_z-1.0-py3-none-any.whl",
            Requirement(
                project=project_name("z-z"),
                source=ArchiveSource(url="https://index.example/z_z-1.0-py3-none-any.whl"),
            ),
        ),
        (
            "https://index.example/z-1.0.tar.gz ; os_name == 'nt'",
            Requirement(
                project=project_name("z"),
                source=ArchiveSource(url="https://index.example/z-1.0.tar.gz"),
                marker=NT,
            ),
        ),
        (
            "git+https://index.example/z@v1#egg=Z.z[b,a]&subdirectory=src",
            Requirement(
                project=project_name("z-z"),
                source=GitSource(
                    repository="https://index.example/z", reference="v1", reference_kind="rev", subdirectory="src"
                ),
            ),
        ),
        (
            "./dl/z-1.0-py3-none-any.whl[a]",
            Requirement(
                project=project_name("z"),
                source=ArchiveSource(path=Path("dl/z-1.0-py3-none-any.whl")),
                extras=frozenset({A}),
            ),
        ),
        ("z-1.0.zip", Requirement(project=project_name("z"), source=ArchiveSource(path=Path("z-1.0.zip")))),
        (
            "-e git+https://index.example/z#egg=z",
            Requirement(project=project_name("z"), source=GitSource(repository="https://index.example/z")),
        ),
        (
            "z @ file:///srv/z",
            Requirement(project=project_name("z"), source=DirectorySource(path=Path("/srv/z"))),
        ),
    ],
)
def test_places_that_tell_a_name(text: str, requirement: Requirement) -> None:
    found = parsed(f"{text}\n").requirements[0].requirement

    assert found == requirement


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        (".", UnnamedRequirement(source=DirectorySource(path=Path()))),
        (
            "../z[b,A]",
            UnnamedRequirement(source=DirectorySource(path=Path("../z")), extras=frozenset({A, extra_name("b")})),
        ),
        ("libs/z ; os_name == 'nt'", UnnamedRequirement(source=DirectorySource(path=Path("libs/z")), marker=NT)),
        ("-e ./z", UnnamedRequirement(source=EDITABLE)),
        ("-e./z", UnnamedRequirement(source=EDITABLE)),
        ("-e './z' --config-settings=a=b", UnnamedRequirement(source=EDITABLE)),
        ("-e ./z ; os_name == 'nt' --config-settings=a=b", UnnamedRequirement(source=EDITABLE, marker=NT)),
        ("--editable=./z[a] ; os_name == 'nt'", UnnamedRequirement(source=EDITABLE, extras=frozenset({A}), marker=NT)),
        ("file:///srv/z", UnnamedRequirement(source=DirectorySource(path=Path("/srv/z")))),
        (
            "git+https://index.example/z.git",
            UnnamedRequirement(source=GitSource(repository="https://index.example/z.git")),
        ),
        (
            "https://index.example/archive",
            UnnamedRequirement(source=ArchiveSource(url="https://index.example/archive")),
        ),
    ],
)
def test_places_that_tell_no_name(text: str, requirement: UnnamedRequirement) -> None:
    found = parsed(f"{text}\n").requirements[0].requirement

    assert isinstance(found, UnnamedRequirement)
    assert found.origin == "requirements.txt:1"
    assert (found.source, found.extras, found.marker) == (requirement.source, requirement.extras, requirement.marker)


def test_the_digest_in_a_url_is_a_hash_of_the_line() -> None:
    found = parsed(
        f"z @ https://index.example/z-1.0.tar.gz#sha256={DIGEST}\nhttps://index.example/y-1.zip#sha256={DIGEST}\n"
    )

    assert [line.hashes for line in found.requirements] == [(Hash("sha256", DIGEST),)] * 2


def test_settings_of_one_requirement() -> None:
    found = parsed('flask --config-settings "--a=1" -C b=2 -C b=3 --global-option=x\n')

    assert found.requirements[0].config_settings == {"--a": ("1",), "b": ("2", "3")}
    assert found.ignored == ("--global-option (requirements.txt:1)",)


# -- options of files --------------------------------------------------------------------------------------------------


def test_options_are_recorded() -> None:
    found = parsed(
        "-i https://index.example/simple\n--extra-index-url=https://more.example/simple --extra-index-url https://more.example/simple\n"
        "-f ./wheels\n--find-links https://index.example/links\n--no-index --pre\n--prefer-binary\n--require-hashes\n"
        "--trusted-host index.example\n--use-feature=fast-deps\n--no-binary flask,Httpx\n--only-binary :all:\n"
    )

    assert found == RequirementsFiles(
        index_url="https://index.example/simple",
        extra_index_urls=("https://more.example/simple",),
        no_index=True,
        find_links=("./wheels", "https://index.example/links"),
        trusted_hosts=("index.example",),
        only_binary="all",
        prefer_binary=True,
        prereleases=True,
        require_hashes=True,
        ignored=("--use-feature (requirements.txt:9)",),
    )


def test_hashes_may_be_demanded_and_not_any_more() -> None:
    found = parsed("--require-hashes\n--no-require-hashes\nflask\n")

    assert not found.require_hashes


def test_choices_of_prereleases_are_noted_without_effect() -> None:
    found = parsed("--all-releases :all:\n--only-final=flask\nflask\n")

    assert found.ignored == ("--all-releases (requirements.txt:1)", "--only-final (requirements.txt:2)")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("./folder", "./folder"),
        ("-e ./folder[x] ; os_name == 'nt'", "./folder"),
        ("flask @ ./flask-1.0.tar.gz --hash=sha256:" + DIGEST, "./flask-1.0.tar.gz"),
        ("${WHERE}/folder", "${WHERE}/folder"),
        ("flask[x]@file://${WHERE}/flask ; os_name == 'nt'", "file://${WHERE}/flask"),
        ('--editable="./a folder"', "./a folder"),
    ],
)
def test_place_is_kept_as_it_is_written(line: str, place: str) -> None:
    found = parsed(f"{line}\n", variables={"WHERE": "/here"})

    assert found.requirements[0].requirement.written_place == place


def test_name_may_stand_before_a_path() -> None:
    found = parsed("flask @ ./flask\nhttpx @ ../httpx-1.0.tar.gz\n")

    assert [one.requirement.source for one in found.requirements] == [
        DirectorySource(path=Path("flask")),
        ArchiveSource(path=Path("../httpx-1.0.tar.gz")),
    ]


def test_short_options_may_stick_to_their_value() -> None:
    found = parsed("-ihttps://index.example/simple\n-rmore.txt\n", others={"more.txt": "flask"})

    assert found.index_url == "https://index.example/simple"
    assert texts(found) == ["flask"]


def test_the_last_word_on_a_project_s_format_counts() -> None:
    found = parsed(
        "--no-binary :all:\n--only-binary flask\n--no-binary :none:\n--no-binary httpx,rich\n--only-binary rich\n"
    )

    assert found.no_binary == frozenset({project_name("httpx")})
    assert found.only_binary == frozenset({project_name("flask"), project_name("rich")})


# -- includes ----------------------------------------------------------------------------------------------------------


def test_included_files_are_found_beside_the_file_that_names_them() -> None:
    others = {
        "deep/base.txt": "flask\n-r ../common.txt\n-c limits.txt\n-r https://index.example/a/b.txt\n-r /srv/a.txt\n",
        "deep/../common.txt": "rich\n",
        "deep/limits.txt": "rich<10\n-r more.txt\n",
        "deep/more.txt": "flask<3\n",
        "https://index.example/a/b.txt": "-r sibling.txt\n",
        "https://index.example/a/sibling.txt": "httpx\n",
        "/srv/a.txt": "attrs\n",
    }

    found = parsed("-r deep/base.txt\nlast\n", others=others)

    assert texts(found) == ["flask", "rich", "httpx", "attrs", "last"]
    assert [str(line.requirement) for line in found.constraints] == ["rich<10", "flask<3"]
    assert found.requirements[1].origin == "deep/../common.txt:1"


def test_constraints_can_be_given_beside_requirements() -> None:
    found = parsed("flask\n", others={"limits.txt": "flask<3\n"}, constraints=["limits.txt"])

    assert texts(found) == ["flask"]
    assert [str(line.requirement) for line in found.constraints] == ["flask<3"]


def test_a_file_may_be_included_twice_but_not_in_itself() -> None:
    twice = parsed("-r a.txt\n-r a.txt\n", others={"a.txt": "flask\n"})

    assert texts(twice) == ["flask", "flask"]
    assert problems("-r a.txt\n", others={"a.txt": "\n-r b.txt\n", "b.txt": "-r a.txt\n"}) == (
        ("b.txt:1", "files include each other: a.txt -> b.txt -> a.txt"),
    )


# -- problems ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("flask>>2\n", "`flask>>2` is not a valid requirement: "),
        ("./z ; nonsense\n", "`./z ; nonsense` is not a valid requirement: "),
        ("https://index.example/z#egg=-\n", "`https://index.example/z#egg=-` is not a valid requirement: `-` is not a"),
        ("flask --hash=00\n", "`00` is not a hash of the form `sha256:<hex>`"),
        ("flask --config-settings a\n", "`a` is not of the form `key=value`"),
        ("flask --pre\n", "`--pre` stands on a line of its own, not after a requirement"),
        ("flask -r more.txt\n", "`--requirement` stands on a line of its own, not after a requirement"),
        ("flask -e .\n", "`flask` stands before an option that begins a line"),
        ("--hash=sha256:00\n", "`--hash` stands after a requirement, not on a line of its own"),
        ("--nonsense\n", "`--nonsense` is not an option of requirements files"),
        ("-x\n", "`-x` is not an option of requirements files"),
        ("--index-url\n", "`--index-url` needs a value"),
        ("--pre=yes\n", "`--pre` takes no value"),
        ("--find-links 'wheels\n", "`--find-links 'wheels` cannot be split into words: no closing quotation"),
        ("-e\n", "`--editable` needs a value"),
        ("-e --pre\n", "`--editable` needs a value"),
        ("-e flask.tar.gz\n", "`flask.tar.gz` cannot be editable: it is not a folder or repository"),
        ("-e z @ https://index.example/z-1.zip\n", "`z @ https://index.example/z-1.zip` cannot be editable"),
        ("-e ./z-1.zip\n", "`./z-1.zip` cannot be editable: it is not a folder or repository"),
        ("-r missing.txt\n", "`missing.txt` cannot be read: No such file or directory"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, problem: str) -> None:
    ((place, reason),) = problems(f"\n{text}")

    assert place == "requirements.txt:2"
    assert reason.startswith(problem)


def test_every_problem_in_every_file_is_listed() -> None:
    found = problems("flask>>2\n-r a.txt\n-r missing.txt\n", others={"a.txt": "\n--nonsense\n"})

    assert [place for place, _ in found] == ["requirements.txt:1", "a.txt:2", "requirements.txt:3"]


def test_a_file_that_cannot_be_read_is_named() -> None:
    def read(name: str) -> bytes:
        raise PermissionError(13, "Permission denied", name)

    with pytest.raises(InvalidRequirementsFileError) as caught:
        read_requirements(["requirements.txt"], read=read, variables={})

    assert str(caught.value) == "requirements.txt: `requirements.txt` cannot be read: Permission denied"


def test_several_problems_make_a_list() -> None:
    with pytest.raises(InvalidRequirementsFileError) as caught:
        parsed("--one\n--two\n")

    assert str(caught.value).splitlines() == [
        "requirements files are not valid:",
        "  requirements.txt:1: `--one` is not an option of requirements files",
        "  requirements.txt:2: `--two` is not an option of requirements files",
    ]


def test_what_is_editable_is_a_folder_even_without_a_slash() -> None:
    found = parsed("-e z[a]\n")

    assert found.requirements[0].requirement == UnnamedRequirement(
        source=EDITABLE, extras=frozenset({A}), origin="requirements.txt:1"
    )
