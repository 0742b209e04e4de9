"""`uvkit pip compile`: what it prints, keeps and writes."""

from __future__ import annotations

import io
import json
import sys
import tomllib
from pathlib import Path

import pytest

from uvkit.testing import Distribution, IndexServer

from .conftest import Cli


def compiled(cli: Cli, *options: str, header: bool = False) -> str:
    """Return what compiling `requirements.in` prints."""
    return cli("pip", "compile", "requirements.in", *([] if header else ["--no-header"]), *options).out


# -- annotations -------------------------------------------------------------------------------------------------------


def test_every_pin_says_who_needs_it(cli: Cli) -> None:
    cli.write("requirements.in", "gamma\nalpha>=1\n")

    text = compiled(cli)

    assert text == (
        "alpha==1.1\n    # via\n    #   -r requirements.in\n    #   beta\n"
        "beta==2.0\n    # via gamma\n"
        "gamma==1.0\n    # via -r requirements.in\n"
    )


def test_line_style_puts_dependents_before_files_in_one_column(cli: Cli) -> None:
    cli.write("requirements.in", "beta\nalpha\n")
    cli.write("limits.txt", "alpha<1.1\n")

    text = compiled(cli, "--annotation-style", "line", "-c", "limits.txt")

    assert text == (
        "alpha==1.0                # via beta, -c limits.txt, -r requirements.in\n"
        "beta==2.0                 # via -r requirements.in\n"
    )


def test_included_files_come_before_those_given_and_keep_their_paths(cli: Cli) -> None:
    cli.write("requirements.in", "alpha\n-r parts/more.in\n")
    cli.write("parts/more.in", "alpha>0\n")

    text = compiled(cli)

    assert text == "alpha==1.1\n    # via\n    #   -r parts/more.in\n    #   -r requirements.in\n"


def test_overrides_and_constraints_are_named_by_their_options(cli: Cli) -> None:
    cli.write("requirements.in", "gamma\n")
    cli.write("over.txt", "beta==1.0\n")
    cli.write("limits.txt", "beta<2\n")

    text = compiled(cli, "--overrides", "over.txt", "--constraints", "limits.txt")

    assert "beta==1.0\n    # via\n    #   -c limits.txt\n    #   --override over.txt\n    #   gamma\n" in text


def test_requirements_of_other_machines_are_not_mentioned(cli: Cli) -> None:
    cli.write("requirements.in", "beta\nalpha; sys_platform == 'win32'\n")

    text = compiled(cli)

    assert text.startswith("alpha==1.1\n    # via beta\n")


def test_standard_input_is_not_mentioned(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"beta\n")))

    text = cli("pip", "compile", "-", "--no-header").out

    assert text == "alpha==1.1\n    # via beta\nbeta==2.0\n"


def test_projects_extras_and_groups_are_mentioned_with_their_file(cli: Cli) -> None:
    cli.project("gamma", extra='[project.optional-dependencies]\nx = ["delta"]\n[dependency-groups]\ndev = ["alpha"]\n')

    text = cli("pip", "compile", "pyproject.toml", "--extra", "x", "--group", "dev", "--no-header").out

    assert "alpha==1.1\n    # via\n    #   demo (pyproject.toml:dev)\n    #   beta\n" in text
    assert "delta==1.0\n    # via demo (pyproject.toml)\n" in text


def test_script_is_a_source_that_is_not_mentioned(cli: Cli) -> None:
    cli.write("tool.py", '# /// script\n# dependencies = ["beta<2"]\n# ///\n')

    text = cli("pip", "compile", "tool.py", "--no-header").out

    assert text == "alpha==1.0\n    # via beta\nbeta==1.0\n"


# -- what stays and what goes ------------------------------------------------------------------------------------------


def test_extras_are_kept_where_asked_for(cli: Cli) -> None:
    cli.write("requirements.in", "gamma[more]\n")

    stripped, kept = compiled(cli, "--no-annotate"), compiled(cli, "--no-annotate", "--no-strip-extras")

    assert "gamma==1.0\n" in stripped
    assert "gamma[more]==1.0\n" in kept


