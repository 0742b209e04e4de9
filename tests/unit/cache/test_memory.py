from __future__ import annotations

from uvkit.cache.memory import Memory


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    memory: Memory[int] = Memory(3)
    for number, key in enumerate("abc"):
        memory.put(key, number)
    memory.get("a")

    memory.put("d", 3)

    assert [memory.get(key) for key in "abcd"] == [0, None, 2, 3]


def test_weights_count() -> None:
    memory: Memory[str] = Memory(10)
    memory.put("small", "s", 4)
    memory.put("large", "l", 8)

    assert memory.get("small") is None
    assert memory.get("large") == "l"
    memory.put("large", "now small", 2)
    memory.put("small", "s", 8)
    assert memory.get("large") == "now small"


def test_single_value_beyond_the_limit_is_kept() -> None:
    memory: Memory[str] = Memory(10)

    memory.put("huge", "h", 100)

    assert memory.get("huge") == "h"


def test_dropped_values_free_their_weight() -> None:
    memory: Memory[int] = Memory(2)
    memory.put("a", 1, 2)
    memory.drop("a")
    memory.drop("missing")
    memory.put("b", 2)
    memory.put("c", 3)

    assert [memory.get(key) for key in "abc"] == [None, 2, 3]
    memory.clear()
    assert memory.get("b") is None
