"""Recorded conversations with a real Schema Registry 8.1.1: which of their calls this release answers, and when an
answer counts as the same."""

import gzip
import http.client
import json
import lzma
import re
from urllib.parse import parse_qsl, unquote

from sgwtest import paths

HEADERS = ("content-type", "vary", "allow", "cache-control", "content-encoding", "location", "www-authenticate")

_CALLS = [re.compile(pattern) for pattern in (
    r"(GET|POST) ",
    r"GET v1/metadata/(id|version)",
    r"GET schemas/types",
    r"GET schemas/ids/[^/]+(/schema|/subjects|/versions)?",
    r"GET subjects",
    r"POST subjects/[^/]+",
    r"(GET|POST) subjects/[^/]+/versions",
    r"GET subjects/[^/]+/versions/[^/]+(/schema)?",
    r"POST compatibility/subjects/[^/]+/versions(/[^/]+)?",
    r"(GET|PUT|DELETE) (config|mode)(/[^/]+)?",
)]
# Calls of the contract that come with a later release: 501 until then.
_LATER = [re.compile(pattern) for pattern in (
    r"GET schemas",
    r"GET schemas/guids/[^/]+(/ids)?",
    r"GET v1/metadata/deployment",
    r"DELETE subjects/[^/]+(/versions/[^/]+)?",
    r"GET subjects/[^/]+/metadata",
    r"GET subjects/[^/]+/versions/[^/]+/referencedby",
    r"POST subjects/[^/]+/versions/[^/]+/tags",
    r"GET contexts",
    r"DELETE contexts/[^/]+",
    r".* contexts/.+",
)]


def load():
    with lzma.open(paths.DATA / "golden/exchanges.jsonl.xz", "rt", encoding="ascii") as file:
        return [json.loads(line) for line in file]


def _call(request):
    """'GET subjects/a/versions': method and path without query, `;params` and one trailing slash."""
    path = request["path"].split("?")[0]
    segments = [segment.split(";")[0] for segment in path.split("/")[1:]]
    if len(segments) > 1 and segments[-1] == "":
        segments.pop()
    return request["method"] + " " + "/".join(segments), segments


def _matches(patterns, call):
    return any(pattern.fullmatch(call) for pattern in patterns)


def _names_other_context(segments, query):
    names = [unquote(s) for s in segments[1:]] + [v for k, v in query if k in ("subject", "subjectPrefix")]
    return any(n.startswith(":.") and not re.match(r":\.(__GLOBAL)?:", n) for n in names)


def _body(request):
    try:
        body = json.loads(request.get("body") or "")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def later_call(method, path):
    """Whether the contract has this call, and this release has not."""
    return _matches(_LATER, _call({"method": method, "path": path})[0])


def _asks_for_later_content(request, response):
    """References, metadata, rules, tags and the other formats: not of this release."""
    body = _body(request)
    if response["status"] == 400:
        return isinstance(body.get("references"), list)  # others are refused for their shape, today as later
    later = ("references", "metadata", "ruleSet", "ruleset", "schemaTagsToAdd", "schemaTagsToRemove",
             "defaultMetadata", "overrideMetadata", "defaultRuleSet", "overrideRuleSet", "alias", "compatibilityGroup")
    return any(body.get(key) not in (None, [], {}, "") for key in later) \
        or body.get("schemaType") in ("JSON", "PROTOBUF") or '"metadata"' in response["body"]


def answered_now(exchange):
    """Whether this call belongs to what this release answers as the contract says."""
    request, response = exchange["request"], exchange["response"]
    call, segments = _call(request)
    method = request["method"]
    query = parse_qsl(request["path"].partition("?")[2], keep_blank_values=True)
    asks_for_tags = any(name == "findTags" and value for name, value in query)
    if _names_other_context(segments, query) or asks_for_tags or _asks_for_later_content(request, response):
        return False
    as_get = "GET " + call.split(" ", 1)[1]
    if method == "HEAD":
        return _matches(_CALLS, as_get)
    if method == "OPTIONS":
        return not _matches(_LATER, as_get)
    if _matches(_CALLS, call):
        return True
    return not _matches(_LATER, call) and response["status"] in (400, 404, 405)


def changes_state(exchange):
    return exchange["request"]["method"] in ("POST", "PUT", "DELETE") and exchange["response"]["status"] < 300


