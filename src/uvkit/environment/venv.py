"""Create virtual environments (PEP 405) in process.

Guarantees: a new environment appears whole under its name or not at all; nothing is deleted before its replacement
stands; a folder that is no environment is never cleared unless forced; a symbolic link is replaced, never followed, by
what deletes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from uvkit.errors import BrokenInterpreterError, InvalidEnvironmentError, StorageError, TransactionError
from uvkit.formats import dump_pyvenv_cfg
from uvkit.fs import remove_tree
from uvkit.python import Interpreter
from uvkit.version import __version__

from .activate import activation_scripts
from .leftovers import claimed, creating, new_sibling, sibling, sweep
from .shells import Activation

Existing: TypeAlias = Literal["error", "reuse", "replace", "allow"]

# https://bford.info/cachedir/: backup programs leave such folders out.
_CACHEDIR_TAG = b"Signature: 8a477f597d28d172789f06886806bc55"


@dataclass(frozen=True, slots=True, kw_only=True)
class VenvOptions:
    """What a new environment is like.

    ``seed`` is recorded for the verb that installs pip; ``relocatable`` environments may be moved.
    """

    prompt: str | None = None
    system_site_packages: bool = False
    relocatable: bool = False
    seed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything a new environment consists of; paths are relative, with forward slashes, parents first."""

    folders: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    copies: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]


