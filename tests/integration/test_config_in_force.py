"""A running gateway does what its configuration says, and what the defaults say where it says nothing."""

import os

import pytest
import raw_http

from sgwtest import Gateway, Process, Registry, RegistryError, paths, wait_until
from sgwtest.process import json_object

BAD_NAME = '{"type":"record","name":"1A","fields":[]}'
BAD_DEFAULT = '{"type":"record","name":"R","fields":[{"name":"x","type":"int","default":"n"}]}'


def test_avro_is_strict_where_it_is_told_to_be():
    with Gateway(config={"schemas": {"avro": {"validate_defaults": True}}}) as gateway:
        registry = Registry(gateway.url)
        for text, word in ((BAD_NAME, "1A"), (BAD_DEFAULT, "Invalid default for field x")):
            with pytest.raises(RegistryError, match=word) as refused:
                registry.register("strict", text)
            assert (refused.value.status, refused.value.code) == (422, 42201)
        assert registry.register("strict", '"int"')["id"] == 1


def test_ids_begin_above_their_floor():
    with Gateway(config={"ids": {"floor": 4711}}) as gateway:
        registry = Registry(gateway.url)
        assert [registry.register(subject, f'"{subject}"')["id"] for subject in ("int", "string")] == [4712, 4713]


def test_lenient_avro_and_ids_from_one_by_default():
    with Gateway() as gateway:
        registry = Registry(gateway.url)
        assert registry.register("name", BAD_NAME)["id"] == 1
        assert registry.register("default", BAD_DEFAULT)["id"] == 2


def test_the_body_limit_bounds_the_size_of_a_schema():
    """Nothing else does."""
    with Gateway(config={"gateway": {"limits": {"body_bytes": "4KiB"}}}) as gateway:
        registry = Registry(gateway.url)
        fixed = '{"type":"fixed","name":"F","size":1,"doc":"%s"}'
        assert registry.register("small", fixed % ("d" * 3900))["id"] == 1
        with pytest.raises(RegistryError) as refused:
            registry.register("big", fixed % ("d" * 4096))
        assert (refused.value.status, refused.value.code) == (413, 413)
        assert registry.subjects() == ["small"]


ASKED = [
    # target, what to send, status
    ("/subjects?deleted=true", ("GET", None), 200),
    ("/subjects/logged/versions", ("POST", b'{"schema":"\\"int\\""}'), 200),
    ("/subjects/logged/versions", ("POST", b'{"schema":"nope"}'), 422),
    ("/config", ("PUT", b'{"compatibility":"FULL"}'), 200),
    ("/config", ("PATCH", None), 405),
    ("/nowhere", ("GET", None), 404),
    ("/subjects/%ZZ", ("GET", None), 400),
]


def _ask_all(gateway):
    for number, (target, (method, body), status) in enumerate(ASKED):
        wire = raw_http.request(method, target, body, [("X-Request-ID", f"asked-{number}")])
        assert raw_http.ask(gateway.port, wire)[0] == status, (method, target)
    assert gateway.terminate() == 0  # after that its output is complete


def test_no_request_is_logged_by_default():
    with Gateway(config={"gateway": {"log_level": "debug"}}) as gateway:
        _ask_all(gateway)
        assert [event for event in gateway.events if event["event"] == "request"] == []
        output = gateway.process.output()
        assert "listening" in output
        assert not any(trace in output for trace in ("asked-", "/nowhere", "logged"))


def test_access_log_has_one_line_for_each_request():
    with Gateway(config={"gateway": {"access_log": True}}) as gateway:
        _ask_all(gateway)
        lines = [event for event in gateway.events if event["event"] == "request"]
    assert [(e["request_id"], e["method"], e["target"], e["status"], e["client"]) for e in lines] == \
        [(f"asked-{number}", method, target, status, "127.0.0.1")
         for number, (target, (method, _), status) in enumerate(ASKED)]
    assert all("duration" in line for line in lines)


def test_serve_without_any_configuration(tmp_path, default_ports):
    """The ports and the directory of the README."""
    del default_ports
    env = {name: value for name, value in os.environ.items() if name != "SCHEMA_GATEWAY_CONFIG"}
    process = Process([paths.GATEWAY, "serve"], cwd=tmp_path, env=env)
    try:
        wait_until(lambda: '"listening"' in process.output() or not process.running(), 20, "the gateway to listen")
        if not process.running() and "in use" in process.output():
            pytest.skip("somebody took a default port in the meantime")
        registry, admin = Registry("http://127.0.0.1:8081"), Registry("http://127.0.0.1:8082")
        wait_until(lambda: admin.request("GET", "/health/ready").status_code == 200, 20, "the gateway to be ready")
        listening = next(line for line in map(json_object, process.output().splitlines())
                         if line and line["event"] == "listening")
        assert (listening["client"], listening["admin"]) == ("127.0.0.1:8081", "127.0.0.1:8082")
        assert registry.register("first", '"int"')["id"] == 1
        assert admin.call("GET", "/admin/regions") == []
        assert [entry.name for entry in tmp_path.iterdir()] == ["schema-gateway-data"]
        assert any((tmp_path / "schema-gateway-data").iterdir())
    finally:
        status = process.stop()
    assert status == 0