class Wire:
    """One connection, requests as recorded, nothing added but Host and Content-Length."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def ask(self, request):
        connection = self.connection
        connection.putrequest(request["method"], request["path"], skip_accept_encoding=True)
        for name, value in request["headers"].items():
            connection.putheader(name, value)
        body = request.get("body")
        data = None if body is None else body.encode()
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        answer = connection.getresponse()
        content = answer.read()
        headers = {k.lower(): v for k, v in answer.getheaders()}
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return answer.status, headers, content.decode("utf-8", "replace")

    def close(self):
        self.connection.close()


def _without_volatile(value, volatile):
    for path in volatile:
        if isinstance(value, dict):
            value.pop(path.removeprefix("$."), None)
    return value


def _opaque_from(code, message):
    """Where in an error message the text of another product's parser begins."""
    if code == 400:
        return 0
    if code == 42201 and "details: " in message:
        return message.rindex("details: ") + len("details: ")
    return len(message)


def _without_parser_text(message):
    if not message.startswith("Invalid schema of type "):
        return message
    return message[:_opaque_from(42201, message)]


def _same_error(wanted, found):
    if not isinstance(found, dict) or list(found) != ["error_code", "message"]:
        return False
    if wanted["error_code"] != found["error_code"]:
        return False
    end = _opaque_from(wanted["error_code"], wanted["message"])
    if end == len(wanted["message"]):
        return wanted["message"] == found["message"]
    return found["message"].startswith(wanted["message"][:end])


def _unordered(call, value):
    """Lists whose order is that of a Java HashMap."""
    holders = re.fullmatch(r"GET schemas/ids/[^/]+/(subjects|versions)", call)
    if holders and isinstance(value, list):
        return sorted(json.dumps(item) for item in value)
    if isinstance(value, dict) and isinstance(value.get("messages"), list):
        return {**value, "messages": sorted(_without_parser_text(message) for message in value["messages"])}
    return value


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def _same_body(exchange, body):
    wanted_text = exchange["response"]["body"]
    call, _ = _call(exchange["request"])
    if call == "GET schemas/types":
        return body == '["AVRO"]'  # the other two come with a later release
    if body == wanted_text:
        return True
    wanted, found = _parsed(wanted_text), _parsed(body)
    if wanted is None or found is None:
        return False
    if isinstance(wanted, dict) and "error_code" in wanted:
        return _same_error(wanted, found)
    # Beyond the volatile and the unordered, the bytes count: the same keys in the same order.
    volatile = exchange.get("volatile", [])
    return json.dumps(_unordered(call, _without_volatile(wanted, volatile))) == \
        json.dumps(_unordered(call, _without_volatile(found, volatile)))


def difference(exchange, status, headers, body):
    """What is wrong with an answer, as text; None when it is the recorded one."""
    wanted = exchange["response"]
    if status != wanted["status"]:
        return f"status {status} instead of {wanted['status']}: {body[:300]}"
    if wanted["headers"].get("content-type", "").startswith("text/html") or (status >= 400 and not wanted["body"]):
        return None  # another server's error page, or its want of one: the status is what counts
    for name in HEADERS + (("x-request-id",) if "x-request-id" in wanted["headers"] else ()):
        if headers.get(name) != wanted["headers"].get(name):
            return f"{name} is {headers.get(name)!r} instead of {wanted['headers'].get(name)!r}"
    if not _same_body(exchange, body):
        return f"body is\n  {body[:600]}\ninstead of\n  {wanted['body'][:600]}"
    return None


def replay(conversation, port):
    """Plays a conversation to an empty registry. Answers (problems, calls compared, whether it was played whole).

    A call of a later release is a clean 501 or already answered as recorded; where it was to change something, the
    rest is left out.
    """
    wire = Wire(port)
    problems, compared = [], 0
    try:
        for number, exchange in enumerate(conversation["exchanges"]):
            request = exchange["request"]
            status, headers, body = wire.ask(request)
            where = f"{number}: {request['method']} {request['path']} {(request.get('body') or '')[:200]}"
            if exchange["response"]["status"] == 500:
                # The recorded server broke here; we answer what it should have answered.
                if status == 500:
                    problems.append(f"{where}\n  {status}: {body[:300]}")
                continue
            if answered_now(exchange):
                compared += 1
                wrong = difference(exchange, status, headers, body)
                if wrong:
                    problems.append(f"{where}\n  {wrong}")
                continue
            error = _parsed(body) or {}
            if difference(exchange, status, headers, body) is not None and \
                    (status != 501 or error.get("error_code") != 501):
                problems.append(f"{where}\n  not of this release, so 501, but it is {status}: {body[:300]}")
            if changes_state(exchange):
                return problems, compared, False
    finally:
        wire.close()
    return problems, compared, True
