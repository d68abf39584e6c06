"""A steady load of client calls that are never tried twice, each answer judged for its content.

A third `latest`, a third version lists, a sixth unknown subjects, a sixth re-registrations through the
stock Python client with its retries off.
"""

import random
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError

from . import facts as judging
from .facts import Facts
from .rest import Answer, Broken, Connection

PATTERN = ("latest", "list", "unknown", "latest", "list", "reregister")
TIMEOUT = 5.0  # stock clients give up then


@dataclass(frozen=True)
class Call:
    kind: str
    began: float
    ended: float
    wrong: str | None  # why the answer is wrong
    broken: str | None  # why none came
    source: str  # which region answered, as the gateway says

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Presence:
    """When the gateway was deliberately away. `generation` counts its kills."""

    def __init__(self):
        self.generation = 0
        self._away = []  # [from, to or None]

    def leaves(self) -> None:
        self._away.append([time.monotonic(), None])
        self.generation += 1

    def listens(self) -> None:
        self._away[-1][1] = time.monotonic()

    def excuses(self, call: Call) -> bool:
        """A call without an answer while it was away; a wrong answer is never excused."""
        return call.broken is not None and any(
            call.ended >= left and (back is None or call.began < back) for left, back in self._away)


class Load:
    """`connections` threads that together make `rate` calls a second until stopped."""

    def __init__(self, port: int, record: Facts, subjects: list, presence: Presence, rate: float,
                 connections: int, seed: int):
        self._port = port
        self._facts = record
        self._subjects = subjects
        self._presence = presence
        self._pause = connections / rate
        self._seed = seed
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._threads = [threading.Thread(target=self._work, args=(n, connections), daemon=True)
                         for n in range(connections)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def take(self) -> list[Call]:
        """The calls that ended since the last take."""
        with self._lock:
            calls, self._calls = self._calls, []
            return calls

    def _work(self, number: int, connections: int) -> None:
        rng = random.Random(f"steady {self._seed} {number}")
        worker = _Worker(self._port, self._facts, self._subjects, self._presence, f"{number}", rng)
        due = time.monotonic() + self._pause * number / connections
        turn = number
        while not self._over.wait(max(0.0, due - time.monotonic())):
            call = worker.call(PATTERN[turn % len(PATTERN)])
            with self._lock:
                self._calls.append(call)
            turn += 1
            due = max(due + self._pause, time.monotonic())
        worker.close()


class _Worker:
    """One connection and one stock client."""

    def __init__(self, port, record, subjects, presence, name, rng):
        self._connection = Connection(port, TIMEOUT)
        self._client = SchemaRegistryClient({"url": f"http://127.0.0.1:{port}", "max.retries": 0, "timeout": TIMEOUT})
        self._facts = record
        self._subjects = subjects
        self._presence = presence
        self._generation = presence.generation
        self._name = name
        self._rng = rng
        self._asked = 0

    def close(self) -> None:
        self._connection.close()
        self._client.close()

    def call(self, kind: str) -> Call:
        if self._generation != self._presence.generation:
            # What any client does with a connection that it sees closed before it uses it.
            self._generation = self._presence.generation
            self._connection.close()
        subject = self._rng.choice(self._subjects)
        acknowledged = self._facts.acknowledged_count(subject)
        began = time.monotonic()
        wrong = broken = None
        source = ""
        try:
            wrong, source = getattr(self, "_" + kind)(subject, acknowledged)
        except (Broken, httpx2.TransportError) as error:
            broken = f"{kind}: {type(error).__name__} {error}"
        return Call(kind, began, time.monotonic(), wrong, broken, source)

    def _get(self, subject: str, rest: str) -> Answer:
        return self._connection.get(f"/subjects/{quote(subject, safe='')}/versions{rest}")

    def _latest(self, subject: str, acknowledged: int):
        answer = self._get(subject, "/latest")
        window = self._facts.window(subject, acknowledged)
        return judging.wrong_latest(window, answer.status, answer.json()), _source(answer)

    def _list(self, subject: str, acknowledged: int):
        answer = self._get(subject, "")
        window = self._facts.window(subject, acknowledged)
        return judging.wrong_list(window, answer.status, answer.json()), _source(answer)

    def _unknown(self, _subject: str, _acknowledged: int):
        self._asked += 1  # a new name each time: no answer can be a remembered one
        subject = f"unknown-{self._name}-{self._asked}"
        answer = self._get(subject, "/latest" if self._asked % 2 else "")
        return judging.wrong_unknown(subject, answer.status, answer.json()), _source(answer)

    def _reregister(self, subject: str, acknowledged: int):
        version = self._rng.choice(self._facts.window(subject, acknowledged).versions[:acknowledged])
        self._client.clear_caches()  # or it would answer itself
        try:
            answer = self._client.register_schema_full_response(subject, Schema(version.text, "AVRO"))
        except SchemaRegistryError as error:
            return f"re-registration of {subject}: {error}", ""
        return judging.wrong_reregistration(subject, version, answer.schema_id, answer.version), ""


def _source(answer: Answer) -> str:
    return answer.headers.get("Schema-Gateway-Region", "")
