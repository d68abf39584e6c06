"""What is done to the regions and the gateway during an outage drill, and what each fault is called."""

import socket
import threading
import time
from dataclasses import dataclass

from sgwtest import Axonops, Gateway, wait_until

from .steady import Presence


@dataclass(frozen=True)
class Fault:
    """Strikes some regions, for a while, in one way. `total`: none is left to take a deployment."""
    name: str
    regions: tuple
    hang: bool  # SIGSTOP; else SIGKILL
    restart: bool  # comes back as a new process; else SIGCONT
    total: bool
    gateway_dies: bool = False

    def strike(self) -> None:
        for region in self.regions:
            region.suspend() if self.hang else region.kill()

    def undo(self) -> None:
        """Returns once the regions answer again."""
        for region in self.regions:
            if self.hang and self.restart:
                region.kill()
            if self.restart:
                region.start()
            else:
                region.resume()


def faults(regions: list[Axonops], kept: bool) -> list[Fault]:
    """Each region in turn, then all at once: killed, hung, and (where it forgets) hung and come back empty;
    last the gateway itself while all are down."""
    found = []
    back = "" if kept else ", back empty"
    groups = [(region.name, (region,)) for region in regions] + [("all", tuple(regions))]
    for name, group in groups:
        total = len(group) == len(regions)
        found.append(Fault(f"{name} killed{back}", group, hang=False, restart=True, total=total))
        found.append(Fault(f"{name} hung", group, hang=True, restart=False, total=total))
        if not kept:
            found.append(Fault(f"{name} hung{back}", group, hang=True, restart=True, total=total))
    found.append(Fault(f"all killed, gateway too{back}", tuple(regions), False, True, True, gateway_dies=True))
    return found


def total_faults(regions: list[Axonops], kept: bool) -> list[Fault]:
    return [fault for fault in faults(regions, kept) if fault.total]


def kill_and_restart(gateway: Gateway, presence: Presence) -> float:
    """SIGKILL, then a start on the same ports and data; seconds from the start until it listened. From
    that moment on (not from when it calls itself ready) clients are owed answers."""
    presence.leaves()
    gateway.kill()
    began = time.monotonic()
    heard = []
    listener = threading.Thread(target=lambda: heard.append(_wait_listening(gateway.port, presence)))
    listener.start()
    gateway.restart()
    listener.join()
    return heard[0] - began


def _wait_listening(port: int, presence: Presence) -> float:
    def connects():
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    wait_until(connects, 30, "the gateway to listen", interval=0.005)
    presence.listens()
    return time.monotonic()