def test_extra_wanted_on_fewer_machines_has_a_line_of_its_own(cli: Cli) -> None:
    cli.write("requirements.in", "gamma\ngamma[more]; sys_platform == 'win32'\n")

    text = compiled(cli, "--no-annotate", "--no-strip-extras", "--universal")

    assert "gamma==1.0\ngamma[more]==1.0 ; sys_platform == 'win32'\n" in text


def test_universal_result_has_markers(cli: Cli) -> None:
    cli.write("requirements.in", "delta; sys_platform == 'win32'\n")

    assert compiled(cli, "--no-annotate") == ""
    assert compiled(cli, "--no-annotate", "--universal") == "delta==1.0 ; sys_platform == 'win32'\n"


def test_universal_result_is_for_every_patch_of_the_interpreter(cli: Cli) -> None:
    major, minor = sys.version_info[:2]
    cli.write("requirements.in", f"delta; python_full_version < '{major}.{minor}.1'\n")

    text = compiled(cli, "--no-annotate", "--universal")
    later = compiled(cli, "--no-annotate", "--universal", "--python-version", f"{major}.{minor}.1")

    assert text == f"delta==1.0 ; python_full_version < '{major}.{minor}.1'\n"
    assert later == ""


def test_markers_of_one_machine_are_kept_where_asked_for(cli: Cli) -> None:
    cli.write("requirements.in", "delta; sys_platform == 'linux' or sys_platform == 'darwin'\n")

    text = compiled(cli, "--no-annotate", "--no-strip-markers", "--python-platform", "linux")

    assert text == "delta==1.0 ; sys_platform == 'darwin' or sys_platform == 'linux'\n"


def test_omitted_projects_are_listed_at_the_end(cli: Cli) -> None:
    cli.write("requirements.in", "beta\n")

    text = compiled(cli, "--no-annotate", "--unsafe-package", "alpha")

    assert text == "beta==2.0\n\n# The following packages were excluded from the output:\n# alpha\n"


def test_options_are_repeated_before_the_pins(cli: Cli, index: IndexServer) -> None:
    cli.write("requirements.in", "delta\n")
    cli.write("links/readme", "")

    text = compiled(
        cli, "--no-annotate", "--emit-index-url", "--emit-find-links", "--emit-build-options", "-f", "./links",
        "--no-binary", "alpha", "--emit-index-annotation",
    )  # fmt: skip

    assert text == (
        f"--index-url {index.url}\n--find-links ./links\n--no-binary alpha\n\ndelta==1.0\n    # from {index.url}\n"
    )


def test_platform_and_version_of_another_machine_decide(cli: Cli) -> None:
    cli.write("requirements.in", "alpha; python_version < '3.9' and sys_platform == 'win32'\n")

    text = compiled(cli, "--no-annotate", "--python-version", "3.8", "--python-platform", "windows")

    assert text == "alpha==1.1\n"


def test_version_given_as_the_interpreter_is_the_one_to_pin_for(cli: Cli) -> None:
    cli.write("requirements.in", "alpha; python_version < '3.9'\n")

    text = compiled(cli, "--no-annotate", "-p", "3.8")

    assert text == "alpha==1.1\n"


def test_without_dependencies_only_what_is_named_is_pinned(cli: Cli) -> None:
    cli.write("requirements.in", "gamma\n")

    assert compiled(cli, "--no-annotate", "--no-deps") == "gamma==1.0\n"


# -- the header --------------------------------------------------------------------------------------------------------


def test_header_names_the_command_without_what_says_nothing(cli: Cli, index: IndexServer) -> None:
    cli.write("requirements.in", "delta\n")

    text = compiled(cli, "--default-index", index.url, "-U", "--no-annotate", header=True)

    assert text == (
        "# This file was autogenerated by uv via the following command:\n"
        "#    uvkit pip compile requirements.in --no-annotate\ndelta==1.0\n"
    )


def test_header_names_the_command_that_the_caller_gives(cli: Cli) -> None:
    cli.write("requirements.in", "delta\n")
    cli.set(UV_CUSTOM_COMPILE_COMMAND="make pins")

    text = compiled(cli, "--no-annotate", header=True)

    assert "#    make pins\n" in text


# -- the file ----------------------------------------------------------------------------------------------------------


