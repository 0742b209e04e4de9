"""Whether facts contradict each other, which of them are enough for that, and in which order it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias, final

from uvkit.model import ProjectName
from uvkit.resolver.keys import Key

from .facts import Fact, Requires, Unusable

# Looking at so many requirements takes a few hundredths of a second, which is as long as an explanation may take.
_MOST_WORK: Final = 60_000
# A contradiction that shows only after so many cases is one that no reader follows either.
_MOST_CASES: Final = 200
# More requirements of one key on another are looked at one by one, not for what several ask together.
_MOST_TOGETHER: Final = 64
# Telling cases apart takes long; for so many facts, what shows without does.
_FEW: Final = 30
# Of more requirements of one key on a project none is left out: a reader is not told each of them anyway.
_MOST_SINGLE: Final = 8

# Facts that are kept or left out together.
_Unit: TypeAlias = "tuple[Fact, ...]"


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
        self._without_cases = False

    def smallest(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return facts from which none can be left out, of facts that contradict; those last in the list are kept.

        What many versions require differently of one project stays together. If it takes too long, more are returned.
        """
        self._without_cases = not _Trial(self, facts).is_undecided()
        units = _units(self._used(facts))
        # One by one first: a reader rather hears of requirements than of what is wrong with versions.
        start = sum(isinstance(unit[0], Unusable) for unit in units)
        try:
            units = self._without(units, range(start), size=1)
            size = len(units)
            while size:
                units = self._without(units, range(len(units)), size=size)
                size = 0 if size == 1 else (size + 1) // 2
            units = _split_up(units)
            units = self._without(units, range(len(units)), size=1)
            if self._without_cases and len(units) <= _FEW:
                self._without_cases = False
                units = self._without(units, range(len(units)), size=1)
        except _OutOfTimeError as error:
            units = error.left
        return [fact for unit in units for fact in unit]

    def _used(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return the facts that are looked at on the way to the contradiction, if it shows without cases."""
        found = list(facts)
        try:
            while True:
                fewer = _Trial(self, found).used(found)
                if len(fewer) == len(found):
                    return found
                found = fewer
        except ExhaustedError:
            return found

    def _without(self, units: list[_Unit], places: range, *, size: int) -> list[_Unit]:
        """Return the units without as many groups of neighbours among some places as can be left out."""
        left, start, end = units, places.start, places.stop
        while start < end:
            fewer = left[:start] + left[start + size :]
            try:
                is_enough = self.contradicts(fact for unit in fewer for fact in unit)
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
            trial = _Trial(self, facts)
            return not trial.is_undecided() if self._without_cases else trial.fails()
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
            trial.excluded.append(Excluded(error.key, 0, error.because.project))
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
    def __init__(self, left: list[_Unit]) -> None:
        super().__init__(left)
        self.left = left


class _UndecidedError(Exception):
    pass


class _ContradictionError(Exception):
    """Nothing is left of a key, because of what is wanted of another."""

    def __init__(self, key: Key, *, because: Key) -> None:
        super().__init__(key)
        self.key = key
        self.because = because


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
        # Why versions of a key were taken away: the other key, and who asks for what.
        self._reasons: dict[Key, list[tuple[Key, tuple[Key, Key]]]] = {}
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

    def used(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return those of the facts that lead to the contradiction, all of them if it does not show without cases."""
        try:
            self.spread(self.start(), [self._refuter.root])
        except _ContradictionError as error:
            keys, pairs = self._behind(error.key)
        else:
            return list(facts)
        projects = {key.project for key in keys}
        return [
            fact
            for fact in facts
            if (
                fact.project in projects
                if isinstance(fact, Unusable)
                else any((fact.key, target) in pairs for target, _ in fact.wants)
            )
        ]

    def _behind(self, last: Key) -> tuple[set[Key], set[tuple[Key, Key]]]:
        """Return the keys on which the end of a key hangs, and what they ask of each other."""
        keys = {last}
        pairs: set[tuple[Key, Key]] = set()
        waiting = [last]
        while waiting:
            for other, pair in self._reasons.get(waiting.pop(), ()):
                pairs.add(pair)
                for one in (other, *pair):
                    if one not in keys:
                        keys.add(one)
                        waiting.append(one)
        return keys, pairs

    def is_undecided(self) -> bool:
        """Tell whether cases would have to be told apart."""
        try:
            self.spread(self.start(), [self._refuter.root])
        except _ContradictionError:
            return False
        return True

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
                self._narrow(left, base, before, changed=changed, because=(key, (key, base)))
                self._narrow(left, key, left[base], changed=changed, because=(base, (key, base)))
            for part in self._parts.get(key, ()):
                if part in left:
                    self._narrow(left, part, left[key], changed=changed, because=(key, (part, key)))
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
            self._narrow(left, key, versions & ~excluded, changed=changed, because=(target, (key, target)))
        if not silent:
            self._narrow(left, target, wanted, changed=changed, because=(key, (key, target)))

    def _narrow(
        self,
        left: dict[Key, int],
        key: Key,
        versions: int,
        *,
        changed: list[Key],
        because: tuple[Key, tuple[Key, Key]],
    ) -> None:
        known = left.get(key)
        narrowed = (self._usable(key) if known is None else known) & versions
        if narrowed == known:
            return
        self._reasons.setdefault(key, []).append(because)
        if not narrowed:
            raise _ContradictionError(key, because=because[1][1])
        left[key] = narrowed
        for one in (key, *self._asking.get(key, ())):
            if one in left and one not in changed:
                changed.append(one)


def _units(facts: Iterable[Fact]) -> list[_Unit]:
    """Return facts in groups: the requirements of one key on one project together."""
    found: dict[object, list[Fact]] = {}
    for fact in facts:
        place = fact if isinstance(fact, Unusable) else (fact.key, fact.dependency.project)
        found.setdefault(place, []).append(fact)
    return [tuple(unit) for unit in found.values()]


def _split_up(units: Iterable[_Unit]) -> list[_Unit]:
    """Return the facts of small groups alone."""
    found: list[_Unit] = []
    for unit in units:
        found += [(fact,) for fact in unit] if len(unit) <= _MOST_SINGLE else [unit]
    return found


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
