"""The storm's clients: threads that work through the plan together and write down every answer."""

import random
import threading
import time
from collections import Counter
from contextlib import contextmanager
from urllib.parse import quote

from . import answers
from .plan import Operation
from .rest import Broken, Connection


class Tally:
    """What the clients were told so far. Any thread."""

    def __init__(self, total: int):
        self._changed = threading.Condition()
        self._done = bytearray(total)
        self.total = total
        self.answered = 0
        self.in_flight = 0
        self.acks = []
        self.refused = 0
        self.wrong = []
        self.given_up = []
        self.retries = Counter()
        self.last_answer_at = time.monotonic()
        self.stopped = False

    @contextmanager
    def flight(self):
        with self._changed:
            self.in_flight += 1
        try:
            yield
        finally:
            with self._changed:
                self.in_flight -= 1

    def settle(self, operation: Operation, verdict: answers.Verdict) -> None:
        with self._changed:
            if isinstance(verdict, answers.Acknowledged):
                self.acks.append(verdict.ack)
            elif isinstance(verdict, answers.Refused):
                self.refused += 1
            elif isinstance(verdict, answers.Wrong):
                self.wrong.append(verdict.why)
            else:
                self.given_up.append(f"{operation.subject}: {verdict.why}")
            self._done[operation.index] = 1
            self.answered += 1
            self.last_answer_at = time.monotonic()
            self._changed.notify_all()

    def retried(self, why: str) -> None:
        with self._changed:
            self.retries[why] += 1

    def stop(self) -> None:
        with self._changed:
            self.stopped = True
            self._changed.notify_all()

    def wait_done(self, index: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.stopped or self._done[index])

    def wait_answered(self, count: int, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.stopped or self.answered >= count, timeout)


class Clients:
    """`count` threads; start, then join. A registration is tried again upon connection errors and 5xx
    until `give_up_after` seconds have passed."""

    def __init__(self, port: int, operations: list, count: int, seed: int, give_up_after: float = 60.0):
        self.tally = Tally(len(operations))
        self._port = port
        self._seed = seed
        self._give_up_after = give_up_after
        self._operations = iter(operations)
        self._next = threading.Lock()
        self._threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        self.tally.stop()
        for thread in self._threads:
            thread.join(timeout=15)

    def _work(self, number: int) -> None:
        rng = random.Random(f"client {self._seed} {number}")
        with Connection(self._port) as connection:
            while not self.tally.stopped:
                with self._next:
                    operation = next(self._operations, None)
                if operation is None:
                    return
                if operation.after is not None:
                    self.tally.wait_done(operation.after)
                self.tally.settle(operation, self._register(connection, operation, rng))

    def _register(self, connection: Connection, operation: Operation, rng: random.Random) -> answers.Verdict:
        path = f"/subjects/{quote(operation.subject, safe='')}/versions"
        deadline = time.monotonic() + self._give_up_after
        while True:
            verdict = self._try(connection, path, operation)
            if not isinstance(verdict, answers.TryAgain):
                return verdict
            if self.tally.stopped or time.monotonic() > deadline:
                return verdict
            self.tally.retried(verdict.why)
            time.sleep(rng.uniform(0.01, 0.1))

    def _try(self, connection: Connection, path: str, operation: Operation) -> answers.Verdict:
        try:
            with self.tally.flight():
                answer = connection.post(path, {"schema": operation.text})
        except Broken as broken:
            return answers.TryAgain(str(broken).split(":")[0])
        return answers.judge(operation, answer.status, answer.json())
