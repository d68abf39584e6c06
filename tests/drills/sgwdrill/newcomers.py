"""New registrations while regions are out, judged by what `ack: one` and `on_timeout` promise, and what
becomes of those that could not be acknowledged."""

import time
from dataclasses import dataclass
from urllib.parse import quote

from . import avro_texts
from . import facts as judging
from .facts import Facts
from .rest import Broken, Connection


@dataclass
class _Waiting:
    """Answered 503 in a total outage: in the catalog, never acknowledged."""
    subject: str
    text: str
    seen_id: int | None  # under which the catalog showed it meanwhile, if it did


class Newcomers:
    """One thread. `breaches` names every answer that was not the promised one."""

    def __init__(self, connection: Connection, record: Facts, growing: list, on_timeout: str):
        self.breaches = []
        self.seconds = []  # of each registration
        self._connection = connection
        self._facts = record
        self._growing = growing  # [(subject, record name)] whose next versions are registered
        self._on_timeout = on_timeout
        self._count = 0
        self._waiting: list[_Waiting] = []

    def register_some(self, total_outage: bool) -> int:
        """A new subject, and the next version of one that the steady calls ask for all the time. How many
        were sent: a subject that still waits for its acknowledgement is left alone."""
        self._count += 1
        name = f"Newcomer{self._count}"
        self._register(f"newcomer-{self._count}", avro_texts.base(name), total_outage)
        waiting = {w.subject for w in self._waiting}
        subject, name = self._growing[self._count % len(self._growing)]
        if subject in waiting:
            return 1
        self._register(subject, avro_texts.with_optional(name, f"grown{self._count}"), total_outage)
        return 2

    def settle(self, deadline: float) -> None:
        """After the regions' return: what was refused is registered again, and must be acknowledged with
        the id it was given the first time, in one version."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            self._settle(one, deadline)

    def _register(self, subject: str, text: str, total_outage: bool) -> None:
        self._facts.sending(subject, text)
        status, body = self._post(subject, text)
        if total_outage and self._on_timeout == "fail":
            self._refused(subject, text, status, body)
            return
        found = self._wrong_acceptance(subject, text, status, body)
        if found:
            self.breaches.append(found)
            return
        self._facts.acknowledged(subject, body["id"])
        again = self._post(subject, text)
        if again != (status, body):
            self.breaches.append(f"{subject}: registered again it answers {again}, not {(status, body)}"[:300])

    def _refused(self, subject: str, text: str, status: int, body) -> None:
        for attempt in (1, 2):  # the second is known, but still not acknowledged
            found = judging.wrong_refusal(status, body)
            if found:
                self.breaches.append(f"{subject}, attempt {attempt} without any region: {found}")
            if attempt == 1:
                status, body = self._post(subject, text)
        self._waiting.append(_Waiting(subject, text, self._shown_id(subject, text)))

    def _shown_id(self, subject: str, text: str) -> int | None:
        """Under which id the catalog shows the text as the subject's latest, if it does."""
        try:
            answer = self._connection.get(f"/subjects/{quote(subject, safe='')}/versions/latest")
        except Broken as broken:
            self.breaches.append(f"{subject}: latest: {broken}")
            return None
        body = answer.json()
        shown = answer.status == 200 and isinstance(body, dict) and body.get("schema") == text
        return body.get("id") if shown else None

    def _settle(self, one: _Waiting, deadline: float) -> None:
        status, body = self._post(one.subject, one.text)
        while status != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
            status, body = self._post(one.subject, one.text)
        found = self._wrong_acceptance(one.subject, one.text, status, body)
        if found is None and one.seen_id not in (None, body["id"]):
            found = f"{one.subject}: was id {one.seen_id} in the outage, is {body['id']} after it"
        if found:
            self.breaches.append(found)
            return
        self._facts.acknowledged(one.subject, body["id"])
        again = self._post(one.subject, one.text)
        if again != (status, body):
            self.breaches.append(f"{one.subject}: registered again it answers {again}"[:300])

    def _post(self, subject: str, text: str) -> tuple:
        began = time.monotonic()
        try:
            answer = self._connection.post(f"/subjects/{quote(subject, safe='')}/versions", {"schema": text})
        except Broken as broken:
            return 0, str(broken)
        finally:
            self.seconds.append(time.monotonic() - began)
        return answer.status, answer.json()

    def _wrong_acceptance(self, subject: str, text: str, status: int, body) -> str | None:
        number = self._facts.acknowledged_count(subject) + 1
        return judging.wrong_acceptance(subject, number, text, self._facts.ids(), status, body)
