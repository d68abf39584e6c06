"""What an answer to a registration means. Pure."""

from dataclasses import dataclass

from .checker import Ack
from .plan import Kind, Operation

REFUSAL = "Schema being registered is incompatible with an earlier schema for subject"


@dataclass(frozen=True)
class Acknowledged:
    ack: Ack


@dataclass(frozen=True)
class Refused:
    pass


@dataclass(frozen=True)
class TryAgain:
    why: str


@dataclass(frozen=True)
class Wrong:
    """An answer that no retry mends; it breaks a promise."""
    why: str


Verdict = Acknowledged | Refused | TryAgain | Wrong


def judge(operation: Operation, status: int, body) -> Verdict:
    """`body` is the parsed JSON, None when it is none."""
    if status >= 500 or status == 429:
        return TryAgain(str(status))
    if status == 200:
        return _accepted(operation, body)
    if status == 409 and operation.kind == Kind.incompatible:
        if isinstance(body, dict) and body.get("error_code") == 409 and str(body.get("message")).startswith(REFUSAL):
            return Refused()
        return Wrong(f"{operation.subject}: 409 with a wrong body: {body!r}"[:300])
    return Wrong(f"{operation.subject} ({operation.kind.value}): {status} {body!r}"[:300])


def _accepted(operation: Operation, body) -> Verdict:
    if not isinstance(body, dict) or not all(type(body.get(key)) is int and body[key] > 0 for key in ("id", "version")):
        return Wrong(f"{operation.subject}: 200 without id and version: {body!r}"[:300])
    if body.get("schema", operation.text) != operation.text:
        return Wrong(f"{operation.subject}: 200 with another text: {body['schema'][:200]}")
    return Acknowledged(Ack(operation.subject, operation.text, body["id"], body["version"]))
