"""What a client may rightly expect to be told, and whether it was. Judging is pure; Facts itself is a
record that any thread may use.

A registration under way may or may not be visible yet, so an answer is judged against a window: from
what was acknowledged when the call was sent to what had been sent when its answer came.
"""

import hashlib
import threading
import uuid
from dataclasses import dataclass

from .checker import Listing, Stored


@dataclass(frozen=True)
class Version:
    number: int
    id: int | None  # None: sent, never acknowledged; any id may turn out to be its own
    text: str


@dataclass(frozen=True)
class Window:
    """`versions` are all that had been sent; the first `acknowledged` of them must be visible."""
    subject: str
    acknowledged: int
    versions: tuple

    def possible(self) -> tuple:
        """What `latest` may be."""
        return self.versions[max(0, self.acknowledged - 1):]


class Facts:
    def __init__(self):
        self._lock = threading.Lock()
        self._versions: dict[str, list[Version]] = {}
        self._acknowledged: dict[str, int] = {}

    def sending(self, subject: str, text: str) -> None:
        """Before a registration of new content is sent."""
        with self._lock:
            versions = self._versions.setdefault(subject, [])
            versions.append(Version(len(versions) + 1, None, text))

    def acknowledged(self, subject: str, schema_id: int) -> None:
        """The first version of the subject that was not acknowledged yet now is."""
        with self._lock:
            place = self._acknowledged.get(subject, 0)
            old = self._versions[subject][place]
            self._versions[subject][place] = Version(old.number, schema_id, old.text)
            self._acknowledged[subject] = place + 1

    def acknowledged_count(self, subject: str) -> int:
        with self._lock:
            return self._acknowledged.get(subject, 0)

    def window(self, subject: str, acknowledged_before: int) -> Window:
        with self._lock:
            return Window(subject, acknowledged_before, tuple(self._versions[subject]))

    def ids(self) -> set:
        with self._lock:
            return {v.id for versions in self._versions.values() for v in versions if v.id is not None}

    def listing(self) -> Listing:
        """All that was acknowledged, as every region has to hold it."""
        with self._lock:
            rows = {(subject, v.number): Stored(v.id, v.text) for subject, versions in self._versions.items()
                    for v in versions if v.id is not None}
        return Listing(rows, {stored.id: stored.text for stored in rows.values()})


def guid(text: str) -> str:
    return str(uuid.UUID(hashlib.md5(text.encode()).hexdigest()))


def wrong_latest(window: Window, status: int, body) -> str | None:
    """Why the answer to `latest` is wrong; None when it is right."""
    if status != 200 or not isinstance(body, dict):
        return f"latest of {window.subject}: {status} {body!r}"[:300]
    for version in window.possible():
        if (body.get("version"), body.get("schema")) == (version.number, version.text):
            return _wrong_details(window.subject, version, body)
    return (f"latest of {window.subject} is version {body.get('version')}, may be "
            f"{[v.number for v in window.possible()]}, or its text is another")


def _wrong_details(subject: str, version: Version, body: dict) -> str | None:
    expected = {"subject": subject, "guid": guid(version.text), "schemaType": "AVRO"}
    if version.id is not None:
        expected["id"] = version.id
    for key, value in expected.items():
        if body.get(key) != value:
            return f"latest of {subject}: {key} is {body.get(key)!r}, not {value!r}"
    return None


def wrong_list(window: Window, status: int, body) -> str | None:
    if status != 200 or not isinstance(body, list):
        return f"versions of {window.subject}: {status} {body!r}"[:300]
    numbers = [v.number for v in window.versions]
    if body in [numbers[:length] for length in range(max(1, window.acknowledged), len(numbers) + 1)]:
        return None
    return f"versions of {window.subject} are {body!r}, {window.acknowledged} of {numbers} were acknowledged"


def wrong_unknown(subject: str, status: int, body) -> str | None:
    """404 is a promise, with the exact code and words."""
    if status == 404 and body == {"error_code": 40401, "message": f"Subject '{subject}' not found."}:
        return None
    return f"unknown {subject}: {status} {body!r}"[:300]


def wrong_reregistration(subject: str, version: Version, schema_id, number) -> str | None:
    if (schema_id, number) == (version.id, version.number):
        return None
    return (f"re-registration of {subject} version {version.number} (id {version.id}) answers version {number}, "
            f"id {schema_id}")


def wrong_acceptance(subject: str, number: int, text: str, taken: set, status: int, body) -> str | None:
    """New content must be given the subject's next version and an id that nothing else has."""
    if status != 200 or not isinstance(body, dict):
        return f"{subject}: {status} {body!r} in place of 200"[:300]
    if type(body.get("id")) is not int or body["id"] in taken:
        return f"{subject}: id {body.get('id')!r} is no free one"
    if (body.get("version"), body.get("schema")) != (number, text):
        return f"{subject}: answers version {body.get('version')}, not {number}, or another text"
    return None


def wrong_refusal(status: int, body) -> str | None:
    """A registration that could not reach its acknowledgement: 503 with the registry's error form."""
    if (status == 503 and isinstance(body, dict) and set(body) == {"error_code", "message"}
            and str(body["error_code"]).startswith("503") and body["message"]):
        return None
    return f"{status} {body!r} in place of 503 with a reason"[:300]