def layout_of(location: str, interpreter: Interpreter, options: VenvOptions) -> Layout:
    """Return the layout of an environment that is going to live at an absolute path.

    Raises:
        ValueError: a path or the prompt cannot be written to ``pyvenv.cfg``.
    """
    windows = interpreter.facts["markers"]["os_name"] == "nt"
    scheme = interpreter.facts["scheme"]
    scripts = scheme["scripts"]
    prompt = options.prompt
    if prompt is None and os.path.basename(location) == ".venv":
        prompt = os.path.basename(os.path.dirname(location)) or None
    elif prompt == ".":
        # As the standard library has it: the folder in which the environment is made, wherever it is going to be.
        prompt = os.path.basename(os.getcwd()) or None
    activation = Activation(
        location=None if options.relocatable else location,
        scripts=scripts,
        purelib=os.path.relpath(scheme["purelib"], scripts).replace(os.sep, "/"),
        prompt=prompt,
        windows=windows,
    )
    links: tuple[tuple[str, str], ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    if windows:
        copies = tuple((source, f"{scripts}/{name}") for source, name in windows_executables(interpreter))
    else:
        first, *others = executable_names(interpreter)
        links = (
            (f"{scripts}/{first}", str(interpreter.base_executable)),
            *((f"{scripts}/{name}", first) for name in others),
        )
        if interpreter.facts["pointer_size"] == 8 and interpreter.facts["markers"]["sys_platform"] != "darwin":
            # Some distributors' interpreters look for extension modules here; the standard library links it likewise.
            links = (*links, ("lib64", "lib"))
    folders = _parents(scripts, scheme["purelib"], *(() if windows else ("lib",)))
    files = (
        ("pyvenv.cfg", _config(interpreter, options, prompt).encode("utf-8", "surrogateescape")),
        (".gitignore", b"*"),
        ("CACHEDIR.TAG", _CACHEDIR_TAG),
        *((f"{scripts}/{name}", content) for name, content in activation_scripts(activation)),
    )
    return Layout(folders=folders, links=links, copies=copies, files=files)


def executable_names(interpreter: Interpreter) -> tuple[str, ...]:
    """Return the names an environment's interpreter has on systems with symbolic links."""
    major, minor = interpreter.pair
    names = ["python", f"python{major}", f"python{major}.{minor}"]
    if interpreter.free_threaded:
        names.append(f"python{major}.{minor}t")
    implementation = interpreter.implementation
    if implementation == "pypy":
        names += [f"python{major}.{minor}", "pypy", f"pypy{major}", f"pypy{major}.{minor}"]
    elif implementation != "cpython":
        names.append(implementation)
    return tuple(dict.fromkeys(names))


def windows_executables(interpreter: Interpreter) -> tuple[tuple[str, str], ...]:
    """Return what to copy under which name on Windows: small programs that start the base named in ``pyvenv.cfg``.

    An embeddable distribution has none of them; its interpreter is copied with the libraries beside it.

    Raises:
        BrokenInterpreterError: the installation has neither.
    """
    stdlib = interpreter.facts["paths"].get("stdlib", "")
    folder = os.path.join(stdlib, "venv", "scripts", "nt")
    threads = "t" if interpreter.free_threaded else ""
    debug = "_d" if interpreter.debug else ""
    found: list[tuple[str, str]] = []
    for name, launcher in (("python", "venvlauncher"), ("pythonw", "venvwlauncher")):
        # Until Python 3.12 the programs already have their final names.
        for source in (f"{launcher}{threads}{debug}.exe", f"{name}{debug}.exe"):
            path = os.path.join(folder, source)
            if os.path.isfile(path):
                found.append((path, f"{name}.exe"))
                break
    if found:
        return tuple(found)
    home = os.path.dirname(interpreter.base_executable)
    try:
        beside = sorted(os.listdir(home))
    except OSError as error:
        raise BrokenInterpreterError(
            executable=interpreter.executable, reason=f"`{home}` cannot be read: {error.strerror}"
        ) from error
    wanted = [
        name
        for name in beside
        if name.lower() in {"python.exe", "pythonw.exe"}
        or (name.lower().endswith(".dll") and name.lower().startswith(("python", "vcruntime")))
    ]
    if not any(name.lower() == "python.exe" for name in wanted):
        raise BrokenInterpreterError(
            executable=interpreter.executable, reason="it has no launcher that a virtual environment could use"
        )
    return tuple((os.path.join(home, name), name) for name in wanted)


def create_environment(
    path: str | os.PathLike[str],
    interpreter: Interpreter,
    options: VenvOptions = VenvOptions(),
    *,
    existing: Existing = "error",
    force: bool = False,
) -> Path:
    """Create a virtual environment and return its absolute path.

    ``existing`` says what to do with an environment that is there: ``error``; ``replace`` it by a new one; ``allow``
    writes the new one's files over it and keeps the rest, also in a folder that is none. (``reuse`` is a decision that
    needs the environment read, so :meth:`Environment.create` takes it.) ``force`` lets ``replace`` clear any folder.

    Raises:
        InvalidEnvironmentError: something else is in the way, or the path cannot be an environment's.
        TransactionError: the files could not be written.
    """
    location = os.path.abspath(path)
    try:
        layout = layout_of(location, interpreter, options)
    except ValueError as error:
        raise InvalidEnvironmentError(path=Path(location), reason=str(error)) from error
    with creating(location):
        _create(location, layout, existing=existing, force=force)
    return Path(location)


def _create(location: str, layout: Layout, *, existing: Existing, force: bool) -> None:
    state = _state(location)
    _refuse(location, state, existing, force=force)
    sweep(location)
    try:
        if state == "missing":
            os.makedirs(os.path.dirname(location), exist_ok=True)
            _swap_in(location, layout)
        elif existing == "replace" and state != "empty":
            _replace(location, layout)
        else:
            _write_into(location, layout, clean=state == "empty")
    except OSError as error:
        raise TransactionError(
            path=Path(location),
            step="creating it",
            reason=error.strerror or str(error),
            rolled_back=state in {"missing", "empty"} or existing == "replace",
        ) from error
    except StorageError as error:
        raise TransactionError(
            path=error.path, step="removing what was replaced", reason=error.reason, rolled_back=False
        ) from error


_State: TypeAlias = Literal["missing", "empty", "environment", "folder", "file", "dangling"]


def _state(location: str) -> _State:
    if not os.path.lexists(location):
        return "missing"
    if not os.path.exists(location):
        return "dangling"
    if not os.path.isdir(location):
        return "file"
    if os.path.isfile(os.path.join(location, "pyvenv.cfg")):
        return "environment"
    with os.scandir(location) as entries:
        return "empty" if next(entries, None) is None else "folder"


def _refuse(location: str, state: _State, existing: Existing, *, force: bool) -> None:
    reason = None
    advice: tuple[str, ...] = ()
    if state == "file":
        reason = "it is a file"
    elif state == "dangling" and existing != "replace":
        reason = f"it links to `{os.path.realpath(location)}`, which does not exist"
    elif state == "environment" and existing == "error":
        reason = "there is an environment already"
        advice = ("replace it with `--clear` (`existing='replace'`), or keep it with `--allow-existing`",)
    elif state == "folder" and existing != "allow" and not (existing == "replace" and force):
        reason = "there is a folder that is not a virtual environment"
        advice = ("choose another path, or empty the folder with `--clear --force` (`force=True`)",)
    if reason is not None:
        raise InvalidEnvironmentError(path=Path(location), reason=reason, advice=advice)


def _swap_in(location: str, layout: Layout) -> None:
    with _staged(location, layout) as staging:
        os.rename(staging, location)


@contextmanager
def _staged(location: str, layout: Layout) -> Iterator[str]:
    """Write the environment beside the place it is meant for; what is not moved there by the end of the block goes."""
    with ExitStack() as stack:
        with new_sibling(location) as staging:
            stack.callback(remove_tree, staging)
            _write(staging, layout)
        yield staging


def _replace(location: str, layout: Layout) -> None:
    if not _exchange_whole(location, layout):
        _exchange_contents(location, layout)


def _exchange_whole(location: str, layout: Layout) -> bool:
    """Put the new environment in the place of the old one by two renames, and tell whether that is possible here."""
    with ExitStack() as stack:
        try:
            staging = stack.enter_context(_staged(location, layout))
        except PermissionError:
            return False
        stack.enter_context(claimed(location))
        old = sibling(location, "old")
        try:
            os.rename(location, old)
        except OSError:
            return False
        try:
            os.rename(staging, location)
        except BaseException:
            os.rename(old, location)
            raise
        remove_tree(old)
    return True


def _exchange_contents(location: str, layout: Layout) -> None:
    """Replace what is inside a folder that cannot itself be renamed: a mount point, or one in a protected folder.

    Raises:
        TransactionError: the old environment is gone and the new one is not complete.
    """
    try:
        _clear(location)
        _write(location, layout)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TransactionError(
            path=Path(location), step="exchanging its contents", reason=reason, rolled_back=False
        ) from error


def _write_into(location: str, layout: Layout, *, clean: bool) -> None:
    try:
        _write(location, layout)
    except BaseException:
        if clean:
            _clear(location)
        raise


def _write(root: str, layout: Layout) -> None:
    for folder in layout.folders:
        try:
            os.mkdir(f"{root}/{folder}")
        except FileExistsError:
            pass
    for name, content in layout.files:
        _write_file(f"{root}/{name}", content)
    for name, target in layout.links:
        _link(f"{root}/{name}", target)
    if layout.copies:
        import shutil

        for source, name in layout.copies:
            shutil.copyfile(source, f"{root}/{name}")


def _write_file(path: str, content: bytes) -> None:
    # A file that is there may be a link, or linked from elsewhere: it is replaced, not written through.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileExistsError:
        if os.path.basename(path) == ".gitignore":
            return
        os.unlink(path)
        descriptor = os.open(path, flags, 0o666)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)


