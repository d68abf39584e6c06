"""A proxy in front of a real registry that lies on demand, in HTTP: 5xx, HTML, wrong ids, empty lists, half bodies.

A lie is a function `(request, answer) -> Answer | None`; the first one whose pattern matches "METHOD path" and that
answers something replaces the registry's answer (None: not this one). `answer` is what the registry said.
"""

import dataclasses
import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "date",
               "server"}
_TYPE = "application/vnd.schemaregistry.v1+json"


@dataclasses.dataclass
class Request:
    method: str
    path: str  # as sent, with the query
    headers: dict
    body: bytes


@dataclasses.dataclass
class Answer:
    status: int
    headers: list
    body: bytes
    cut_at: int | None = None  # bytes of the body after which the connection is closed
    drop: bool = False         # close without a word

    def json(self):
        return json.loads(self.body)


def answer_json(value, status=200):
    return Answer(status, [("Content-Type", _TYPE)], json.dumps(value, separators=(",", ":")).encode())


# The lies that more than one test tells.

def server_error(status=500, code=50002, message="Register operation timed out"):
    return lambda request, answer: answer_json({"error_code": code, "message": message}, status)


def html_page(status=200):
    page = b"<html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"
    return lambda request, answer: Answer(status, [("Content-Type", "text/html")], page)


def empty_list(request, answer):
    return answer_json([])


def half_body(request, answer):
    return dataclasses.replace(answer, cut_at=len(answer.body) // 2)


def no_answer(request, answer):
    return dataclasses.replace(answer, drop=True)


def changed(**fields):
    """The registry's JSON object with some fields replaced; a callable gets the old value."""
    def lie(request, answer):
        try:
            value = answer.json()
        except ValueError:
            return None
        if answer.status != 200 or not isinstance(value, dict):
            return None
        for key, new in fields.items():
            value[key] = new(value.get(key)) if callable(new) else new
        return answer_json(value)
    return lie


class ScriptedProxy:
    """`with ScriptedProxy(region) as liar: with liar.lying(r"GET /subjects/[^/]+/versions$", empty_list): ...`"""

    def __init__(self, region):
        self.region = region
        self.name = region.name
        self._lock = threading.Lock()
        self._lies = []
        self._watches = []
        self._counts = {}
        self._server = None

    @property
    def port(self):
        return self._server.server_address[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def region_config(self):
        return {**self.region.region_config(), "urls": [self.url]}

    def start(self):
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def lie(self, pattern, tell):
        with self._lock:
            self._lies.append((re.compile(pattern), tell))

    def watch(self, pattern, notice):
        """`notice(request)` is called before a request that matches is passed on, which waits for it to return."""
        with self._lock:
            self._watches.append((re.compile(pattern), notice))

    def notice(self, request):
        with self._lock:
            watches = list(self._watches)
        for pattern, notice in watches:
            if pattern.search(f"{request.method} {request.path}"):
                notice(request)

    def honest(self):
        with self._lock:
            self._lies.clear()

    def lying(self, pattern, tell):
        """A context in which that lie is told."""
        return _Lying(self, pattern, tell)

    def told(self, tell):
        """How often that lie was told: a test of a lie nobody heard proves nothing."""
        with self._lock:
            return self._counts.get(id(tell), 0)

    def apply(self, request, answer):
        with self._lock:
            lies = list(self._lies)
        for pattern, tell in lies:
            if not pattern.search(f"{request.method} {request.path}"):
                continue
            replaced = tell(request, answer)
            if replaced is not None:
                with self._lock:
                    self._counts[id(tell)] = self._counts.get(id(tell), 0) + 1
                return replaced
        return answer

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Hold:
    """The truth, but late: calls that match get what the registry said to them only once the hold ends.

    `with Hold(proxy, r"GET /subjects/s/") as hold: ...; hold.end()`; it ends with the context at the latest.
    """

    def __init__(self, proxy, pattern):
        self._ended = threading.Event()
        proxy.lie(pattern, self._wait)

    def _wait(self, request, answer):
        self._ended.wait(30)

    def end(self):
        self._ended.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class _Lying:
    def __init__(self, proxy, pattern, tell):
        self.proxy, self.pattern, self.tell = proxy, pattern, tell

    def __enter__(self):
        self.proxy.lie(self.pattern, self.tell)
        return self

    def told(self):
        return self.proxy.told(self.tell)

    def __exit__(self, *_):
        self.proxy.honest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # it delays each answer by 40 ms, which no region does
    owner = None

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.owner.notice(request)
        answer = self.owner.apply(request, self._ask(request))
        if answer.drop:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        body = b"" if request.method == "HEAD" else answer.body
        if answer.cut_at is not None:
            body = body[:answer.cut_at]
            self.close_connection = True
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = handle_any  # noqa: N815

    def _ask(self, request):
        upstream = http.client.HTTPConnection("127.0.0.1", self.owner.region.port, timeout=10)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP}
        try:
            upstream.request(request.method, request.path, request.body or None, headers)
            answer = upstream.getresponse()
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in _HOP_BY_HOP]
            return Answer(answer.status, kept, answer.read())
        except OSError:
            return Answer(502, [], b"", drop=True)
        finally:
            upstream.close()

    def log_message(self, *_):
        pass
