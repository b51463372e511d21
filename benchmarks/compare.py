"""What became slower between two runs, perhaps on two days: judged by ratios to peers of the same run."""

from __future__ import annotations

import statistics
from typing import Any, NamedTuple

from .tables import OURS, Row, is_right, peers_of, ratios

LIMIT = 1.15  # beyond it a change is a loss and no noise


class Change(NamedTuple):
    """One row of both runs."""

    name: str
    factor: float  # time (or memory) relative to the peers, new over old: above 1 is worse
    peers: int

    @property
    def worse(self) -> bool:
        return self.factor > LIMIT


def key(r: Row) -> tuple[str, str, str]:
    """What makes two rows the same measurement."""
    return r.get("suite", ""), r["table"], r["case"]


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The rows of both runs that have a peer in common, worst first.

    The factor is the median over the common peers, so that one peer's bad moment does not speak for all. An answer of
    ours that was right and is wrong now is infinitely worse.
    """
    before, result = {key(r): r for r in old["rows"]}, []
    for r in new["rows"]:
        earlier = before.get(key(r))
        if earlier is None or not is_right(earlier):
            continue
        name = " ".join(part for part in key(r) if part)
        if not is_right(r):
            result.append(Change(name, float("inf"), 0))
            continue
        then, now = ratios(earlier), ratios(r)
        factors = [then[peer] / now[peer] for peer in peers_of(then) or then if peer in now]
        if factors:
            result.append(Change(name, statistics.median(factors), len(factors)))
    return sorted(result, key=lambda change: -change.factor)


def absent(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Rows of the old run that the new one did not measure."""
    there = {key(r) for r in new["rows"]}
    return [" ".join(key(r)) for r in old["rows"] if key(r) not in there]


def report(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, bool]:
    """The comparison as text, and whether nothing became worse."""
    found = changes(old, new)
    lines = [f"{OURS}'s time relative to its peers, new over old; beyond {LIMIT} is slower"]
    for change in found:
        if change.factor == float("inf"):
            lines.append(f"  WRONG   {change.name}: the answer is no longer right")
        else:
            mark = "SLOWER" if change.worse else "faster" if change.factor < 1 / LIMIT else "same"
            lines.append(f"  {mark:<7} {change.factor:6.2f}  {change.name} ({change.peers} peers)")
    lines += [f"  not measured again: {name}" for name in absent(old, new)]
    if not found:
        lines.append("  the runs have no row with a peer in common")
    return "\n".join(lines), bool(found) and not any(change.worse for change in found)
