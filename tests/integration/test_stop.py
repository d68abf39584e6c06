"""SIGTERM: what is under way is answered, nothing new is taken, and the end comes in time."""

import contextlib
import json
import os
import signal
import time

import raw_http

from sgwtest import Axonops, Gateway, Registry, wait_until

HALF = b"POST /subjects/s/versions HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{"


def test_unfinished_requests_do_not_hold_it_longer_than_the_timeout():
    """On both listeners, which are not given the time one after the other."""
    timeout = 4
    with Gateway(config={"gateway": {"shutdown_timeout": f"{timeout}s"}}) as gateway:
        admin_port = int(gateway.admin_url.rsplit(":", 1)[1])
        with raw_http.connect(gateway.port) as client, raw_http.connect(admin_port) as admin:
            client.sendall(HALF)
            admin.sendall(HALF)
            wait_until(lambda: gateway.metric("schema_gateway_connections", listener="client") == 1
                       and gateway.metric("schema_gateway_connections", listener="admin") >= 2, 5, "both connections")
            begin = time.monotonic()
            assert gateway.terminate(60) == 0
            assert time.monotonic() - begin < 1.8 * timeout


@contextlib.contextmanager
def stopped_amid_an_acknowledgement(ack_timeout, shutdown_timeout):
    """Told to stop while a registration waits for a region that hangs; yields the gateway and the client's connection."""
    body = json.dumps({"schema": '"string"'}).encode()
    request = (b"POST /subjects/s/versions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
               b"Content-Length: %d\r\n\r\n" % len(body)) + body
    config = {"deploy": {"ack": "all", "ack_timeout": ack_timeout, "on_timeout": "accept"},
              "health": {"failures": 1000}, "gateway": {"shutdown_timeout": shutdown_timeout}}
    with Axonops("us-west") as region, Gateway([region], config=config) as gateway:
        gateway.wait_for_regions()
        head = gateway.metric("schema_gateway_log_head")
        region.suspend()
        try:
            with raw_http.connect(gateway.port) as client:
                client.sendall(request)
                wait_until(lambda: gateway.metric("schema_gateway_log_head") > head, 3, "the registration to be logged")
                os.kill(gateway.pid, signal.SIGTERM)
                yield gateway, client
        finally:
            region.resume()


def end_of(gateway):
    wait_until(lambda: not gateway.process.running(), 15, "the end")
    assert gateway.process.returncode == 0


def test_request_under_way_is_answered():
    with stopped_amid_an_acknowledgement("3s", "10s") as (gateway, client):
        status, headers, answer = raw_http.read_answer(client)
        assert (status, json.loads(answer)["id"]) == (200, 1)
        assert headers["connection"] == "close"
        client.close()
        end_of(gateway)


def test_acknowledgements_are_not_waited_for_longer_than_the_timeout():
    """Who waits for one is answered before the end, and does not put it off."""
    timeout = 4
    with stopped_amid_an_acknowledgement("20s", f"{timeout}s") as (gateway, client):
        begin = time.monotonic()
        status, _, answer = raw_http.read_answer(client)
        assert (status, json.loads(answer)["id"]) == (200, 1)
        client.close()
        end_of(gateway)
        assert time.monotonic() - begin < timeout + 1


def test_reads_that_wait_for_their_turn_do_not_hold_it():
    """Work enough for far longer, of clients who are gone."""
    schema = {"type": "record", "name": "R", "doc": "d" * 8_000_000, "fields": []}
    with Gateway(config={"gateway": {"shutdown_timeout": "2s"}}) as gateway:
        Registry(gateway.url).register("s", schema)
        for number in range(300):  # each another call, so that nobody finds it made
            with raw_http.connect(gateway.port) as client:
                client.sendall(b"GET /subjects/s/versions/1?x=%d HTTP/1.1\r\nHost: h\r\n\r\n" % number)
        os.kill(gateway.pid, signal.SIGTERM)
        end_of(gateway)
