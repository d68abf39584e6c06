#!/usr/bin/env python3
"""Keeps calling the gateway, nothing ever tried twice, while its regions are killed, hung and revived one by
one and all at once: with their data (axonops on PostgreSQL), empty (in memory), and once more with the
gateway itself killed while every region is down. Proves that no call failed, that new registrations follow
ack and on_timeout, and that every region caught up within 10 s of its return."""

import argparse
import sys
from pathlib import Path

import sgwdrill

sgwdrill.use_venv()

from sgwdrill.outage_run import CATCH_UP_SECONDS, Breaches, Run, Settings
from sgwdrill.report import Promises
from sgwdrill.workplace import Workplace, carry_out
from sgwtest import paths

RUNS = {
    "kept": ("postgresql", "accept", False),
    "empty": ("memory", "accept", False),
    "fail": ("memory", "fail", True),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--regions", choices=["axonops"], default="axonops", help="what the three regions are")
    parser.add_argument("--runs", default="kept,empty,fail", help="kept: on PostgreSQL, on_timeout accept; empty: in "
                        "memory, accept; fail: in memory, on_timeout fail, only the outages of all regions")
    parser.add_argument("--rate", type=float, default=120.0, help="client calls a second")
    parser.add_argument("--connections", type=int, default=12, help="connections that make them; each has a stock "
                        "Python client beside it")
    parser.add_argument("--down", type=float, default=3.0, help="seconds that each fault lasts")
    parser.add_argument("--seed", type=int, default=1, help="of what is asked when")
    parser.add_argument("--gateway", type=Path, default=paths.GATEWAY, help="the binary")
    parser.add_argument("--keep", action="store_true", help="keep the gateway's data and log also after success")
    args = parser.parse_args()
    if args.rate <= 0 or args.connections < 1 or args.down < 0.5:
        parser.error("at least 1 connection, a rate above 0, and faults of half a second")
    args.runs = args.runs.split(",")
    for run in args.runs:
        if run not in RUNS:
            parser.error(f"no run {run}; there are {', '.join(RUNS)}")
    for binary in (args.gateway, paths.AXONOPS):
        if not binary.exists():
            parser.error(f"{binary} is missing; build it first")
    return args


def drill(args: argparse.Namespace, place: Workplace) -> bool:
    breaches = Breaches()
    runs = []
    for name in args.runs:
        storage, on_timeout, total_only = RUNS[name]
        settings = Settings(args.gateway, storage, on_timeout, total_only, args.rate, args.connections, args.down,
                            args.seed)
        runs.append((settings.name, Run(place, settings, breaches)))
        runs[-1][1].go()
    for name, run in runs:
        print(f"\nregions in {name}\n{run.table()}")
    print("slow: longer than reads.timeout + 100 ms. gateway away: without an answer while it was killed, which is "
          "expected.\n")
    promises = Promises()
    promises.judge("client calls failed", breaches.calls)
    promises.judge("new registrations against ack and on_timeout", breaches.registrations)
    promises.judge(f"differences in a region {CATCH_UP_SECONDS:.0f} s after its return", breaches.catching_up)
    promises.judge("differences between the catalog and what clients were told", breaches.catalog)
    promises.judge("the gateway's own ends", breaches.gateway)
    promises.print()
    return promises.kept


def main() -> int:
    args = arguments()
    return carry_out(lambda place: drill(args, place), args.keep)


if __name__ == "__main__":
    sys.exit(main())
