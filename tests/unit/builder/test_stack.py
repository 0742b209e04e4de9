from __future__ import annotations

import pytest

from uvkit.builder.stack import building
from uvkit.errors import BuildCycleError
from uvkit.runtime import Pool


def test_building_what_is_being_built_is_a_cycle_even_in_a_worker() -> None:
    def build(key: str) -> None:
        with building(key, f"{key}-1.0"):
            pass

    with Pool(1) as pool, building("a", "a-1.0"), building("b", "b-1.0"):
        _, failures = pool.map(build, ["a"])

    (error,) = failures
    assert isinstance(error, BuildCycleError)
    assert error.chain == ("a-1.0", "b-1.0", "a-1.0")


def test_building_the_same_twice_in_a_row_is_no_cycle() -> None:
    for _ in range(2):
        with building("a", "a-1.0"):
            pass

    with pytest.raises(BuildCycleError), building("a", "a"), building("a", "a"):
        pass
    with building("a", "a"):
        pass
