"""The base score of a vector of CVSS 3 (https://www.first.org/cvss/v3.1/specification-document, section 7)."""

from __future__ import annotations

_IMPACT = {"N": 0.0, "L": 0.22, "H": 0.56}
_VALUES = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": _IMPACT,
    "I": _IMPACT,
    "A": _IMPACT,
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def base_score(vector: str) -> float | None:
    """Return the base score of a vector, or none if it is not one of CVSS 3."""
    prefix, _, rest = vector.partition("/")
    if prefix not in {"CVSS:3.0", "CVSS:3.1"}:
        return None
    metrics = dict(part.split(":", 1) for part in rest.split("/") if ":" in part)
    try:
        scope = metrics["S"]
        values = {name: table[metrics[name]] for name, table in _VALUES.items()}
        privileges = _PRIVILEGES[scope][metrics["PR"]]
    except KeyError:
        return None
    missing = 1 - (1 - values["C"]) * (1 - values["I"]) * (1 - values["A"])
    changed = 7.52 * (missing - 0.029) - 3.25 * (missing - 0.02) ** 15
    impact = 6.42 * missing if scope == "U" else changed
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * values["AV"] * values["AC"] * privileges * values["UI"]
    total = impact + exploitability
    return _round_up(min(total if scope == "U" else 1.08 * total, 10.0))


def _round_up(value: float) -> float:
    """Return a number rounded up to one digit, as the specification's appendix A has it for all machines alike."""
    whole = round(value * 100_000)
    if whole % 10_000 == 0:
        return whole / 100_000
    return (whole // 10_000 + 1) / 10.0