def test_versions_of_the_file_are_kept(cli: Cli) -> None:
    cli.write("requirements.in", "beta\n")
    cli.write("out.txt", "alpha==1.0\nbeta==2.0\n")

    text = compiled(cli, "--no-annotate", "-o", "out.txt")

    assert text == "alpha==1.0\nbeta==2.0\n"
    assert (cli.folder / "out.txt").read_text() == text


@pytest.mark.parametrize("option", [("-U",), ("-P", "alpha")])
def test_upgrade_gives_versions_of_the_file_up(cli: Cli, option: tuple[str, ...]) -> None:
    cli.write("requirements.in", "beta\n")
    cli.write("out.txt", "alpha==1.0\nbeta==2.0\n")

    text = compiled(cli, "--no-annotate", "-o", "out.txt", *option)

    assert text == "alpha==1.1\nbeta==2.0\n"


def test_prerelease_of_the_file_is_kept(cli: Cli) -> None:
    cli.write("requirements.in", "alpha\n")
    cli.write("out.txt", "alpha==2.0a1\n")

    assert compiled(cli, "--no-annotate", "-o", "out.txt") == "alpha==2.0a1\n"


def test_hashes_of_every_file_are_written(cli: Cli, index: IndexServer) -> None:
    cli.write("requirements.in", "delta\n")

    text = compiled(cli, "--no-annotate", "--generate-hashes")

    digests = sorted(one.hashes["sha256"] for one in index.files["delta"].values())
    assert text == f"delta==1.0 \\\n    --hash=sha256:{digests[0]} \\\n    --hash=sha256:{digests[1]}\n"


def test_hashes_of_the_file_are_kept_with_their_version(cli: Cli) -> None:
    cli.write("requirements.in", "delta\n")
    cli.write("out.txt", f"delta==1.0 --hash=sha256:{'a' * 64}\n")

    text = compiled(cli, "--no-annotate", "--generate-hashes", "-o", "out.txt")

    assert text == f"delta==1.0 \\\n    --hash=sha256:{'a' * 64}\n"


def test_quiet_run_with_a_file_prints_nothing(cli: Cli) -> None:
    cli.write("requirements.in", "delta\n")

    output = cli("pip", "compile", "-q", "requirements.in", "-o", "out.txt")

    assert (output.out, output.err) == ("", "")
    assert "delta==1.0" in (cli.folder / "out.txt").read_text()


def test_lock_of_pep_751_is_written_by_its_name(cli: Cli) -> None:
    cli.write("requirements.in", "beta\n")

    cli("pip", "compile", "requirements.in", "-o", "pylock.toml")

    document = tomllib.loads((cli.folder / "pylock.toml").read_text())
    assert [(one["name"], one["version"]) for one in document["packages"]] == [("alpha", "1.1"), ("beta", "2.0")]


def test_lock_for_one_machine_has_the_files_that_it_can_use(cli: Cli, tmp_path: Path) -> None:
    with IndexServer(tmp_path / "index") as server:
        for tag in ("cp312-cp312-win_amd64", "cp312-cp312-manylinux_2_17_x86_64", "py3-none-any"):
            server.add(Distribution(name="native", version="1.0", tag=tag))
        cli.set(UV_DEFAULT_INDEX=server.url)
        cli.write("requirements.in", "native\n")
        machine = ("--python-version", "3.12", "--python-platform", "linux")

        for name, words in (("one", machine), ("all", ("--universal",)), ("none", (*machine, "--no-binary", "native"))):
            cli.run("pip", "compile", "requirements.in", "-o", f"pylock.{name}.toml", *words)

    def tags(name: str) -> list[str]:
        (package,) = tomllib.loads((cli.folder / f"pylock.{name}.toml").read_text())["packages"]
        return [wheel["url"].rpartition("-")[2] for wheel in package.get("wheels", ())]

    assert tags("one") == ["manylinux_2_17_x86_64.whl", "any.whl"]
    assert tags("all") == ["manylinux_2_17_x86_64.whl", "win_amd64.whl", "any.whl"]
    assert not (cli.folder / "pylock.none.toml").exists()


def test_compiled_file_with_hashes_installs(cli: Cli) -> None:
    cli.write("requirements.in", "gamma\n")
    cli("pip", "compile", "requirements.in", "--generate-hashes", "-o", "requirements.txt")
    cli("venv")

    cli("pip", "sync", "requirements.txt", "--require-hashes")

    assert cli("pip", "freeze").out == "alpha==1.1\nbeta==2.0\ngamma==1.0\n"


