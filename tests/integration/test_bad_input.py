"""Input that is too big, too deep, too slow or too much: a clear error, bounded memory, others undisturbed."""

import contextlib
import json
import os
import resource
import select
import threading
import time

import pytest
import raw_http
from raw_http import request

from sgwtest import Gateway, Registry, wait_until

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def gateway():
    with Gateway() as running:
        Registry(running.url).register("others", '"int"')
        yield running
        assert running.terminate() == 0


@contextlib.contextmanager
def undisturbed(gateway, slowest=2.0):
    """Another client keeps calling in the meantime; every call of it succeeds, and soon."""
    done, problems, calls = threading.Event(), [], []

    def call():
        registry = Registry(gateway.url, timeout=slowest)
        while not done.is_set():
            begin = time.monotonic()
            try:
                assert registry.schema_by_id(1)["schema"] == '"int"'
                assert registry.register("others", '"int"')["id"] == 1
            except Exception as error:  # noqa: BLE001 - shown below
                problems.append(repr(error))
                return
            calls.append(time.monotonic() - begin)
            done.wait(0.005)

    other = threading.Thread(target=call)
    other.start()
    try:
        yield
    finally:
        done.set()
        other.join()
    assert not problems, problems
    assert calls and max(calls) < slowest


def error_of(body):
    value = json.loads(body)
    assert list(value) == ["error_code", "message"] and value["message"], value
    return value["error_code"]


def refused(gateway, data, status, code=None, **kwargs):
    """This request gets that answer, and the gateway is well after it."""
    found, headers, body = raw_http.ask(gateway.port, data, **kwargs)
    assert found == status, body[:300]
    assert error_of(body) == (code or status)
    assert "x-request-id" in headers
    assert Registry(gateway.url).subjects() == ["others"]


def test_body_of_11_mib(gateway):
    body = b'{"schema":"' + b"x" * (11 * MIB) + b'"}'
    with undisturbed(gateway):
        refused(gateway, request("POST", "/subjects/big/versions", body), 413)
        chunk = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
        head = request("POST", "/subjects/big/versions", None, [("Transfer-Encoding", "chunked"),
                                                                ("Content-Type", "application/json")])
        refused(gateway, head + chunk, 413)


def test_many_big_bodies_at_once_keep_memory_bounded(gateway):
    before = gateway.process.status_kib("VmRSS")
    head = request("POST", "/subjects/big/versions", None, [("Transfer-Encoding", "chunked")])
    body = head + b"%x\r\n" % (11 * MIB) + b"[" * (11 * MIB) + b"\r\n0\r\n\r\n"
    statuses = []
    with undisturbed(gateway, slowest=5.0):
        threads = [threading.Thread(target=lambda: statuses.append(raw_http.ask(gateway.port, body, timeout=30)[0]))
                   for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [413] * 16
    peak = gateway.process.status_kib("VmHWM")
    assert peak - before < 16 * 24 * 1024, f"{before} KiB before, {peak} KiB at the peak"
    assert gateway.process.status_kib("VmRSS") < before + 128 * 1024


def test_64_bodies_of_10_mib_share_what_is_there_for_all(gateway):
    before = gateway.process.status_kib("VmRSS")
    size = 10 * MIB - 1024
    head = request("POST", "/subjects/big/versions", None, [("Content-Type", "application/json"),
                                                            ("Content-Length", str(size))])
    with contextlib.ExitStack() as stack, undisturbed(gateway, slowest=5.0):
        connections = [stack.enter_context(raw_http.connect(gateway.port, timeout=30)) for _ in range(64)]
        for connection in connections:
            raw_http.send_all(connection, head + b"x" * (size - 1))
        refusals = 64 - 12  # 128 MiB by default
        wait_until(lambda: len(select.select(connections, [], [], 0)[0]) == refusals, 20, f"{refusals} refusals")
        for connection in select.select(connections, [], [], 0)[0]:
            status, headers, body = raw_http.read_answer(connection)
            assert (status, error_of(body), headers["retry-after"]) == (503, 503, "1")
        grown = gateway.process.status_kib("VmHWM") - before
        assert grown < 192 * 1024, f"{grown} KiB more"
    wait_until(lambda: raw_http.ask(gateway.port, head + b"x" * size, timeout=30)[0] == 400, 10, "room for another")


@pytest.mark.parametrize("body", [
    pytest.param(b"[" * 100_000 + b"]" * 100_000, id="as the body"),
    pytest.param(b'{"references":' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="in an ignored member"),
    pytest.param(b"[" * 100_000, id="not closed"),
    pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="objects"),
])
def test_nested_body(gateway, body):
    refused(gateway, request("POST", "/subjects/deep/versions", body), 400)
    refused(gateway, request("POST", "/compatibility/subjects/deep/versions", body), 400)
    refused(gateway, request("PUT", "/config", body), 400)


