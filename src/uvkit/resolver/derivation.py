"""From the facts behind a contradiction to what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uvkit.model import ProjectName

from .candidates import Refusal
from .choosing import Chooser
from .continuum import Continuum
from .deadends import Asked, Group, Statement
from .incompatibility import Incompatibility, facts_behind
from .keys import Key
from .packages import IndexPackage, Package
from .proxies import Proxies
from .versions import is_prerelease_text


def groups_of(
    last: Incompatibility, chooser: Chooser, *, proxies: Proxies, continuum: Continuum
) -> dict[ProjectName, Group]:
    """Return what a contradiction rests on, by the project whose versions are asked for."""
    return _Facts(chooser, proxies, continuum).collect(facts_behind(last))


class _Facts:
    def __init__(self, chooser: Chooser, proxies: Proxies, continuum: Continuum) -> None:
        self._chooser = chooser
        self._continuum = continuum
        self._proxies = proxies
        self._refusals = {(project, text): refusal for project, text, refusal in chooser.universe.refusals()}
        self._asked: dict[Key, dict[Asked, int]] = {}  # with the versions that are left
        self._given_up: dict[Key, int] = {}

    def collect(self, facts: Iterable[Incompatibility]) -> dict[ProjectName, Group]:
        for fact in facts:
            if fact.wanted is not None:
                self._note(fact, fact.wanted)
            elif len(fact.terms) == 1:
                ((key, states),) = fact.terms.items()
                key = self._proxies.target(key) or key
                self._given_up[key] = self._given_up.get(key, 0) | self._versions(key, states)
        groups: dict[ProjectName, Group] = {}
        for key in self._asked:
            group = groups.setdefault(key.project, Group(key.project))
            self._judge(group, key, self._chooser.package(key.project))
        return groups

    def _note(self, fact: Incompatibility, wanted: Key) -> None:
        """Note the demands that make a fact."""
        package = self._chooser.package(wanted.project)
        everything = self._continuum.everything(package)
        asking, states = next(iter(fact.terms.items()))
        refused = fact.terms.get(wanted, everything) if asking is not wanted else None
        if self._proxies.target(asking) is not None:
            return  # it asks for what it stands for
        asked = self._asked.setdefault(self._proxies.target(wanted) or wanted, {})
        for position in _positions(self._versions(asking, states)):
            candidate = self._chooser.package(asking.project).candidate(asking, position)
            for demand in self._chooser.demands(candidate):
                stated = any(one.key is wanted for one in self._proxies.with_stand_in(demand))
                if stated and refused in (None, everything & ~self._continuum.wanted(package, demand)):
                    asked[demand, candidate] = self._chooser.demand_mask(demand, package)

    def _versions(self, key: Key, states: int) -> int:
        return self._continuum.versions_in(self._chooser.package(key.project), states)

    def _judge(self, group: Group, key: Key, package: Package) -> None:
        """Say which demands on a key take part, and in what."""
        asked = self._asked[key]
        if isinstance(package, IndexPackage) and not package.listings:
            group.is_missing = True
            _add(group, asked)
            return
        unmet = [one for one, left in asked.items() if not left]
        if unmet:
            group.is_unmet = True
            _add(group, unmet)
            return
        joint = package.full
        for left in asked.values():
            joint &= left
        refused = self._refused(package, self._given_up.get(key, 0) & _union(asked.values()))
        if refused:
            group.refused.update(refused)
        elif not joint:
            group.is_torn = True
        if not group.is_final:
            asked = {one: left for one, left in asked.items() if left != package.full}
        _add(group, asked)

    def _refused(self, package: Package, versions: int) -> dict[str, Refusal]:
        found: dict[str, Refusal] = {}
        for position in _positions(versions):
            text = package.text(position)
            refusal = self._refusals.get((package.project, text))
            if refusal is None and isinstance(package, IndexPackage) and package.rules.prerelease == "disallow":
                refusal = Refusal("prerelease") if is_prerelease_text(text) else None
            if refusal is not None:
                found[text] = refusal
        return found


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _add(group: Group, asked: Iterable[Asked]) -> None:
    for demand, parent in asked:
        if demand.dependency is not None and parent is not None:
            group.made_by.setdefault(Statement(parent.key, demand.dependency), set()).add(parent)


def _positions(mask: int) -> Iterator[int]:
    while mask > 0:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
