"""A huge body is worked through beside the connections, not before them."""

import random
import threading
import time

import pytest
import raw_http

from sgwtest import Gateway, Registry, wait_until

FILLING = b"1," * 3_000_000


@pytest.fixture(scope="module")
def gateway():
    """With one thread for all connections."""
    with Gateway(config={"gateway": {"threads": 1}}) as running:
        yield running


class Neighbour:
    """Another connection that asks for `/` all the time; `worst` is its slowest answer, in seconds."""

    def __init__(self, port):
        self.port = port
        self.worst = 0.0
        self.answers = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self):
        with raw_http.connect(self.port, timeout=60) as connection:
            while not self._ended.is_set():
                began = time.monotonic()
                connection.sendall(raw_http.request("GET", "/"))
                assert raw_http.read_answer(connection)[0] == 200
                self.worst = max(self.worst, time.monotonic() - began)
                self.answers += 1

    def wait_for_answers(self, count):
        wanted = self.answers + count
        wait_until(lambda: self.answers >= wanted, 60, "the neighbour to be answered")

    def __enter__(self):
        self._thread.start()
        self.wait_for_answers(1)
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()


CALLS = [
    ("PUT", "/config", b'{"compatibility":"FULL","x":[%s1]}'),
    ("PUT", "/mode", b'{"mode":"READWRITE","x":[%s1]}'),
    ("POST", "/", b'{"x":[%s1]}'),
    ("POST", "/subjects/s/versions", b'{"schema":"\\"int\\"","x":[%s1]}'),
    ("POST", "/subjects/s", b'{"schema":"\\"int\\"","x":[%s1]}'),
    ("POST", "/compatibility/subjects/s/versions", b'{"schema":"\\"int\\"","x":[%s1]}'),
]


@pytest.mark.parametrize("method, path, body", CALLS, ids=[f"{method} {path}" for method, path, _ in CALLS])
def test_a_large_request_holds_nobody_up(gateway, method, path, body):
    with Neighbour(gateway.port) as neighbour, raw_http.connect(gateway.port, timeout=60) as connection:
        request = raw_http.request(method, path, body % FILLING)
        raw_http.send_all(connection, request[:-1])
        neighbour.wait_for_answers(2)
        held_up_nobody(neighbour, connection, request[-1:])  # from here on it is only worked through


def test_a_large_answer_is_packed_beside_the_others(gateway):
    noise = random.Random(7).randbytes(1_500_000).hex()
    registered = Registry(gateway.url, timeout=60).register("large", f'{{"type":"fixed","name":"F","size":1,"doc":"{noise}"}}')
    request = raw_http.request("GET", f"/schemas/ids/{registered['id']}", headers=[("Accept-Encoding", "gzip")])
    with Neighbour(gateway.port) as neighbour, raw_http.connect(gateway.port, timeout=60) as connection:
        for _ in range(2):  # the second time from memory: nothing is left to do but to pack it
            raw_http.send_all(connection, request[:-1])
            neighbour.wait_for_answers(2)
            headers = held_up_nobody(neighbour, connection, request[-1:])
            assert headers["content-encoding"] == "gzip"
        assert "memory" in headers["cache-status"]


def held_up_nobody(neighbour, connection, last_bytes):
    """The headers of the answer to the request that ends so."""
    neighbour.worst = 0.0
    began = time.monotonic()
    raw_http.send_all(connection, last_bytes)
    status, headers, _ = raw_http.read_answer(connection)
    took = time.monotonic() - began
    neighbour.wait_for_answers(1)
    assert status == 200 and neighbour.worst < took / 2
    return headers
