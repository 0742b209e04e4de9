"""Whether facts contradict each other, which of them are enough for that, and in which order it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, final

from uvkit.model import ProjectName

from .facts import Fact, Requires, Unusable
from .keys import Key

# Looking at so many requirements takes a few hundredths of a second, which is as long as an explanation may take.
_MOST_WORK: Final = 60_000
# A contradiction that shows only after so many cases is one that no reader follows either.
_MOST_CASES: Final = 200
# More requirements of one key on another are looked at one by one, not for what several ask together.
_MOST_TOGETHER: Final = 64


class Excluded(NamedTuple):
    """Versions of a key that have become impossible, and the project because of which."""

    key: Key
    versions: int
    because: ProjectName


class ExhaustedError(Exception):
    """The work that an explanation may take is done."""


@final
class Refuter:
    """Tries facts out. ``full`` says which versions there are of a key, ``base`` of what it is an extra or group."""

    def __init__(self, root: Key, *, full: Callable[[Key], int], base: Callable[[Key], Key]) -> None:
        self._root = root
        self._full = full
        self._base = base
        self._work = 0

    def smallest(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return facts from which none can be left out, of facts that contradict; those last in the list are kept.

        If that takes too long, more are returned.
        """
        left = list(facts)
        # One by one first: a reader rather hears of requirements than of what is wrong with versions.
        start = sum(isinstance(fact, Unusable) for fact in left)
        try:
            left = self._without(left, range(start), size=1)
            size = len(left)
            while size:
                left = self._without(left, range(len(left)), size=size)
                size = 0 if size == 1 else (size + 1) // 2
        except _OutOfTimeError as error:
            left = error.left
        return left

    def _without(self, facts: list[Fact], places: range, *, size: int) -> list[Fact]:
        """Return the facts without as many groups of neighbours among some places as can be left out."""
        left, start, end = facts, places.start, places.stop
        while start < end:
            fewer = left[:start] + left[start + size :]
            try:
                is_enough = self.contradicts(fewer)
            except ExhaustedError:
                raise _OutOfTimeError(left) from None
            if is_enough:
                end -= len(left) - len(fewer)
                left = fewer
            else:
                start += size
        return left

    def contradicts(self, facts: Iterable[Fact]) -> bool:
        """Tell whether no choice of versions is possible; what takes too many cases to find out is not one.

        Raises:
            ExhaustedError: too much was looked at already.
        """
        try:
            return _Trial(self, facts).fails()
        except _UndecidedError:
            return False

    def course(self, facts: Iterable[Fact]) -> list[Excluded]:
        """Return what becomes impossible one after the other, as far as no cases must be told apart.

        The last is a key without any version left if that is enough for a contradiction.
        """
        trial = _Trial(self, facts)
        self._work = 0
        try:
            trial.spread(trial.start(), [self._root])
        except _ContradictionError as error:
            trial.excluded.append(Excluded(error.key, 0, error.key.project))
        return trial.excluded

    def full(self, key: Key) -> int:
        """Return the versions that there are."""
        return self._full(key)

    def base(self, key: Key) -> Key:
        """Return what a key is an extra or group of, or itself."""
        return self._base(key)

    @property
    def root(self) -> Key:
        """Return what is asked."""
        return self._root

    def spend(self, work: int) -> None:
        """Count what was looked at."""
        self._work += work
        if self._work > _MOST_WORK:
            raise ExhaustedError


class _OutOfTimeError(Exception):
    def __init__(self, left: list[Fact]) -> None:
        super().__init__(left)
        self.left = left


class _UndecidedError(Exception):
    pass


class _ContradictionError(Exception):
    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


class _Class(NamedTuple):
    """Versions of a key that ask for the same versions of another."""

    makers: int
    wanted: int


