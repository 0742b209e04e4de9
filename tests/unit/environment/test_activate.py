from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from uvkit.environment import VenvOptions, create_environment
from uvkit.environment.shells import Activation, batch, csh, fish, nushell, posix, powershell
from uvkit.python import running

# Everything a shell could take for its own.
ODD_NAMES = (
    "plain",
    "with space",
    "it's",
    'quo"ted',
    "do$HOME",
    "$(touch owned)",
    "`touch owned`",
    "back\\slash",
    "per%cent%n",
    "ex!clam!!",
    "semi;colon&and|pipe",
    "(paren)[bracket]{brace}*",
    "ünï",
)
# Not the default one, which the start-up files of some distributors replace.
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
BOURNE = ("sh", "dash", "bash", "zsh", "ksh", "mksh")
REPORT = """\
printf '%s\\n' "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT"
python -c 'import sys; print(sys.prefix)'
deactivate
printf '%s\\n' "${VIRTUAL_ENV-unset}" "${VIRTUAL_ENV_PROMPT-unset}" "$PATH"
"""


def shell_or_skip(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture
def make_environment(tmp_path: Path) -> Callable[..., Path]:
    interpreter = running()
    assert interpreter is not None

    def make(name: str, **options: object) -> Path:
        return create_environment(tmp_path / name, interpreter, VenvOptions(**options))  # type: ignore[arg-type]

    return make


def run_shell(argv: list[str], script: str, *, directory: Path, **variables: str) -> list[str]:
    environment = {"PATH": SYSTEM_PATH, "HOME": str(directory), "TERM": "dumb", "LC_ALL": "C.UTF-8", **variables}
    path = directory / "script"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [*argv, str(path)], cwd=directory, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    assert not (directory / "owned").exists(), "the name was run as a command"
    return done.stdout.splitlines()


def single_quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("shell", BOURNE)
def test_bourne_shells_enter_and_leave(
    shell: str, name: str, make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_environment(name)

    lines = run_shell(
        [shell_or_skip(shell)], f". {single_quoted(path / 'bin' / 'activate')}\n{REPORT}", directory=tmp_path
    )

    assert lines == [str(path), name, str(path), "unset", "unset", SYSTEM_PATH]


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("shell", ["bash", "zsh", "ksh"])
def test_a_moved_relocatable_environment_is_entered_where_it_is(
    shell: str, name: str, make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    shell_path = shell_or_skip(shell)
    moved = make_environment("before", relocatable=True).rename(tmp_path / name)

    lines = run_shell([shell_path], f". {single_quoted(moved / 'bin' / 'activate')}\n{REPORT}", directory=tmp_path)

    assert lines == [str(moved), name, str(moved), "unset", "unset", SYSTEM_PATH]


def test_a_shell_that_cannot_find_a_relocatable_environment_says_so(
    make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_environment("moves", relocatable=True)

    done = subprocess.run(
        [shell_or_skip("dash"), "-c", f". {path}/bin/activate"], capture_output=True, text=True, cwd=tmp_path
    )

    assert done.returncode == 1
    assert "use bash, zsh or ksh" in done.stderr


@pytest.mark.parametrize("name", ODD_NAMES)
def test_bash_shows_the_name_in_its_prompt(name: str, make_environment: Callable[..., Path], tmp_path: Path) -> None:
    path = make_environment(name)

    lines = run_shell(
        [shell_or_skip("bash")],
        f"PS1='> '\n. {single_quoted(path / 'bin' / 'activate')}\n"
        "printf '%s\\n' \"${PS1@P}\"\ndeactivate\nprintf '%s\\n' \"${PS1@P}\"\n",
        directory=tmp_path,
    )

    assert lines == [f"({name}) > ", "> "]


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("option", ["prompt_subst", "no_prompt_subst"])
def test_zsh_shows_the_name_in_its_prompt(
    option: str, name: str, make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_environment(name)

    lines = run_shell(
        [shell_or_skip("zsh"), "-f"],
        f"setopt {option}\nPS1='> '\n. {single_quoted(path / 'bin' / 'activate')}\nprint -r -- \"${{(%%)PS1}}\"\n",
        directory=tmp_path,
    )

    assert lines == [f"({name}) > "]


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_the_prompt_stays_when_asked_to(shell: str, make_environment: Callable[..., Path], tmp_path: Path) -> None:
    path = make_environment("quiet")

    lines = run_shell(
        [shell_or_skip(shell)],
        f"PS1='> '\n. {path}/bin/activate\nprintf '%s\\n' \"$PS1\"\n",
        directory=tmp_path,
        VIRTUAL_ENV_DISABLE_PROMPT="1",
    )

    assert lines == ["> "]


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
def test_strict_shells_accept_the_script(shell: str, make_environment: Callable[..., Path], tmp_path: Path) -> None:
    path = make_environment("strict")

    lines = run_shell(
        [shell_or_skip(shell)],
        f"set -eu\nunset PS1\n. {path}/bin/activate\ndeactivate\necho fine\n",
        directory=tmp_path,
    )

    assert lines == ["fine"]


def test_python_home_comes_back(make_environment: Callable[..., Path], tmp_path: Path) -> None:
    path = make_environment("home")

    lines = run_shell(
        [shell_or_skip("sh")],
        f'. {path}/bin/activate\necho "${{PYTHONHOME-unset}}"\ndeactivate\necho "$PYTHONHOME"\n',
        directory=tmp_path,
        PYTHONHOME="/somewhere",
    )

    assert lines == ["unset", "/somewhere"]


def test_entering_a_second_environment_leaves_the_first(make_environment: Callable[..., Path], tmp_path: Path) -> None:
    first, second = make_environment("first"), make_environment("second")

    lines = run_shell(
        [shell_or_skip("bash")],
        f'. {first}/bin/activate\n. {second}/bin/activate\necho "$PATH"\ndeactivate\necho "$PATH"\n',
        directory=tmp_path,
    )

    assert lines == [f"{second}/bin:{SYSTEM_PATH}", SYSTEM_PATH]


def test_an_environment_of_the_standard_library_is_left_for_ours_and_ours_for_it(
    make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "theirs")], check=True)
    ours = make_environment("ours")

    lines = run_shell(
        [shell_or_skip("bash")],
        f'. theirs/bin/activate\n. {ours}/bin/activate\necho "$PATH"\n'
        '. theirs/bin/activate\necho "$PATH"\ndeactivate\necho "$PATH"\n',
        directory=tmp_path,
    )

    assert lines == [f"{ours}/bin:{SYSTEM_PATH}", f"{tmp_path}/theirs/bin:{SYSTEM_PATH}", SYSTEM_PATH]


@pytest.mark.parametrize("relocatable", [False, True])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_fish_enters_and_leaves(
    name: str, relocatable: bool, make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_environment(name, relocatable=relocatable)
    quoted = "'" + str(path / "bin" / "activate.fish").replace("\\", "\\\\").replace("'", "\\'") + "'"

    lines = run_shell(
        [shell_or_skip("fish"), "--no-config"],
        f"function fish_prompt; printf '> '; end\nsource {quoted}\n"
        "printf '%s\\n' $VIRTUAL_ENV $VIRTUAL_ENV_PROMPT\npython -c 'import sys; print(sys.prefix)'\n"
        "fish_prompt; echo\ndeactivate\nset -q VIRTUAL_ENV; or echo unset\nstring join : $PATH\nfish_prompt; echo\n",
        directory=tmp_path,
    )

    assert lines == [str(path), name, str(path), f"({name}) > ", "unset", SYSTEM_PATH, "> "]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_csh_enters_and_leaves(name: str, make_environment: Callable[..., Path], tmp_path: Path) -> None:
    shell = shell_or_skip("tcsh")
    path = make_environment(name)
    quoted = "'" + str(path / "bin" / "activate.csh").replace("'", "'\\''").replace("!", "\\!") + "'"

    lines = run_shell(
        [shell, "-f"],
        f"set prompt = '> '\nsource {quoted}\n"
        'printf "%s\\n" "$VIRTUAL_ENV:q" "$VIRTUAL_ENV_PROMPT:q"\npython -c \'import sys; print(sys.prefix)\'\n'
        'deactivate\nif ( ! $?VIRTUAL_ENV ) echo unset\necho "$PATH"\necho "$prompt"\n',
        directory=tmp_path,
    )

    assert lines == [str(path), name, str(path), "unset", SYSTEM_PATH, "> "]


def test_csh_gets_no_script_that_could_not_find_itself(make_environment: Callable[..., Path]) -> None:
    path = make_environment("moves", relocatable=True)

    assert not (path / "bin" / "activate.csh").exists()


@pytest.mark.parametrize("relocatable", [False, True])
@pytest.mark.parametrize("name", ["plain", "it's", 'quo"ted', "back\\slash"])
def test_xonsh_enters_and_leaves(
    name: str, relocatable: bool, make_environment: Callable[..., Path], tmp_path: Path
) -> None:
    shell = shell_or_skip("xonsh")
    path = make_environment(name, relocatable=relocatable)

    lines = run_shell(
        [shell, "--no-rc"],
        f"source @({str(path / 'bin' / 'activate.xsh')!r})\n"
        "print($VIRTUAL_ENV)\nprint($VIRTUAL_ENV_PROMPT)\nprint($PATH[0])\n"
        "deactivate\nprint('VIRTUAL_ENV' in ${...})\nprint(':'.join($PATH))\n",
        directory=tmp_path,
        XDG_DATA_HOME=str(tmp_path),
    )

    assert lines == [str(path), f"({name}) ", f"{path}/bin", "False", SYSTEM_PATH]


def test_activate_this_turns_a_running_interpreter(make_environment: Callable[..., Path], tmp_path: Path) -> None:
    path = make_environment("embedded")
    (site,) = path.glob("lib/python*/site-packages")
    (site / "only_there.py").write_text("", encoding="utf-8")
    script = str(path / "bin" / "activate_this.py")
    code = (
        f"path = {script!r}; exec(open(path).read(), {{'__file__': path}})\n"
        "import os, sys, only_there\n"
        "print(sys.prefix, os.environ['VIRTUAL_ENV'], os.environ['PATH'].split(os.pathsep)[0], sep='\\n')"
    )

    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert output.splitlines() == [str(path), str(path), str(path / "bin")]


@pytest.mark.parametrize(
    ("shell", "text", "expected"),
    [
        (nushell, 'a "b" \\ $c', '"a \\"b\\" \\\\ $c"'),
        (powershell, "it's \u2018odd\u2019 $x `y`", "'it''s \u2018\u2018odd\u2019\u2019 $x `y`'"),
        (batch, '50% "done"\n', "50%% 'done' "),
        (csh, "it's!\n", "'it'\\''s\\!\\\n'"),
        (fish, "it's \\ $x", "'it\\'s \\\\ $x'"),
    ],
)
def test_shells_that_are_rarely_installed_get_literal_words(shell: ModuleType, text: str, expected: str) -> None:
    assert shell.quote(text) == expected


def test_the_command_prompt_finds_its_labels_and_shows_dollars() -> None:
    texts = batch.scripts(
        Activation(location="C:\\env", scripts="Scripts", purelib="../Lib/site-packages", prompt="a$b", windows=True)
    )

    assert all("\r\n" in text and "\n" not in text.replace("\r\n", "") for text in texts.values())
    assert 'set "VIRTUAL_ENV_PROMPT=a$b"' in texts["activate.bat"]
    assert 'set "PROMPT=(a$$b) %PROMPT%"' in texts["activate.bat"]


def test_windows_shells_of_git_translate_the_path() -> None:
    activation = Activation(location="C:\\en'v", scripts="Scripts", purelib="", prompt=None, windows=True)

    text = posix.scripts(activation)["activate"]

    assert "VIRTUAL_ENV='C:\\en'\\''v'" in text
    assert 'VIRTUAL_ENV="$(cygpath -u "$VIRTUAL_ENV")"' in text
    assert 'PATH="$VIRTUAL_ENV/Scripts:$PATH"' in text
