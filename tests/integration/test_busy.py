"""While schemas keep all threads busy that work through them, the rest goes on, and nobody waits longer than allowed."""

import contextlib
import json
import os

import pytest
import raw_http

from sgwtest import Gateway, Registry, RegistryError, wait_until

CHECKS = 2 * max(2, os.cpu_count() or 1)  # more than there are threads for them
VERSIONS = 20


def unions(letter):
    """Compared with the same under another letter, every branch is compared with every branch."""
    def union(field):
        return [{"type": "record", "name": f"{letter}{field}_{branch}", "fields": [{"name": "x", "type": "int"}]}
                for branch in range(400)]
    return json.dumps({"type": "record", "name": "R", "fields": [{"name": f"f{n}", "type": union(n)} for n in range(5)]})


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

    with contextlib.ExitStack() as stack:
        checks = [stack.enter_context(raw_http.connect(gateway.port, timeout=60)) for _ in range(CHECKS)]
        for connection in checks:
            raw_http.send_all(connection, check)
        wait_until(is_too_late, 20, "a registration to wait too long")
        assert is_read_from_disk() and is_read_from_disk()
        statuses = [raw_http.read_answer(connection)[0] for connection in checks]
    assert 200 in statuses and set(statuses) <= {200, 503}
    with pytest.raises(RegistryError) as missing:
        registry.lookup("late", tried[-1])
    assert missing.value.status == 404
