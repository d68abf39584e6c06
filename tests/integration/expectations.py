"""What may be said about the answer to any request at all, however broken, and what it may leave behind."""

import gzip
import json
import re
from urllib.parse import quote, unquote

import exchanges

# Every code that the contract has for a call of this release, by status.
CODES = {
    400: {400}, 404: {404, 40401, 40402, 40403, 40408, 40409}, 405: {405}, 406: {406}, 408: {408}, 409: {409},
    413: {413}, 414: {414}, 415: {415}, 417: {417}, 422: {422, 42201, 42202, 42203, 42204, 42205, 42208},
    431: {431}, 501: {501},
}


class Sent:
    """A request as far as its bytes make one."""

    def __init__(self, wire):
        self.wire = wire
        self.head, self.end_of_head, rest = wire.partition(b"\r\n\r\n")
        line = self.head.split(b"\r\n")[0].split(b" ")
        self.method = line[0].decode("latin-1")
        self.path = line[1].decode("latin-1") if len(line) > 1 else ""
        lengths = [int(number) for number in re.findall(rb"(?im)^content-length:[ \t]*(\d+)[ \t]*\r?$", self.head)]
        self.missing = max(0, lengths[0] - len(rest)) if lengths else 0
        self.body = rest[:lengths[0]] if lengths else rest
        self.is_chunked = re.search(rb"(?im)^transfer-encoding:[ \t]*chunked[ \t]*\r?$", self.head) is not None

    def cut_short(self):
        """More was announced than came, so there is nothing to answer: no end of the head, or not all of the body."""
        return not self.end_of_head or self.missing > 0 or (self.is_chunked and not self.body.endswith(b"0\r\n\r\n"))

    def is_refused_in_silence(self):
        """The recorded server words a Content-Type that is none only where no PUT or DELETE came with it."""
        is_none = rb"(?im)^content-type:(?![ \t]*[\w.+*-]+/[\w.+*-]+[ \t]*(?:;|\r?$))"
        return self.method in ("PUT", "DELETE") and re.search(is_none, self.head) is not None

    def asks_for_later_release(self):
        """A call that comes later, or a member that does (`gateway/README.md`, "Not in this release")."""
        if exchanges.later_call(self.method, self.path):
            return True
        try:
            body = json.loads(self.body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(body, dict):
            return False
        members = ("ruleSet", "ruleset", "references", "schemaTagsToAdd", "schemaTagsToRemove", "propagateSchemaTags",
                   "defaultRuleSet", "overrideRuleSet", "alias")
        return any(body.get(name) is not None for name in members) or body.get("schemaType") in ("JSON", "PROTOBUF")

    def setting(self):
        """('config' or 'mode', subject or None for the top level), or None: what this request may set or delete."""
        path = re.fullmatch(r"/(config|mode)(?:/([^/;?]*))?(?:;[^/?]*)?/?(?:\?.*)?", self.path)
        if not path or self.method not in ("PUT", "DELETE"):
            return None
        return path[1], unquote(path[2]) if path[2] else None


def plain_body(headers, body):
    """What belongs to this answer and not to the next one, as text that is not compressed."""
    own = body[:int(headers.get("content-length", 0))]
    return gzip.decompress(own) if own and headers.get("content-encoding") == "gzip" else own


def problem_with(sent, status, headers, body):
    """What is wrong with this answer whatever was asked, as text; None when nothing is."""
    if status is None:
        return None if sent.cut_short() else "closed without an answer, though all of the request came"
    if status == 200:
        return None
    if status not in CODES:
        return f"status {status}"
    if status == 501 and not sent.asks_for_later_release():
        return "501, but nothing in it comes with a later release"
    if "x-request-id" not in headers:
        return f"{status} without X-Request-ID"
    if sent.method == "HEAD" or (not body and status == 400 and sent.is_refused_in_silence()):
        return None
    try:
        error = json.loads(body)
    except ValueError:
        return f"{status} without an error in JSON"
    if list(error) != ["error_code", "message"] or error["error_code"] not in CODES[status] or not error["message"]:
        return f"{status} with {error}"
    return None


class Settings:
    """What the configs and modes of these subjects, and of all others that get some, have to be after all answers."""

    def __init__(self, subjects):
        self.stored = {(kind, subject): None for kind in ("config", "mode") for subject in (None, *subjects)}
        self.accepted = 0

    def note(self, sent, status, body):
        setting = sent.setting() if status == 200 else None
        if setting is None or (setting[1] or "").startswith(":"):
            return
        self.accepted += 1
        answer = json.loads(body)
        self.stored[setting] = answer if sent.method == "PUT" and answer != {"mode": None} else None

    def differences(self, registry):
        """One text for each setting that is not what the answers said."""
        wrong = []
        for (kind, subject), stored in self.stored.items():
            path = f"/{kind}" if subject is None else f"/{kind}/{quote(subject, safe='')}"
            answer = registry.request("GET", path)
            wanted = self._shown(kind, subject, stored)
            if (answer.status_code, answer.json().get("error_code") or answer.json()) != wanted:
                wrong.append(f"{kind} of {subject!r}: {answer.status_code} {answer.text} instead of {wanted}")
        return wrong

    @staticmethod
    def _shown(kind, subject, stored):
        if kind == "mode":
            mode = stored["mode"].upper() if stored else "READWRITE"
            return (404, 40409) if stored is None and subject is not None else (200, {"mode": mode})
        if stored is None:
            return (404, 40408) if subject is not None else (200, {"compatibilityLevel": "BACKWARD"})
        shown = {key: value for key, value in stored.items() if key != "compatibility" and value != ""}
        return 200, {**shown, "compatibilityLevel": stored.get("compatibility", "BACKWARD")}
