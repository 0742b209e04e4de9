"""From the contradiction that a PubGrub search ends with to the demands that it was derived from."""

from __future__ import annotations

from collections.abc import Iterator

from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.continuum import Continuum
from uvkit.resolver.search.deadends import Asked
from uvkit.resolver.search.proxies import Proxies

from .incompatibility import Incompatibility, facts_behind


def demands_behind(
    last: Incompatibility, chooser: Chooser, *, proxies: Proxies, continuum: Continuum
) -> tuple[Asked, ...]:
    """Return every demand that takes part in a contradiction, each with the versions that make it."""
    found: dict[Asked, None] = {}
    for fact in facts_behind(last):
        if fact.wanted is not None:
            found.update(dict.fromkeys(_stated(fact, fact.wanted, chooser, proxies=proxies, continuum=continuum)))
    return tuple(found)


def _stated(
    fact: Incompatibility, wanted: Key, chooser: Chooser, *, proxies: Proxies, continuum: Continuum
) -> Iterator[Asked]:
    """Yield the demands that make a fact."""
    package = chooser.package(wanted.project)
    everything = continuum.everything(package)
    asking, states = next(iter(fact.terms.items()))
    refused = fact.terms.get(wanted, everything) if asking is not wanted else None
    if proxies.is_stand_in(asking):
        return  # it asks for what it stands for
    asking_package = chooser.package(asking.project)
    versions = continuum.versions_in(asking_package, states)
    while versions > 0:
        low = versions & -versions
        versions ^= low
        candidate = asking_package.candidate(proxies.original(asking), low.bit_length() - 1)
        for demand in chooser.demands(candidate):
            taken = proxies.taken(demand)
            stated = taken is not None and taken.key is wanted
            if stated and refused in (None, everything & ~continuum.wanted(package, demand)):
                yield demand, candidate