def _link(path: str, target: str) -> None:
    try:
        os.symlink(target, path)
    except FileExistsError:
        if os.path.isdir(path) and not os.path.islink(path):
            return  # `lib64` as a folder of its own
        os.unlink(path)
        os.symlink(target, path)


def _clear(folder: str) -> None:
    with os.scandir(folder) as entries:
        names = [entry.path for entry in entries]
    for name in names:
        remove_tree(name)


def _parents(*folders: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parent for folder in folders for parent in _with_parents(folder)))


def _with_parents(folder: str) -> Iterator[str]:
    parts = folder.split("/")
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


def _config(interpreter: Interpreter, options: VenvOptions, prompt: str | None) -> str:
    values = {
        "home": os.path.dirname(interpreter.base_executable),
        "implementation": interpreter.implementation_title,
        "uvkit": __version__,
        "version_info": _version(interpreter),
        "include-system-site-packages": "true" if options.system_site_packages else "false",
    }
    if options.relocatable:
        values["relocatable"] = "true"
    if options.seed:
        values["seed"] = "true"
    if prompt is not None:
        values["prompt"] = prompt
    return dump_pyvenv_cfg(values)


def _version(interpreter: Interpreter) -> str:
    """Return the version that the environment is made for: any patch, if it is made from the link of a minor one."""
    from uvkit.python import PythonKey

    folder = os.path.dirname(os.path.dirname(interpreter.base_executable))
    key = PythonKey.parse(os.path.basename(folder))
    if key is not None and len(key.release) == 2 and os.path.islink(folder):
        return key.version
    return interpreter.full_version.partition("+")[0]
