"""Kills the gateway at the planned moments of a storm and starts it again on the same ports and data."""

import random
import signal
import threading
import time

from sgwtest import Gateway

from .clients import Tally


class Chaos:
    """Runs on a thread of its own until every kill is done, the tally is stopped or the gateway does not
    come back (then it stops the storm; `breaches` says why)."""

    def __init__(self, gateway: Gateway, tally: Tally, moments: list, seed: int):
        self.kills = 0
        self.hits = 0  # kills with at least one registration under way
        self.kills_while_starting = 0
        self.ready_after = []  # seconds from each start to ready
        self.breaches = []
        self._gateway = gateway
        self._tally = tally
        self._moments = moments
        self._rng = random.Random(f"chaos {seed}")
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            for answered, delay in self._moments:
                if not self._wait(answered):
                    return
                time.sleep(delay)
                self._kill()
            self._wait(self._tally.total)
        except (RuntimeError, AssertionError) as error:
            self.breaches.append(str(error))
            self._tally.stop()

    def _wait(self, answered: int) -> bool:
        """Until so many operations are answered, with an eye on the gateway; False: the storm is over."""
        while not self._tally.wait_answered(answered, timeout=0.2):
            if not self._gateway.process.running():
                self.breaches.append(f"the gateway ended by itself with {self._gateway.process.returncode}:\n"
                                     f"{self._gateway.process.output()[-1500:]}")
                self._restart()
        return not self._tally.stopped

    def _kill(self) -> None:
        self.hits += self._tally.in_flight > 0
        self.kills += 1
        self._gateway.kill()
        if self._rng.random() < 0.2:
            self._kill_while_starting()
        else:
            self._restart()

    def _kill_while_starting(self) -> None:
        """Also while it catches up with its log; when it is faster than the timer, it just starts."""
        timer = threading.Timer(self._rng.uniform(0.0, 0.1), lambda: self._gateway.process.kill())
        timer.start()
        try:
            self._gateway.restart()
        except (RuntimeError, AssertionError):
            if self._gateway.process.returncode != -signal.SIGKILL:
                raise
        timer.join()
        if not self._gateway.process.running():
            self.kills_while_starting += 1
            self._restart()

    def _restart(self) -> None:
        began = time.monotonic()
        self._gateway.restart()
        self.ready_after.append(time.monotonic() - began)
