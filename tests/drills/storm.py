#!/usr/bin/env python3
"""Registers thousands of schemas with many clients while the gateway is killed again and again, then proves
from the outside that nothing acknowledged was lost, no id means two schemas and every region converged."""

import argparse
import sys
import threading
import time
from pathlib import Path

import sgwdrill

sgwdrill.use_venv()

from sgwdrill import checker, plan, readers
from sgwdrill.chaos import Chaos
from sgwdrill.clients import Clients, Tally
from sgwdrill.plan import Kind
from sgwdrill.report import Promises, percentile, say, table
from sgwdrill.workplace import Workplace, carry_out, make_regions
from sgwtest import Gateway, paths

CONVERGE_SECONDS = 10.0


class RegionWatch:
    """Reads the regions over and over from the storm's end on, so that afterwards it can be told when
    each of them came to equal the catalog. Keeps only listings that differ from the one before."""

    def __init__(self, regions: list):
        self._regions = regions
        self._seen = {region.name: [] for region in regions}  # name -> [(time, Listing)]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            for region in self._regions:
                self._look(region)
            self._over.wait(0.3)

    def _look(self, region) -> None:
        began = time.monotonic()
        try:
            listing = readers.region(region.port)
        except readers.Unreadable:
            return
        seen = self._seen[region.name]
        if not seen or seen[-1][1].versions != listing.versions:
            seen.append((began, listing))

    def finish(self, catalog: checker.Listing, deadline: float) -> dict:
        """{name: (moment it first equalled the catalog or None, last listing)}; waits until the deadline
        at most for those that differ."""
        while time.monotonic() < deadline and not all(self._equal_since(n, catalog) for n in self._seen):
            time.sleep(0.1)
        self._over.set()
        self._thread.join()
        return {name: (self._equal_since(name, catalog), seen[-1][1] if seen else checker.Listing())
                for name, seen in self._seen.items()}

    def _equal_since(self, name: str, catalog: checker.Listing) -> float | None:
        seen = self._seen[name]
        return seen[-1][0] if seen and seen[-1][1].versions == catalog.versions else None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--regions", choices=["axonops"], default="axonops", help="what the three regions are")
    parser.add_argument("--registrations", type=int, default=10000, help="a third the same content in other "
                        "subjects, a third next versions, a tenth incompatible, the rest new")
    parser.add_argument("--clients", type=int, default=32, help="how many register at once")
    parser.add_argument("--kills", type=int, default=20, help="SIGKILLs of the gateway, spread over the storm")
    parser.add_argument("--seed", type=int, default=1, help="of the plan, the moments of the kills, the pauses")
    parser.add_argument("--gateway", type=Path, default=paths.GATEWAY, help="the binary")
    parser.add_argument("--keep", action="store_true", help="keep the gateway's data and log also after success")
    args = parser.parse_args()
    if args.registrations < 10 or args.clients < 1 or args.kills < 0:
        parser.error("at least 10 registrations, 1 client and 0 kills")
    for binary in (args.gateway, paths.AXONOPS):
        if not binary.exists():
            parser.error(f"{binary} is missing; build it first")
    return args


def show_progress(clients: Clients, chaos: Chaos, kills: int) -> None:
    """A line every two seconds at most, until the storm is over."""
    tally = clients.tally
    while not tally.wait_answered(tally.total, timeout=2.0):
        say(f"{tally.answered}/{tally.total} answered, {len(tally.acks)} acknowledged, {tally.refused} refused, "
            f"{sum(tally.retries.values())} retries, kill {chaos.kills}/{kills}")


def storm(args: argparse.Namespace, gateway: Gateway, operations: list) -> tuple[Clients, Chaos, float]:
    """Runs it to its end; the third is how many seconds it took."""
    clients = Clients(gateway.port, operations, args.clients, args.seed)
    chaos = Chaos(gateway, clients.tally, plan.kill_moments(len(operations), args.kills, args.seed), args.seed)
    began = time.monotonic()
    clients.start()
    chaos.start()
    try:
        show_progress(clients, chaos, args.kills)
        chaos.join()
    finally:
        clients.stop()
        chaos.join()
    return clients, chaos, clients.tally.last_answer_at - began


