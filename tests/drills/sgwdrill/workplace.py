"""Where a drill runs: a folder of its own and everything it started, all ended when the drill ends, be it
by success, failure, Ctrl-C or SIGTERM. After a failure the folder stays, with the gateway's log and data."""

import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sgwtest import Axonops, Gateway, Postgres

REGIONS = ("us-west", "eu-west", "ap-south")


def make_regions(postgres: Postgres | None = None) -> list[Axonops]:
    """Three, not started yet, in memory or each on a database of its own; nearest first."""
    return [Axonops(name, postgres=postgres) for name in REGIONS]


class Workplace(ExitStack):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sgw-drill-"))
        self.keep = False
        self._gateways: list[Gateway] = []

    def gateway(self, binary: Path, regions: list, name: str = "gateway",
                config: dict | None = None) -> Gateway:
        """Not started yet. Its data is on disk, not in memory: its syncs are to cost what they cost."""
        gateway = Gateway(regions, name=name, config=config, binary=binary, data_dir=self.folder / name)
        self._gateways.append(gateway)
        return gateway

    def __exit__(self, exc_type, *rest):
        try:
            return super().__exit__(exc_type, *rest)
        finally:
            if self.keep or exc_type not in (None, KeyboardInterrupt):
                self._save_logs()
                print(f"kept for a look: {self.folder}", flush=True)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)

    def _save_logs(self) -> None:
        for gateway in self._gateways:
            if gateway.process:
                (self.folder / f"{gateway.name}.log").write_text(gateway.process.output() + "\n")


def _end_on_signals() -> None:
    """Ctrl-C and SIGTERM end a drill through every `with`; a second one does not cut that short."""
    ends = (signal.SIGINT, signal.SIGTERM)

    def interrupt(_number, _frame):
        for number in ends:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ends:
        signal.signal(number, interrupt)


def carry_out(drill: Callable[[Workplace], bool], keep: bool) -> int:
    """Runs a drill that tells whether every promise was kept; answers the program's exit code."""
    _end_on_signals()
    try:
        with Workplace() as place:
            kept = drill(place)
            place.keep = keep or not kept
    except (RuntimeError, AssertionError) as error:
        print(f"cannot go on: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; everything started is ended", file=sys.stderr)
        return 130
    return 0 if kept else 1
