"""Settings as a value: merging, origins, fingerprints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.environment import InstallOptions
from uvkit.model import Upgrade, project_name
from uvkit.net import NetworkOptions
from uvkit.resolver import ResolverOptions
from uvkit.settings import BuildOptions, Concurrency, IndexConfig, Settings

A, B = project_name("a"), project_name("b")


def index(name: str, *, default: bool = False) -> IndexConfig:
    return IndexConfig(url=f"https://{name}.example/", name=name, default=default)


def test_defaults_are_those_of_the_parts() -> None:
    settings = Settings()

    assert settings.network == NetworkOptions()
    assert settings.resolver == ResolverOptions()
    assert settings.install == InstallOptions()
    assert settings.build == BuildOptions()
    assert settings.concurrency == Concurrency()
    assert dict(settings.explicit()) == {}


def test_plain_value_of_the_other_replaces() -> None:
    low = Settings.from_fields({"resolver.prerelease": "allow", "resolver.strategy": "lowest", "python": "3.11"})
    high = Settings.from_fields({"resolver.prerelease": "disallow", "no_index": True})

    merged = low.merged(high)

    assert merged.resolver == ResolverOptions(prerelease="disallow", strategy="lowest")
    assert (merged.python, merged.no_index) == ("3.11", True)


def test_value_that_was_set_to_its_default_wins_too() -> None:
    low = Settings.from_fields({"resolver.prerelease": "allow", "network.offline": True})
    high = Settings.from_fields({"resolver.prerelease": "if-necessary", "network.offline": False})

    merged = low.merged(high)

    assert merged.resolver.prerelease == "if-necessary"
    assert not merged.network.offline


def test_value_that_nobody_set_does_not_win() -> None:
    low = Settings.from_fields({"resolver.prerelease": "allow"})

    assert low.merged(Settings()).resolver.prerelease == "allow"


def test_values_of_the_constructor_count_as_set() -> None:
    merged = Settings.from_fields({"resolver.prerelease": "allow"}).merged(
        Settings(resolver=ResolverOptions(strategy="lowest"), cache_dir=Path("c"))
    )

    assert merged.resolver == ResolverOptions(prerelease="allow", strategy="lowest")
    assert merged.cache_dir == Path("c")
    assert merged.origin("resolver.strategy") == "argument"


def test_tables_are_joined_by_key_and_sets_united() -> None:
    low = Settings.from_fields(
        {
            "build.config_settings": {"x": "low", "y": "low"},
            "install.reinstall": frozenset({A}),
            "network.insecure_hosts": frozenset({"one"}),
            "network.no_proxy": ("one",),
        }
    )
    high = Settings.from_fields(
        {
            "build.config_settings": {"x": "high"},
            "install.reinstall": frozenset({B}),
            "network.insecure_hosts": frozenset({"two"}),
            "network.no_proxy": ("two",),
        }
    )

    merged = low.merged(high)

    assert merged.build.config_settings == {"x": "high", "y": "low"}
    assert merged.install.reinstall == {A, B}
    assert merged.network.insecure_hosts == {"one", "two"}
    assert merged.network.no_proxy == ("two", "one")


@pytest.mark.parametrize(
    ("low", "high", "result"),
    [
        (frozenset({A}), "all", "all"),
        ("all", frozenset({A}), "all"),
        ("all", frozenset(), frozenset()),
    ],
)
def test_all_projects_stay_all_unless_switched_off(low: object, high: object, result: object) -> None:
    merged = Settings.from_fields({"resolver.no_build": low}).merged(Settings.from_fields({"resolver.no_build": high}))

    assert merged.resolver.no_build == result


def test_upgrades_are_united() -> None:
    merged = Settings(upgrade=Upgrade.only("a<2")).merged(Settings(upgrade=Upgrade.only("b")))

    assert merged.upgrade.projects == {A, B}
    assert list(merged.upgrade.limits) == [A]


def test_indexes_of_the_other_come_first_and_the_default_last() -> None:
    low = Settings(indexes=(index("a"), index("b", default=True)))
    high = Settings(indexes=(index("c"), index("d", default=True)))

    assert [one.name for one in low.merged(high).indexes] == ["c", "a", "d"]


def test_index_of_the_same_name_is_hidden() -> None:
    other = IndexConfig(url="https://other.example/", name="a")

    merged = Settings(indexes=(index("a"), index("b"))).merged(Settings(indexes=(other,)))

    assert [one.url for one in merged.indexes] == ["https://other.example/", "https://b.example/"]


def test_same_index_is_kept_once() -> None:
    plain = IndexConfig(url="https://a.example/")

    assert Settings(indexes=(plain,)).merged(Settings(indexes=(plain,))).indexes == (plain,)


def test_links_are_joined_and_kept_once() -> None:
    one, two = (IndexConfig(url=name, layout="flat", cache_control={"api": "x"}) for name in ("one", "two"))

    assert Settings(find_links=(one, two)).merged(Settings(find_links=(two,))).find_links == (two, one)


def test_origin_is_known_for_every_field() -> None:
    settings = Settings.from_fields({"resolver.prerelease": "allow"}, {"resolver.prerelease": "`prerelease` in `x`"})

    assert settings.origin("resolver.prerelease") == "`prerelease` in `x`"
    assert settings.origin("resolver.strategy") == "default"
    assert settings.origin("no_index") == "default"
    assert Settings(no_index=True).origin("no_index") == "argument"
    with pytest.raises(KeyError):
        settings.origin("resolver.nope")


def test_origin_follows_a_merge() -> None:
    low = Settings.from_fields({"no_index": True, "python": "3.11"}, {"no_index": "low", "python": "low"})
    high = Settings.from_fields({"python": "3.12"}, {"python": "high"})

    merged = low.merged(high)

    assert (merged.origin("no_index"), merged.origin("python")) == ("low", "high")


def test_fingerprint_depends_on_values_and_not_on_origins() -> None:
    one = Settings.from_fields({"python": "3.11"}, {"python": "x"})
    two = Settings.from_fields({"python": "3.11"}, {"python": "y"})
    three = Settings.from_fields({"python": "3.12"})

    assert one.fingerprint == two.fingerprint
    assert one.fingerprint != three.fingerprint
    assert one == two


def test_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "from uvkit.settings import Settings;"
        "print(Settings.from_fields({'network.insecure_hosts': frozenset('abcdef'), "
        "'resolver.no_build': frozenset('xyz'), 'build.config_settings': {'a': ('b', 'c')}}).fingerprint)"
    )

    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(answers) == 1


def test_secrets_do_not_show() -> None:
    secret = IndexConfig(url="https://u:secret@a.example/", username="me", password="hidden")

    text = repr(Settings(indexes=(secret,)))

    assert "secret" not in text
    assert "hidden" not in text
