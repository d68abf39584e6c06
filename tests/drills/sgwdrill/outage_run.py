"""One run of the outage drill: three regions of one storage and a gateway with one `on_timeout`, led through
a list of faults under a steady load."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sgwtest import Postgres

from . import avro_texts, checker, outages, readers
from .facts import Facts
from .newcomers import Newcomers
from .outages import Fault
from .report import percentile, say, table
from .rest import Broken, Connection
from .steady import Load, Presence
from .workplace import Workplace, make_regions

CATCH_UP_SECONDS = 10.0
READS_TIMEOUT = 2.0  # reads.timeout, as the gateway ships
SUBJECTS = 40


@dataclass(frozen=True)
class Settings:
    gateway: Path
    storage: str  # postgresql: regions keep their data; memory: they come back empty
    on_timeout: str  # accept or fail
    total_only: bool  # only the faults that leave no region
    rate: float
    connections: int
    down: float
    seed: int

    @property
    def name(self) -> str:
        return f"{self.storage}, on_timeout {self.on_timeout}" + (", total outages" if self.total_only else "")


@dataclass
class Breaches:
    """What was found against each promise, over all runs."""
    calls: list = field(default_factory=list)
    registrations: list = field(default_factory=list)
    catching_up: list = field(default_factory=list)
    catalog: list = field(default_factory=list)
    gateway: list = field(default_factory=list)


@dataclass
class Row:
    """One phase, measured."""
    name: str
    calls: list = field(default_factory=list)
    failed: int = 0
    away: int = 0  # calls without an answer while the gateway was deliberately down
    registered: list = field(default_factory=list)  # seconds of each new registration
    caught_up: float | None = None

    HEADER = ["phase", "calls", "failed", "gateway away", "p50 ms", "p90", "p99", "max", "slow", "% from catalog",
              "new reg. max ms", "caught up s"]

    def cells(self) -> list:
        took = [call.seconds for call in self.calls if call.broken is None]
        sources = [call.source for call in self.calls if call.source]
        return [self.name, len(self.calls), self.failed, self.away,
                *(f"{1000 * percentile(took, share):.1f}" for share in (0.5, 0.9, 0.99, 1.0)),
                sum(seconds > READS_TIMEOUT + 0.1 for seconds in took),
                100 * sources.count("catalog") // max(1, len(sources)),
                f"{1000 * max(self.registered):.0f}" if self.registered else "-",
                "-" if self.caught_up is None else f"{self.caught_up:.1f}"]


class Run:
    def __init__(self, place: Workplace, settings: Settings, breaches: Breaches):
        self.rows: list[Row] = []
        self._place = place
        self._settings = settings
        self._breaches = breaches
        self._facts = Facts()
        self._presence = Presence()

    def go(self) -> None:
        settings = self._settings
        say(f"== regions in {settings.name}")
        with ExitStack() as here:
            kept = settings.storage == "postgresql"
            postgres = here.enter_context(Postgres()) if kept else None
            self._regions = [here.enter_context(region) for region in make_regions(postgres)]
            self._gateway = here.enter_context(self._place.gateway(
                settings.gateway, self._regions, settings.name.replace(",", "").replace(" ", "-"),
                {"deploy": {"on_timeout": settings.on_timeout}}))
            self._gateway.wait_for_regions()
            self._connection = here.enter_context(Connection(self._gateway.port))
            subjects = self._prepare()
            self._newcomers = Newcomers(self._connection, self._facts, subjects[:10], settings.on_timeout)
            faults = outages.faults(self._regions, kept)
            with Load(self._gateway.port, self._facts, [name for name, _ in subjects], self._presence,
                      settings.rate, settings.connections, settings.seed) as load:
                self._phase(load, "no fault", lambda row: time.sleep(settings.down))
                for fault in faults:
                    if fault.total or not settings.total_only:
                        self._phase(load, fault.name, lambda row, fault=fault: self._outage(row, fault))
            self._check_catalog()

    def table(self) -> str:
        return table(Row.HEADER, [row.cells() for row in self.rows])

    def _prepare(self) -> list:
        """Subjects with one to three versions, in every region: [(subject, record name)]."""
        subjects = [(f"steady-{n:03d}", f"Steady{n}") for n in range(SUBJECTS)]
        for n, (subject, name) in enumerate(subjects):
            texts = [avro_texts.base(name)] + [avro_texts.with_optional(name, f"f{k}") for k in range(n % 3)]
            for text in texts:
                self._facts.sending(subject, text)
                answer = self._connection.post(f"/subjects/{subject}/versions", {"schema": text})
                if answer.status != 200:
                    raise RuntimeError(f"cannot prepare {subject}: {answer.status} {answer.body[:300]!r}")
                self._facts.acknowledged(subject, answer.json()["id"])
        left = self._differences_at(time.monotonic() + 20.0)[0]
        if left:
            raise RuntimeError(f"the regions are not equal before the drill begins: {left[:3]}")
        return subjects

    def _phase(self, load: Load, name: str, work: Callable[[Row], None]) -> None:
        row = Row(name)
        self._newcomers.seconds.clear()
        work(row)
        if not self._gateway.process.running():
            self._breaches.gateway.append(f"{name}: it ended with {self._gateway.process.returncode}")
            outages.kill_and_restart(self._gateway, self._presence)
        row.registered = list(self._newcomers.seconds)
        row.calls = load.take()
        self._judge(row)
        self._breaches.registrations += [f"{name}: {breach}" for breach in self._newcomers.breaches]
        self._newcomers.breaches.clear()
        self.rows.append(row)
        caught_up = "" if row.caught_up is None else f", caught up {row.caught_up:.1f} s after the return"
        say(f"{name}: {len(row.calls)} calls, {row.failed} failed{caught_up}")

    def _judge(self, row: Row) -> None:
        for call in row.calls:
            if self._presence.excuses(call):
                row.away += 1
            elif call.wrong or call.broken:
                row.failed += 1
                self._breaches.calls.append(f"{row.name}: after {call.seconds:.3f} s: {call.wrong or call.broken}")

    def _outage(self, row: Row, fault: Fault) -> None:
        fault.strike()
        over = time.monotonic() + self._settings.down
        if fault.gateway_dies:
            time.sleep(self._settings.down / 3)
            seconds = outages.kill_and_restart(self._gateway, self._presence)
            self._connection.close()
            say(f"the gateway listened {1000 * seconds:.0f} ms after its start, every region down")
        made = self._newcomers.register_some(fault.total)
        time.sleep(max(0.0, over - time.monotonic()))
        made += self._newcomers.register_some(fault.total)
        self._check_books(fault, made)
        fault.undo()
        returned = time.monotonic()
        self._newcomers.settle(returned + CATCH_UP_SECONDS)
        left, equal_at = self._differences_at(returned + CATCH_UP_SECONDS)
        row.caught_up = equal_at - returned
        if not left and row.caught_up > CATCH_UP_SECONDS:
            left = [f"equal only {row.caught_up:.1f} s after the return"]
        self._breaches.catching_up += [f"{fault.name}: {line}" for line in left]

    def _check_books(self, fault: Fault, made: int) -> None:
        """Before the return: what could not be deployed is on the gateway's books as such."""
        owed = self._undeployed()
        if not owed >= made * len(fault.regions):
            self._breaches.registrations.append(
                f"{fault.name}: {made} registrations wait for {len(fault.regions)} regions, the gateway counts "
                f"{owed:.0f} deployments that are pending or failed")

    def _undeployed(self) -> float:
        try:
            return sum(self._gateway.metric("schema_gateway_deployments", state=state)
                       for state in ("pending", "failed"))
        except (requests.RequestException, ValueError):  # no answer, or no metrics
            return float("nan")  # fails every comparison

    def _differences_at(self, deadline: float) -> tuple[list, float]:
        """What the regions still hold differently when the deadline is over, and when that was known;
        returns as soon as all are equal."""
        while True:
            left = self._differences()
            known = time.monotonic()
            if not left or known > deadline:
                return left, known
            time.sleep(0.1)

    def _differences(self) -> list:
        expected = self._facts.listing()
        left, claims = [], {}
        for region in self._regions:
            try:
                found = checker.differences(expected, readers.region(region.port, timeout=2.0))
                claims[region.name] = readers.claim(region.port)
            except readers.Unreadable as error:
                found = [str(error)]
            left += [f"{region.name}: {line}" for line in found]
        left = left or checker.claims_differ(claims)
        if not left and not self._undeployed() == 0:
            left = ["the regions hold everything, but the gateway still counts pending or failed deployments"]
        return left

    def _check_catalog(self) -> None:
        """At the end of the run: the gateway tells the same story as its clients were told."""
        try:
            catalog = readers.catalog(self._gateway.port)
        except (readers.Unreadable, Broken) as error:
            self._breaches.catalog.append(str(error))
            return
        found = checker.differences(self._facts.listing(), catalog)
        found += checker.ids_with_two_contents([], {"clients": self._facts.listing(), "the catalog": catalog})
        found += checker.contents_with_two_ids([], {"clients": self._facts.listing(), "the catalog": catalog})
        self._breaches.catalog += [f"{self._settings.name}: {line}" for line in found]
