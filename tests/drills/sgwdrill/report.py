"""Prints progress and tables. Pure but for print."""

import math
import time

_started = time.monotonic()


def say(text: str) -> None:
    print(f"[{time.monotonic() - _started:6.1f}s] {text}", flush=True)


def percentile(values: list, share: float) -> float:
    """Nearest-rank; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(header: list, rows: list) -> str:
    """Columns as wide as their widest cell; numbers to the right."""
    cells = [[str(cell) for cell in row] for row in [header] + rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]

    def line(row):
        return "  ".join(cell.rjust(width) if _numeric(cell) else cell.ljust(width)
                         for cell, width in zip(row, widths)).rstrip()

    return "\n".join([line(cells[0]), "  ".join("-" * width for width in widths)] + [line(row) for row in cells[1:]])


def _numeric(cell: str) -> bool:
    return cell.replace(".", "", 1).replace(",", "").isdigit()


class Promises:
    """Collects what was proven; `kept` only when nothing was found against any promise."""

    def __init__(self):
        self._rows = []
        self._breaches = []

    def judge(self, promise: str, breaches: list) -> None:
        self._rows.append((promise, len(breaches), "kept" if not breaches else "BROKEN"))
        self._breaches += [f"{promise}: {breach}" for breach in breaches[:10]]
        if len(breaches) > 10:
            self._breaches.append(f"{promise}: and {len(breaches) - 10} more")

    @property
    def kept(self) -> bool:
        return bool(self._rows) and all(row[1] == 0 for row in self._rows)

    def print(self) -> None:
        for breach in self._breaches:
            print("  ! " + breach)
        print(table(["promise", "breaches", "verdict"], self._rows), flush=True)
