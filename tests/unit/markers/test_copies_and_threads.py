"""Identity across copies, processes and threads; what is not used any more goes away."""

from __future__ import annotations

import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import or_
from threading import Barrier

import pytest

from uvkit.markers import IntractableMarkerError, MarkerSet, diagram

SAMPLES = [
    "",
    "python_version < '0'",
    "platform_release >= '20.1'",
    "platform_release == '20.1.0' and os_name != 'nt' or extra == 'a' and 'b' in extras and 'win' in sys_platform",
    "python_version in '3.9 3.11' or implementation_name == 'x'",
]


@pytest.mark.parametrize("text", SAMPLES)
def test_pickled_and_copied_sets_are_the_same_object(text: str) -> None:
    marker = MarkerSet.parse(text)

    assert pickle.loads(pickle.dumps(marker)) is marker
    assert copy.deepcopy(marker) is marker


def test_threads_that_work_at_once_get_the_same_objects() -> None:
    threads = 100
    start = Barrier(threads)

    def work(number: int) -> list[MarkerSet]:
        start.wait()
        # Texts differ in white space, so that every thread reads for itself.
        pad = " " * number
        made = [
            MarkerSet.parse(f"{pad}python_version >= '3.{minor}' and platform_machine == 'fresh{minor}'")
            for minor in range(5, 15)
        ]
        union = MarkerSet.nowhere()
        for marker in made:
            union |= marker
        return [*made, union, ~union, union - made[0], union.without_extras()]

    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(work, range(threads)))

    assert all(one is other for result in results for one, other in zip(result, results[0], strict=True))
    assert len({str(result[10]) for result in results}) == 1


def test_intractable_union_ends_in_an_error_and_gives_its_memory_back() -> None:
    pairs = [MarkerSet.parse(f"os_name in 'x{number}' and implementation_name in 'y{number}'") for number in range(60)]

    with pytest.raises(IntractableMarkerError, match="too many cases"):
        reduce(or_, pairs)

    gc.collect()
    assert len(diagram._table) < 50_000
    assert not pairs[0].is_disjoint(pairs[1])
    assert (pairs[0] - pairs[0]).is_empty()