@final
class _Trial:
    """One set of facts; ``left`` are the versions of each key that is needed."""

    def __init__(self, refuter: Refuter, facts: Iterable[Fact]) -> None:
        self._refuter = refuter
        self._classes: dict[Key, dict[Key, list[_Class]]] = {}
        self._asking: dict[Key, list[Key]] = {}
        self._unusable: dict[ProjectName, int] = {}
        self._parts: dict[Key, list[Key]] = {}
        self._cases = 0
        self.excluded: list[Excluded] = []
        for fact in facts:
            if isinstance(fact, Unusable):
                self._unusable[fact.project] = self._unusable.get(fact.project, 0) | fact.versions
            else:
                self._add(fact)

    def _add(self, fact: Requires) -> None:
        self._refuter.spend(1)
        targets = self._classes.setdefault(fact.key, {})
        for target, wanted in fact.wants:
            classes = targets.get(target)
            if classes is None:
                targets[target] = [_Class(fact.makers, wanted)]
                self._asking.setdefault(target, []).append(fact.key)
            elif len(classes) > _MOST_TOGETHER:
                classes.append(_Class(fact.makers, wanted))
            else:
                targets[target] = _refined(classes, fact.makers, wanted)

    def _usable(self, key: Key) -> int:
        return self._refuter.full(key) & ~self._unusable.get(key.project, 0)

    def start(self) -> dict[Key, int]:
        """Return what is needed at first."""
        root = self._refuter.root
        return {root: self._usable(root)}

    def fails(self) -> bool:
        """Tell whether there is no choice of versions."""
        return self._fails(self.start(), [self._refuter.root])

    def _fails(self, left: dict[Key, int], changed: list[Key]) -> bool:
        try:
            self.spread(left, changed)
        except _ContradictionError:
            return True
        self._cases += 1
        if self._cases > _MOST_CASES:
            raise _UndecidedError
        for key, versions in left.items():
            for classes in self._classes.get(key, {}).values():
                for makers, _ in classes:
                    part = makers & versions
                    if part and part != versions:
                        # Those that ask for less first: if there is a choice, it is more likely there.
                        return self._fails({**left, key: versions & ~part}, [key]) and self._fails(
                            {**left, key: part}, [key]
                        )
        return False

    def spread(self, left: dict[Key, int], changed: list[Key]) -> None:
        """Take away what has become impossible until nothing changes.

        Raises:
            _ContradictionError: nothing is left of a key that is needed.
        """
        while changed:
            key = changed.pop(0)
            before = left[key]
            base = self._refuter.base(key)
            if base is not key:
                self._parts.setdefault(base, []).append(key)
                self._narrow(left, base, before, changed=changed)
                self._narrow(left, key, left[base], changed=changed)
            for part in self._parts.get(key, ()):
                if part in left:
                    self._narrow(left, part, left[key], changed=changed)
            for target, classes in self._classes.get(key, {}).items():
                self._ask(left, key, target, classes=classes, changed=changed)

    def _ask(self, left: dict[Key, int], key: Key, target: Key, *, classes: list[_Class], changed: list[Key]) -> None:
        """Exclude the versions of a key whose demands on another are impossible, and limit the other by the rest."""
        self._refuter.spend(len(classes))
        versions, possible = left[key], left.get(target)
        if possible is None:
            possible = self._usable(target)
        silent, wanted, excluded = versions, 0, 0
        for makers, some in classes:
            if makers & versions:
                silent &= ~makers
                if some & possible:
                    wanted |= some
                else:
                    excluded |= makers & versions
        if excluded:
            self.excluded.append(Excluded(key, excluded, target.project))
            self._narrow(left, key, versions & ~excluded, changed=changed, because=target)
        if not silent:
            self._narrow(left, target, wanted, changed=changed)

    def _narrow(
        self, left: dict[Key, int], key: Key, versions: int, *, changed: list[Key], because: Key | None = None
    ) -> None:
        known = left.get(key)
        narrowed = (self._usable(key) if known is None else known) & versions
        if narrowed == known:
            return
        if not narrowed:
            raise _ContradictionError(because or key)
        left[key] = narrowed
        for one in (key, *self._asking.get(key, ())):
            if one in left and one not in changed:
                changed.append(one)


def _refined(classes: list[_Class], makers: int, wanted: int) -> list[_Class]:
    """Return the classes after one more requirement, whose makers may be among them already."""
    found: list[_Class] = []
    for one in classes:
        both, rest = one.makers & makers, one.makers & ~makers
        if both:
            found.append(_Class(both, one.wanted & wanted))
        if rest:
            found.append(_Class(rest, one.wanted))
        makers &= ~both
    if makers:
        found.append(_Class(makers, wanted))
    return found