def judge(promises: Promises, operations: list, tally: Tally, catalog: checker.Listing, converged: dict,
          claims: dict, end: float) -> None:
    refused = {o.text for o in operations if o.kind == Kind.incompatible}
    sent = {(o.subject, o.text) for o in operations}
    late = []
    for name, (since, listing) in converged.items():
        if since is None or since - end > CONVERGE_SECONDS:
            found = checker.differences(catalog, listing)
            late += [f"{name}: {line}" for line in found] or [f"{name}: equal only {since - end:.1f} s after the end"]
    holders = {"the catalog": catalog, **{name: listing for name, (_, listing) in converged.items()}}
    promises.judge("acknowledged registrations lost", checker.lost(tally.acks, catalog))
    promises.judge("ids with two contents", checker.ids_with_two_contents(tally.acks, holders))
    promises.judge("contents with two ids", checker.contents_with_two_ids(tally.acks, holders))
    promises.judge(f"regions that differ from the catalog {CONVERGE_SECONDS:.0f} s after the end", late)
    promises.judge("incompatible registrations accepted or traced",
                   checker.refused_but_present(refused, tally.acks, holders))
    promises.judge("catalog entries that nobody registered", checker.unexplained(sent, catalog))
    promises.judge("subjects with version gaps or repetitions", checker.version_gaps(catalog))
    promises.judge("regions without the gateway's claim", checker.claims_differ(claims))
    promises.judge("answers other than the promised one", tally.wrong)
    promises.judge("registrations given up", tally.given_up)


def figures(tally: Tally, chaos: Chaos, seconds: float, catalog: checker.Listing, converged: dict) -> str:
    end = tally.last_answer_at
    rows = [
        ("registrations answered", tally.answered), ("acknowledged", len(tally.acks)),
        ("refused with 409", tally.refused),
        ("versions in the catalog", len(catalog.versions)), ("ids in the catalog", len(catalog.by_id)),
        ("throughput, registrations/s", f"{tally.answered / seconds:.0f}"), ("storm, s", f"{seconds:.1f}"),
        ("kills", chaos.kills), ("kills with registrations under way", chaos.hits),
        ("further kills while it started", chaos.kills_while_starting),
        ("start to ready, median ms", f"{1000 * percentile(chaos.ready_after, 0.5):.0f}"),
        ("start to ready, longest ms", f"{1000 * percentile(chaos.ready_after, 1.0):.0f}"),
        ("retries", sum(tally.retries.values())),
    ]
    rows += [(f"retries: {why}", count) for why, count in sorted(tally.retries.items())]
    rows += [(f"{name} equal after the end, s", "never" if since is None else f"{max(0.0, since - end):.1f}")
             for name, (since, _) in converged.items()]
    return table(["figure", "measured"], rows)


def run(args: argparse.Namespace, place: Workplace) -> bool:
    operations = plan.make(args.registrations, args.seed)
    regions = [place.enter_context(region) for region in make_regions()]
    gateway = place.enter_context(place.gateway(args.gateway, regions))
    gateway.wait_for_regions()
    say(f"three regions and a gateway are ready; seed {args.seed}")

    clients, chaos, seconds = storm(args, gateway, operations)
    end = clients.tally.last_answer_at
    watch = RegionWatch(regions)
    promises = Promises()
    promises.judge("the gateway's own ends, and starts that failed", chaos.breaches)
    promises.judge("kills not done", [f"{args.kills - chaos.kills} missing"] if chaos.kills < args.kills else [])
    try:
        catalog = readers.catalog(gateway.port)
        say(f"the catalog holds {len(catalog.versions)} versions, {len(catalog.by_id)} ids")
        converged = watch.finish(catalog, end + CONVERGE_SECONDS + 1.0)
        claims = {region.name: readers.claim(region.port) for region in regions}
        judge(promises, operations, clients.tally, catalog, converged, claims, end)
        print(figures(clients.tally, chaos, seconds, catalog, converged), end="\n\n")
    except readers.Unreadable as error:
        promises.judge("catalog and regions readable", [str(error)])
    promises.print()
    return promises.kept


def main() -> int:
    args = arguments()
    return carry_out(lambda place: run(args, place), args.keep)


if __name__ == "__main__":
    sys.exit(main())
