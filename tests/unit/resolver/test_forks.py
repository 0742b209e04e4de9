"""How and why environments were divided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import Universal
from uvkit.resolver import Engine, ResolveRequest, ResolverOptions, solve
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]
ENGINES: tuple[Engine, ...] = ("resolvelib", "pubgrub")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_tree_tells_every_division_and_the_versions_that_differ(ask_universal: Ask, engine: Engine) -> None:
    source = MemorySource(
        {
            "numpy": {"1.26": {}, "2.3": {"requires-python": ">=3.12"}},
            "c": {"1": {}, "2": {}},
        }
    )
    request = ask_universal(
        "numpy",
        "c<2 ; sys_platform == 'win32'",
        "c>=2 ; sys_platform != 'win32'",
        requires_python=RequiresPython.parse(">=3.11"),
        options=ResolverOptions(engine=engine),
    )

    tree = solve(request, source).fork_tree

    assert tree is not None
    assert str(tree).splitlines() == [
        "all environments, divided because your requirements on `c` differ between environments",
        "  sys_platform == 'win32', divided because `numpy` 2.3 requires Python >=3.12",
        "    python_full_version >= '3.12': c 1, numpy 2.3",
        "    python_full_version < '3.12': c 1, numpy 1.26",
        "  sys_platform != 'win32', divided because `numpy` 2.3 requires Python >=3.12",
        "    python_full_version >= '3.12': c 2, numpy 2.3",
        "    python_full_version < '3.12': c 2, numpy 1.26",
    ]


def test_solved_forks_are_those_of_the_resolution(ask_universal: Ask) -> None:
    source = MemorySource({"a": {"1": {}, "2": {}}})

    resolution = solve(ask_universal("a<2 ; os_name == 'nt'", "a>=2 ; os_name != 'nt'"), source)

    assert resolution.fork_tree is not None
    assert tuple(one.marker for one in resolution.fork_tree.solved()) == resolution.forks


def test_environments_that_are_asked_for_are_told_as_such(ask_universal: Ask) -> None:
    environments = tuple(map(MarkerSet.parse, ("sys_platform == 'linux'", "sys_platform == 'win32'")))

    tree = solve(
        ask_universal("a", target=Universal(environments=environments)), MemorySource({"a": {"1": {}}})
    ).fork_tree

    assert str(tree) == (
        "all environments, divided because these environments are asked for\n"
        "  sys_platform == 'linux'\n  sys_platform == 'win32'"
    )


def test_an_answer_for_one_machine_has_no_tree(ask: Ask) -> None:
    assert solve(ask("a"), MemorySource({"a": {"1": {}}})).fork_tree is None


@pytest.mark.parametrize("options", [{"fork_strategy": "fewest"}, {"strategy": "lowest"}], ids=str)
def test_environments_of_old_pythons_come_first_where_forks_of_old_pythons_do(
    ask_universal: Ask, options: dict[str, Any]
) -> None:
    texts = ("python_version >= '3.12' and sys_platform == 'linux'", "python_version < '3.12'")
    target = Universal(environments=tuple(map(MarkerSet.parse, texts)))

    resolution = solve(
        ask_universal("a", target=target, options=ResolverOptions(**options)), MemorySource({"a": {"1": {}}})
    )

    assert [str(fork) for fork in resolution.forks] == [
        "python_full_version < '3.12'",
        "python_full_version >= '3.12' and sys_platform == 'linux'",
    ]
