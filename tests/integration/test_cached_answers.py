"""Answers that are given from memory follow the catalog: what a change made void is never given again."""

import contextlib

import pytest
import raw_http

from sgwtest import Gateway, Registry

INT, STRING, LONG = '"int"', '"string"', '"long"'
READING_THREADS = 8


@pytest.fixture(scope="module")
def gateway():
    with Gateway(config={"schemas": {"default_compatibility": "NONE"}}) as running:
        yield running


@pytest.fixture
def registry(gateway):
    return Registry(gateway.url)


def from_memory(registry, method, path, body=None):
    """The answer, asked for until it comes from memory: only then can it be out of date later."""
    first = registry.request(method, path, body)
    again = registry.request(method, path, body)
    assert again.headers["Cache-Status"] == "schema-gateway; hit; detail=memory", (path, again.headers)
    assert (again.status_code, again.text) == (first.status_code, first.text) and first.status_code == 200
    return again.json()


def test_registering_as_the_latest_version_follows_a_new_one(registry):
    """`version: -1` means the latest one, so the same request registers anew once that is another."""
    path, as_latest = "/subjects/latest/versions", {"schema": INT, "version": -1}
    first = registry.register("latest", INT)
    assert from_memory(registry, "POST", path, as_latest)["version"] == 1
    registry.register("latest", STRING)
    anew = registry.call("POST", path, as_latest)
    assert anew["version"] == 3 and anew["id"] != first["id"]
    assert registry.versions("latest") == [1, 2, 3]


def test_registering_without_a_text_follows_a_new_version(registry):
    """No schema in the request stands for the latest one."""
    registry.register("blank", INT)
    assert from_memory(registry, "POST", "/subjects/blank/versions", {})["version"] == 1
    second = registry.register("blank", STRING)
    answer = registry.call("POST", "/subjects/blank/versions", {})
    assert (answer["version"], answer["id"], answer["schema"]) == (2, second["id"], STRING)


def test_looking_up_follows_the_config(registry):
    """Two versions that differ only in how a number is written: `normalize` decides which one a text means."""
    def text(default):
        return '{"type":"record","name":"R","fields":[{"name":"x","type":"double","default":%s}]}' % default

    as_written = registry.register("settings", text("1"))["version"]
    normalized = registry.register("settings", text("1.0"))["version"]
    assert (as_written, normalized) == (1, 2)
    lookup = ("POST", "/subjects/settings", {"schema": text("1")})
    assert from_memory(registry, *lookup)["version"] == as_written
    registry.call("PUT", "/config/settings", {"normalize": True})
    assert from_memory(registry, *lookup)["version"] == normalized
    registry.call("DELETE", "/config/settings")
    assert registry.call(*lookup)["version"] == as_written


def test_reading_follows_an_import_that_replaces_a_version(registry):
    """The version, the id that it had and the id that it has now."""
    def put(schema, schema_id, version=1):
        registry.call("POST", "/subjects/imported/versions", {"schema": schema, "id": schema_id, "version": version})

    registry.call("PUT", "/mode/imported", {"mode": "IMPORT"})
    put(INT, 500)
    put(STRING, 501, version=2)
    assert from_memory(registry, "GET", "/subjects/imported/versions/1")["id"] == 500
    assert from_memory(registry, "GET", "/schemas/ids/500")["version"] == 1
    assert from_memory(registry, "GET", "/schemas/ids/501")["version"] == 2
    assert from_memory(registry, "POST", "/subjects/imported", {"schema": INT})["version"] == 1
    put(LONG, 502)
    replaced = registry.version("imported", 1)
    assert (replaced["id"], replaced["schema"]) == (502, LONG)
    assert "version" not in registry.schema_by_id(500), "nobody holds this id any more"
    assert registry.request("POST", "/subjects/imported", {"schema": INT}).status_code == 404
    put(STRING, 501, version=1)
    assert from_memory(registry, "GET", "/subjects/imported/versions/1")["id"] == 501
    put(LONG, 502, version=2)
    assert registry.schema_by_id(501)["version"] == 1
    assert registry.schema_by_id(502)["version"] == 2


def test_answers_about_other_subjects_stay_in_memory(gateway, registry):
    """A change makes void what is about its subject, and no more than that."""
    registry.register("untouched", INT)
    path = "/subjects/untouched/versions/1"
    from_memory(registry, "GET", path)
    registry.register("touched", STRING)
    assert registry.request("GET", path).headers["Cache-Status"] == "schema-gateway; hit; detail=memory"


def test_what_is_newest_follows_a_new_version(registry):
    """Without regions only the catalog can change it."""
    registry.register("newest", INT)
    assert from_memory(registry, "GET", "/subjects/newest/versions/latest")["version"] == 1
    assert from_memory(registry, "GET", "/subjects/newest/versions") == [1]
    registry.register("newest", STRING)
    assert registry.call("GET", "/subjects/newest/versions/latest")["version"] == 2
    assert registry.call("GET", "/subjects/newest/versions") == [1, 2]


@pytest.mark.parametrize("version", ["1", "latest"])
def test_of_many_who_ask_at_once_few_make_the_answer(gateway, registry, version):
    """The others, who had to wait for their turn, get what those have made."""
    registry.register(f"crowd-{version}", {"type": "record", "name": "R", "doc": "d" * 1_000_000, "fields": []})
    request = f"GET /subjects/crowd-{version}/versions/{version} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(raw_http.connect(gateway.port)) for _ in range(60)]
        for client in clients:
            client.sendall(request)
        answers = [raw_http.read_answer(client) for client in clients]
    assert {status for status, _, _ in answers} == {200}
    made = [headers for _, headers, _ in answers if headers["cache-status"].endswith("detail=view")]
    assert 1 <= len(made) <= READING_THREADS