def test_nested_schema(gateway):
    for text in ("[" * 100_000 + "]" * 100_000, '{"type":"array","items":' * 50_000 + '"int"' + "}" * 50_000):
        body = json.dumps({"schema": text}).encode()
        refused(gateway, request("POST", "/subjects/deep/versions", body), 422, 42201)


def test_invalid_utf8(gateway):
    for text in (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf"):
        body = b'{"schema":"{\\"type\\":\\"enum\\",\\"name\\":\\"E\\",\\"symbols\\":[\\"A\\"],\\"doc\\":\\"' + text + b'\\"}"}'
        refused(gateway, request("POST", "/subjects/utf8/versions", body), 400)


@pytest.mark.parametrize("path", ["/subjects/a%00b/versions", "/subjects/%00/versions", "/config/a%00", "/mode/%01",
                                  b"/subjects/a\x00b/versions", b"/subjects/a\xffb/versions", "/subjects/%FF/versions",
                                  "/subjects/%ZZ/versions", "/subjects/a b/versions", "//subjects", "/subjects//versions"])
def test_bad_paths(gateway, path):
    for method, body in (("GET", None), ("POST", b'{"schema":"\\"int\\""}'), ("PUT", b'{"compatibility":"FULL"}')):
        status, _, _ = raw_http.ask(gateway.port, request(method, path, body))
        assert status == 400
    assert Registry(gateway.url).subjects() == ["others"]


def test_subject_of_9_kib(gateway):
    refused(gateway, request("GET", "/subjects/" + "s" * 9 * 1024 + "/versions"), 414)
    refused(gateway, request("POST", "/subjects/" + "s" * 9 * 1024 + "/versions", b'{"schema":"\\"int\\""}'), 414)


def test_headers_of_9_kib(gateway):
    refused(gateway, request("GET", "/subjects", headers=[("X-Long", "x" * 9 * 1024)]), 431)
    refused(gateway, request("GET", "/subjects", headers=[(f"X-{n}", "x" * 90) for n in range(100)]), 431)


@pytest.mark.parametrize("head", [
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
    b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n",
    b"GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
])
def test_ambiguous_framing_is_refused_and_the_connection_closed(gateway, head):
    with raw_http.connect(gateway.port) as connection:
        connection.sendall(head)
        status, _, _ = raw_http.read_answer(connection)
        assert status == 400
        assert raw_http.closed_within(connection, 5)


def test_absolute_form_of_our_host(gateway):
    host = f"127.0.0.1:{gateway.port}".encode()
    status, _, body = raw_http.ask(gateway.port, b"GET http://" + host + b"/subjects HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
    assert (status, body) == (200, b'["others"]')


def test_pipelined_requests_are_answered_in_order(gateway):
    with raw_http.connect(gateway.port) as connection:
        connection.sendall(request("GET", "/schemas/ids/1/schema") + request("GET", "/subjects") +
                           request("GET", "/schemas/types"))
        received = b""
        while received.count(b"HTTP/1.1 200") < 3 or not received.endswith(b'["AVRO"]'):
            received += connection.recv(65536)
    assert received.index(b'"int"') < received.index(b'["others"]') < received.index(b'["AVRO"]')


def test_2000_idle_connections(gateway):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip(f"this shell may open only {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    before = gateway.process.status_kib("VmRSS")
    files = len(os.listdir(f"/proc/{gateway.pid}/fd"))
    with contextlib.ExitStack() as stack, undisturbed(gateway):
        for _ in range(2000):
            stack.enter_context(raw_http.connect(gateway.port))
        wait_until(lambda: len(os.listdir(f"/proc/{gateway.pid}/fd")) >= files + 2000, 10, "2,000 connections")
        grown = gateway.process.status_kib("VmRSS") - before
        assert grown < 128 * 1024, f"{grown} KiB for 2,000 idle connections"
    wait_until(lambda: len(os.listdir(f"/proc/{gateway.pid}/fd")) <= files + 5, 10, "the connections to be closed")


def test_more_connections_than_the_soft_limit_of_files():
    """A shell's soft limit is often 1,024 or less; the gateway raises its own as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1024:
        pytest.skip(f"this shell may open only {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1024), hard))

    def low():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))

    with Gateway(limits=low) as gateway, contextlib.ExitStack() as stack:
        held = [stack.enter_context(raw_http.connect(gateway.port, timeout=5)) for _ in range(400)]
        for connection in held:
            connection.sendall(request("GET", "/subjects"))
        assert [raw_http.read_answer(connection)[0] for connection in held] == [200] * 400
        assert Registry(gateway.url).register("others", '"int"')["id"] == 1


@contextlib.contextmanager
def limited(**limits):
    with Gateway(config={"gateway": {"limits": limits}}) as running:
        Registry(running.url).register("others", '"int"')
        yield running


def test_client_that_sends_a_byte_at_a_time(gateway):
    wire = request("POST", "/subjects/slow/versions", b'{"schema":"\\"long\\""}')
    with limited(request_timeout="1500ms") as quick, undisturbed(quick):
        for part in (wire, wire[wire.index(b"\r\n\r\n"):]):  # slow from the start; slow with the body only
            with raw_http.connect(quick.port) as connection:
                connection.sendall(wire[:len(wire) - len(part)])
                begin = time.monotonic()
                for byte in part:
                    raw_http.send_all(connection, bytes([byte]))
                    if select.select([connection], [], [], 0.1)[0]:
                        break
                status, _, body = raw_http.read_answer(connection)
                took = time.monotonic() - begin
                assert (status, error_of(body)) == (408, 408)
                assert 1.0 < took < 6.0
                assert raw_http.closed_within(connection, 5)
        assert Registry(quick.url).subjects() == ["others"]


def test_idle_connections_are_closed():
    with limited(idle_timeout="500ms") as quick, raw_http.connect(quick.port) as connection:
        connection.sendall(request("GET", "/subjects"))
        assert raw_http.read_answer(connection)[0] == 200
        assert raw_http.closed_within(connection, 5)


def test_client_that_does_not_read_its_answers():
    with limited(request_timeout="1s") as quick, undisturbed(quick), raw_http.connect(quick.port) as connection:
        before = quick.process.status_kib("VmRSS")
        connection.settimeout(0.5)
        with contextlib.suppress(OSError):
            for _ in range(2000):
                connection.sendall(request("GET", "/schemas/ids/1") * 100)
        assert quick.process.status_kib("VmRSS") - before < 64 * 1024
        wait_until(lambda: _is_closed(connection), 20, "the connection to be given up")


def _is_closed(connection):
    try:
        connection.send(b"\r\n")
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


def test_more_connections_than_allowed_get_a_clear_answer():
    with limited(connections=20) as small, contextlib.ExitStack() as stack:
        small.session.close()
        answers = []
        for _ in range(40):
            connection = stack.enter_context(raw_http.connect(small.port))
            if select.select([connection], [], [], 0.05)[0]:
                answers.append(raw_http.read_answer(connection))
        assert 15 <= len(answers) <= 25
        assert all((status, error_of(body)) == (503, 503) for status, _, body in answers)
        stack.close()
        wait_until(lambda: Registry(small.url).subjects() == ["others"], 10, "room for new connections")


def test_refused_registrations_leave_no_trace():
    """They take no id, no version, no subject, no entry in the log."""
    with limited() as own:
        registry = Registry(own.url)
        before = registry.register("trace", '"long"')["id"]
        head = own.metric("schema_gateway_log_head")
        for body in (b"", b"null", b'{"schema":"nope"}', b'{"schema":"\\"int\\"","schemaType":"XML"}', b"\x00", b"[]",
                     b'{"schema":"\\"int\\"","id":99}', b'{"schema":"{\\"type\\":\\"record\\"}"}'):
            status, _, answer = raw_http.ask(own.port, request("POST", "/subjects/trace/versions", body))
            assert status in (400, 422), (body, answer)
            raw_http.ask(own.port, request("POST", "/subjects/new/versions", body))
        for path, body in (("/config/trace", b'{"compatibility":"SOMEHOW"}'), ("/mode/trace", b'{"mode":"SOMEHOW"}'),
                           ("/config", b"[]"), ("/mode", b"")):
            status, _, answer = raw_http.ask(own.port, request("PUT", path, body))
            assert 400 <= status < 500, (path, body, answer)
        assert own.metric("schema_gateway_log_head") == head
        assert registry.subjects() == ["others", "trace"]
        assert registry.versions("trace") == [1]
        assert registry.register("next", '"bytes"')["id"] == before + 1
