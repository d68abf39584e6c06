"""One keep-alive connection that never tries anything twice: what goes wrong is the caller's to count.
Not thread-safe; one per thread."""

import http.client
import json
from dataclasses import dataclass

HEADERS = {"Content-Type": "application/vnd.schemaregistry.v1+json",
           "Accept": "application/vnd.schemaregistry.v1+json"}


class Broken(Exception):
    """No complete answer came: refused, reset, timed out, or half an answer."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        """The body, or None when it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Connection:
    def __init__(self, port: int, timeout: float = 10.0):
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, body=None) -> Answer:
        payload = None if body is None else json.dumps(body).encode()
        try:
            self._http.request(method, path, payload, HEADERS)
            response = self._http.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            raise Broken(f"{type(error).__name__}: {error}") from error

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body) -> Answer:
        return self.call("POST", path, body)