# -- direct references -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["./local", "local-x @ ./local", "./local/../local"])
def test_path_is_written_as_its_author_wrote_it(cli: Cli, written: str) -> None:
    cli.write("local/pyproject.toml", '[project]\nname = "local-x"\nversion = "3"\ndependencies = ["delta"]\n')
    cli.write("requirements.in", f"{written}\n")

    text = compiled(cli, "--no-annotate")

    assert text == f"delta==1.0\n{written.rpartition(' @ ')[2]}\n"


def test_variable_in_a_path_stays(cli: Cli) -> None:
    cli.write("local/pyproject.toml", '[project]\nname = "local-x"\nversion = "3"\n')
    cli.write("requirements.in", "${WHERE}/local\n")
    cli.set(WHERE=str(cli.folder))

    assert compiled(cli, "--no-annotate") == "${WHERE}/local\n"


def test_editable_comes_first_and_has_no_marker(cli: Cli) -> None:
    cli.write("local/pyproject.toml", '[project]\nname = "local-x"\nversion = "3"\ndependencies = ["delta"]\n')
    cli.write("requirements.in", "-e ./local ; sys_platform == 'linux'\n")

    text = compiled(cli, "--no-annotate", "--universal")

    assert text == "-e ./local\ndelta==1.0 ; sys_platform == 'linux'\n"


# -- settings ----------------------------------------------------------------------------------------------------------


def test_tables_give_defaults_that_options_overrule(cli: Cli) -> None:
    cli.write("requirements.in", "gamma[more]\n")
    cli.write("uv.toml", "[pip]\nno-header = true\nno-annotate = true\nno-strip-extras = true\nuniversal = true\n")

    by_table = cli("pip", "compile", "requirements.in").out
    by_option = cli("pip", "compile", "requirements.in", "--strip-extras").out

    assert "gamma[more]==1.0\n" in by_table
    assert "gamma==1.0\n" in by_option


def test_table_names_the_file_and_the_version(cli: Cli) -> None:
    cli.write("requirements.in", "alpha; python_version < '3.9'\n")
    cli.write("uv.toml", '[pip]\noutput-file = "out.txt"\npython-version = "3.8"\nno-emit-package = ["delta"]\n')

    cli("pip", "compile", "requirements.in", "-q")

    assert "alpha==1.1\n" in (cli.folder / "out.txt").read_text()


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_no_source_is_a_usage_error(cli: Cli) -> None:
    output = cli("pip", "compile", status=2)

    assert "name at least one source" in output.err


def test_missing_python_is_a_warning(cli: Cli) -> None:
    cli.write("requirements.in", "delta\n")

    output = cli("pip", "compile", "requirements.in", "--python-version", "3.99")

    assert "The requested Python version 3.99 is not available; 3.X.Y will be used" in output.err


def test_json_is_the_result(cli: Cli) -> None:
    cli.write("requirements.in", "delta\n")

    result = json.loads(cli("pip", "compile", "requirements.in", "--json").out)

    assert result["packages"] == [{"name": "delta", "version": "1.0"}]
    assert result["text"].endswith("delta==1.0\n    # via -r requirements.in\n")


def test_setup_py_is_asked_in_the_environment_itself_where_builds_are_not_isolated(cli: Cli) -> None:
    cli.write("setup.cfg", "[metadata]\nname = demo\n")
    cli.write(
        "pyproject.toml",
        '[build-system]\nrequires = ["nowhere"]\nbuild-backend = "own"\nbackend-path = ["."]\n',
    )
    cli.write(
        "own.py",
        "import pathlib\n\n\ndef prepare_metadata_for_build_wheel(folder, settings=None):\n"
        "    info = pathlib.Path(folder) / 'demo-1.dist-info'\n    info.mkdir()\n"
        "    text = 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\nRequires-Dist: delta\\n'\n"
        "    (info / 'METADATA').write_text(text)\n"
        "    return info.name\n",
    )

    text = cli("pip", "compile", "setup.cfg", "--no-header", "--no-build-isolation").out

    assert text == "delta==1.0\n    # via demo (setup.cfg)\n"
