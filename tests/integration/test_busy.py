"""While schemas keep all threads busy that work through them, the rest goes on, and nobody waits longer than allowed."""

import contextlib
import json
import threading

import pytest
import raw_http

from sgwtest import Gateway, Registry, RegistryError, wait_until

ASKING = 100  # at a time: more checks than can be made in the time that a request has
VERSIONS = 20


def unions(letter):
    """Compared with the same under another letter, every branch is compared with every branch."""
    def union(field):
        return [{"type": "record", "name": f"{letter}{field}_{branch}", "fields": [{"name": "x", "type": "int"}]}
                for branch in range(400)]
    return json.dumps({"type": "record", "name": "R", "fields": [{"name": f"f{n}", "type": union(n)} for n in range(5)]})


@contextlib.contextmanager
def checked_all_the_time(port, check):
    """Yields the statuses so far."""
    statuses, ended = set(), threading.Event()

    def ask():
        with raw_http.connect(port, timeout=60) as connection:
            while not ended.is_set():
                raw_http.send_all(connection, check)
                statuses.add(raw_http.read_answer(connection)[0])

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def gateway():
    with Gateway(config={"gateway": {"limits": {"request_timeout": "1s"}}}) as running:
        registry = Registry(running.url)
        registry.call("PUT", "/config", {"compatibility": "NONE"})
        for version in range(VERSIONS):
            registry.register("slow", unions(f"A{version}_"))
        registry.call("PUT", "/config/slow", {"compatibility": "FULL_TRANSITIVE"})
        yield running


def test_reads_go_on_and_registrations_end_in_time(gateway):
    registry = Registry(gateway.url)
    unread = [registry.register(f"read-{n}", f'{{"type":"fixed","name":"F","size":{n + 1}}}')["id"] for n in range(100)]
    check = raw_http.request("POST", "/compatibility/subjects/slow/versions", json.dumps({"schema": unions("B")}).encode())
    coming = [f'{{"type":"fixed","name":"Late","size":{size}}}' for size in range(1, 1000)]
    tried = []

    def is_too_late():
        """False: its turn came before those of the checks, or in the last moment."""
        tried.append(coming.pop())
        body = json.dumps({"schema": tried[-1]}).encode()
        status, headers, answer = raw_http.ask(gateway.port, raw_http.request("POST", "/subjects/late/versions", body))
        assert status in (200, 503)
        if status == 503:
            assert headers["retry-after"] == "1" and list(json.loads(answer)) == ["error_code", "message"]
        return b"Too busy to answer in time" in answer

    def is_read_from_disk():
        status, headers, _ = raw_http.ask(gateway.port, raw_http.request("GET", f"/schemas/ids/{unread.pop()}"))
        return status == 200 and "view" in headers["cache-status"]

    with checked_all_the_time(gateway.port, check) as statuses:
        wait_until(lambda: {200, 503} <= statuses, 30, "checks to be made, and others to come too late")
        wait_until(is_too_late, 30, "a registration to wait too long")
        assert is_read_from_disk() and is_read_from_disk()
    assert statuses == {200, 503}
    with pytest.raises(RegistryError) as missing:
        registry.lookup("late", tried[-1])
    assert missing.value.status == 404
