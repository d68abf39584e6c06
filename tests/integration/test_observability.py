"""What operators see: metrics as documented, health, where answers come from, regions, deployments, log lines."""

import concurrent.futures
import contextlib
import re
import threading
import time

import pytest
import raw_http
from prometheus_client.parser import text_string_to_metric_families

from sgwtest import Axonops, Gateway, Registry, RegistryError, ScriptedProxy, paths, wait_until
from sgwtest.scripted_proxy import server_error

QUICK = {"health": {"interval": "100ms", "timeout": "500ms"}}
STATES = ["pending", "deployed", "failed", "conflict", "partial", "over_capacity", "deleted"]


@pytest.fixture(scope="module")
def regions():
    with Axonops("us-west") as us, Axonops("eu-west") as eu:
        yield us, eu


@pytest.fixture(scope="module")
def gateway(regions):
    with Gateway(regions, config={**QUICK, "deploy": {"ack": "all"}}) as running:
        running.wait_for_regions()
        registry = Registry(running.url)
        registry.register("orders", '"int"')
        registry.version("orders")
        registry.schema_by_id(1)
        registry.request("GET", "/nope")
        raw_http.ask(running.port, b"GET / HTTP/1.1\r\n\r\n")
        yield running


def documented():
    """{metric: (type, set of labels)} of the tables in gateway/README.md."""
    rows = {}
    for line in (paths.REPO / "gateway/README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        name = re.fullmatch(r"`(schema_gateway_\w+)`", cells[0])
        if name and len(cells) >= 3:
            rows[name[1]] = (cells[1].strip("`"), set(re.findall(r"`(\w+)`", cells[2])))
    return rows


def scraped(gateway):
    """The same of a live scrape."""
    answer = gateway.session.get(gateway.admin_url + "/metrics", timeout=5)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        found[name] = (family.type, labels)
    return found


def test_metrics_are_as_documented(gateway):
    page, live = documented(), scraped(gateway)
    assert page, "gateway/README.md lists no metrics"
    assert {name: live[name] for name in live if page.get(name) != live[name]} == {}
    assert sorted(set(page) - set(live)) == [], "documented, but not in a scrape"


def test_metrics_count(gateway):
    registry = Registry(gateway.url)
    requests = {"name": "schema_gateway_requests_total", "operation": "get_schema", "code": "200"}
    before = gateway.metric(**requests)
    for _ in range(5):
        registry.schema_by_id(1)
    assert gateway.metric(**requests) == before + 5
    assert gateway.metric("schema_gateway_request_duration_seconds_count", operation="get_schema") >= 5
    head, ids = gateway.metric("schema_gateway_log_head"), gateway.metric("schema_gateway_ids_allocated_total")
    registry.register("counted", '"long"')
    assert gateway.metric("schema_gateway_log_head") > head
    assert gateway.metric("schema_gateway_ids_allocated_total") == ids + 1
    for region in ("us-west", "eu-west"):
        assert gateway.metric("schema_gateway_region_up", region=region, kind="read") == 1
        assert gateway.metric("schema_gateway_region_requests_total", region=region, outcome="answered") > 0
    assert {state for name, labels in gateway.metrics() if name == "schema_gateway_deployments"
            for key, state in labels if key == "state"} == set(STATES)


def test_metrics_count_answers_by_source(gateway):
    registry = Registry(gateway.url)
    registry.schema_by_id(1)
    for path, source in (("/schemas/ids/1", "memory"), ("/subjects/orders/versions/latest", "region"),
                         ("/subjects", "view")):
        before = gateway.metric("schema_gateway_answers_total", source=source)
        registry.call("GET", path)
        assert gateway.metric("schema_gateway_answers_total", source=source) == before + 1, path


def test_metrics_count_errors(gateway):
    gone = {"name": "schema_gateway_requests_total", "operation": "get_schema", "code": "404"}
    large = {"name": "schema_gateway_bad_requests_total", "listener": "client", "reason": "body_too_large"}
    before = gateway.metric(**gone), gateway.metric(**large)
    Registry(gateway.url).request("GET", "/schemas/ids/4711")
    raw_http.ask(gateway.port, b"POST /subjects/s HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n")
    assert (gateway.metric(**gone), gateway.metric(**large)) == (before[0] + 1, before[1] + 1)


def test_metrics_tell_ids_and_memory(gateway):
    registry = Registry(gateway.url)
    kept = gateway.metric("schema_gateway_answer_cache_bytes")
    newest = registry.register("newest", '"double"')["id"]
    registry.schema_by_id(newest)
    assert gateway.metric("schema_gateway_highest_schema_id") == newest
    assert gateway.metric("schema_gateway_answer_cache_bytes") > kept


def test_metrics_measure_in_seconds():
    """A region that takes its time shows in its own histogram and in the operation's."""
    arrived, go_on = threading.Event(), threading.Event()

    def hold(request):
        del request
        arrived.set()
        go_on.wait(30)

    with Axonops("us-west") as region, ScriptedProxy(region) as slow:
        with Gateway([slow], config={**QUICK, "reads": {"try_timeout": "10s", "timeout": "20s"}}) as gateway:
            gateway.wait_for_regions()
            Registry(gateway.url).register("orders", '"int"')
            gateway.wait_until_deployed()
            slow.watch(r"GET /subjects/orders/versions/latest", hold)
            sums = ({"name": "schema_gateway_request_duration_seconds_sum", "operation": "get_version"},
                    {"name": "schema_gateway_region_request_duration_seconds_sum", "region": "us-west"})
            before = [gateway.metric(**one) for one in sums]
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                begin = time.monotonic()
                call = pool.submit(Registry(gateway.url).version, "orders", "latest")
                assert arrived.wait(10)
                held = time.monotonic()
                for _ in range(20):
                    gateway.metrics()
                least = time.monotonic() - held
                go_on.set()
                call.result()
                whole = time.monotonic() - begin
            took = [gateway.metric(**one) - old for one, old in zip(sums, before)]
            assert all(least <= one < 10 * whole for one in took), (least, took, whole)


def headers_of(gateway, path, method="GET", body=None):
    return Registry(gateway.url).request(method, path, body).headers


def test_headers_tell_where_an_answer_comes_from(gateway):
    for path in ("/schemas/ids/1", "/subjects/orders/versions", "/subjects/orders/versions/latest", "/subjects", "/config"):
        headers = headers_of(gateway, path)
        assert headers["Cache-Status"], path
        assert int(headers["Age"]) >= 0, path
        assert headers["Schema-Gateway-Region"] in ("us-west", "eu-west", "catalog"), path
        assert headers["X-Request-ID"], path
    assert headers_of(gateway, "/subjects/orders/versions/latest")["Schema-Gateway-Region"] == "us-west"
    assert headers_of(gateway, "/subjects")["Schema-Gateway-Region"] == "catalog"


ERRORS = {
    "id": ("GET", "/schemas/ids/4711", None, 40403),
    "text of an id": ("GET", "/schemas/ids/4711/schema", None, 40403),
    "subjects of an id": ("GET", "/schemas/ids/4711/subjects", None, 40403),
    "subject": ("GET", "/subjects/nope/versions", None, 40401),
    "latest": ("GET", "/subjects/nope/versions/latest", None, 40401),
    "head": ("HEAD", "/subjects/nope/versions/latest", None, None),
    "version": ("GET", "/subjects/orders/versions/77", None, 40402),
    "no version": ("GET", "/subjects/orders/versions/x", None, 42202),
    "look-up": ("POST", "/subjects/orders", {"schema": '"bytes"'}, 40403),
    "look-up of no schema": ("POST", "/subjects/orders", {"schema": "nope"}, 42201),
    "compatibility": ("POST", "/compatibility/subjects/orders/versions/77", {"schema": '"int"'}, 40402),
    "config": ("GET", "/config/nope", None, 40408),
    "mode": ("GET", "/mode/nope", None, 40409),
}


@pytest.mark.parametrize("case", ERRORS)
def test_headers_tell_where_an_error_comes_from(gateway, case):
    method, path, body, code = ERRORS[case]
    answers = gateway.metric("schema_gateway_answers_total", source="view")
    answer = Registry(gateway.url).request(method, path, body)
    assert code is None or answer.json()["error_code"] == code
    assert answer.headers["Schema-Gateway-Region"] == "catalog"
    assert answer.headers["Cache-Status"] == "schema-gateway; hit; detail=view"
    assert answer.headers["Age"] == "0"
    assert gateway.metric("schema_gateway_answers_total", source="view") == answers + 1


def test_headers_of_what_a_region_says_that_is_not_adopted():
    with Axonops("us-west") as region:
        Registry(region.url).register("foreign", '"bytes"')
        with Gateway([region], config=QUICK) as gateway:
            wait_until(lambda: gateway.admission("us-west") == "unadopted", 10, "the region to be looked at")
            found = Registry(gateway.url).request("GET", "/subjects/foreign/versions/latest")
            assert (found.status_code, found.headers["Schema-Gateway-Region"]) == (200, "us-west")
            absent = Registry(gateway.url).request("GET", "/subjects/nope/versions/latest")
            assert (absent.status_code, absent.headers["Schema-Gateway-Region"]) == (404, "us-west")
            assert absent.headers["Cache-Status"] == "schema-gateway; fwd=request; fwd-status=404; detail=region"
            region.kill()
            nobody_knows = Registry(gateway.url).request("GET", "/subjects/nope/versions/latest")
            assert (nobody_knows.status_code, nobody_knows.headers["Schema-Gateway-Region"]) == (503, "catalog")
            assert nobody_knows.headers["Cache-Status"] == "schema-gateway; hit; detail=degraded"


def test_a_stale_answer_is_visibly_stale():
    with Axonops("us-west") as region, Gateway([region], config=QUICK) as gateway:
        gateway.wait_for_regions()
        Registry(gateway.url).register("orders", '"int"')
        gateway.wait_until_deployed()
        wait_until(lambda: headers_of(gateway, "/subjects/orders/versions")["Schema-Gateway-Region"] == "us-west", 5,
                   "an answer of the region")
        region.kill()
        degraded = gateway.metric("schema_gateway_answers_total", source="degraded")
        wait_until(lambda: headers_of(gateway, "/subjects/orders/versions")["Schema-Gateway-Region"] == "catalog", 5,
                   "an answer of the catalog")
        assert gateway.metric("schema_gateway_answers_total", source="degraded") > degraded
        wait_until(lambda: gateway.metric("schema_gateway_region_up", region="us-west", kind="read") == 0, 5,
                   "the region to be seen down")
        assert gateway.metric("schema_gateway_region_ejections_total", region="us-west") >= 1
        wait_until(lambda: any(event.get("region") == "us-west" and event["level"] in ("warning", "error")
                               for event in list(gateway.events)), 5, "a log line about it")


def test_health():
    with Gateway() as gateway:
        for what in ("live", "ready", "startup"):
            answer = gateway.session.get(f"{gateway.admin_url}/health/{what}", timeout=5)
            assert (answer.status_code, answer.json()) == (200, {"status": "UP"})
            assert Registry(gateway.url).request("GET", f"/health/{what}").status_code == 404
    with Gateway(config={"gateway": {"health_on_client": True}}) as gateway:
        for what in ("live", "ready", "startup"):
            assert Registry(gateway.url).request("GET", f"/health/{what}").status_code == 200


def test_ready_with_every_region_down():
    """Ready means that reads are answered, and the catalog answers them."""
    with Axonops("us-west") as region, Gateway([region], config=QUICK) as gateway:
        gateway.wait_for_regions()
        region.kill()
        wait_until(lambda: gateway.metric("schema_gateway_region_up", region="us-west", kind="read") == 0, 5, "the outage")
        assert gateway.ready()


def listed(answer, key):
    return answer[key] if isinstance(answer, dict) else answer


def test_admin_pages(gateway):
    entries = listed(gateway.admin("/admin/regions"), "regions")
    assert [entry["name"] for entry in entries] == ["us-west", "eu-west"]
    gateway.wait_until_deployed()
    deployed = listed(gateway.admin("/admin/deployments?state=deployed"), "deployments")
    assert {(d["region"], d["subject"], d["version"]) for d in deployed} >= {("us-west", "orders", 1),
                                                                            ("eu-west", "orders", 1)}
    for state in STATES[2:]:
        assert listed(gateway.admin(f"/admin/deployments?state={state}"), "deployments") == []
    assert gateway.session.get(gateway.admin_url + "/admin/deployments?state=nope", timeout=5).status_code == 400
    assert gateway.session.get(gateway.admin_url + "/admin/nope", timeout=5).status_code == 404


def test_admin_is_not_on_the_client_listener(gateway):
    for path in ("/metrics", "/admin/regions", "/admin/deployments"):
        assert Registry(gateway.url).request("GET", path).status_code == 404


def test_log_lines_hold_no_schema_and_no_request(gateway):
    marker = "never-in-a-log-line"
    with pytest.raises(RegistryError):
        Registry(gateway.url).register("logged", f'{{"type":"nope","doc":"{marker}"}}')
    Registry(gateway.url).register("logged", f'{{"type":"fixed","name":"F","size":1,"doc":"{marker}"}}')
    assert marker not in gateway.process.output()
    assert all({"time", "level", "event"} <= set(event) for event in list(gateway.events))


def test_words_of_a_region_hold_no_schema():
    """Registries quote the schema in the message of a refusal; what goes into logs and pages ends before it."""
    marker = "never-in-a-log-line"
    words = f'Invalid schema {{subject=orders,schema={{"type":"record","doc":"{marker}"}}}}'
    with Axonops("us-west") as region, ScriptedProxy(region) as liar, Gateway([liar], config=QUICK) as gateway:
        with liar.lying(r"POST /subjects/logged/versions", server_error(422, 42201, words)):
            gateway.wait_for_regions()
            Registry(gateway.url).register("logged", '"int"')
            wait_until(lambda: gateway.metric("schema_gateway_deployments", state="conflict") == 1, 10, "the refusal")
        entry, = gateway.admin("/admin/deployments?state=conflict")
        assert "Invalid schema" in entry["reason"]
        assert marker not in entry["reason"] + gateway.process.output()


def test_list_of_deployments_says_that_it_is_cut():
    """1,002 of three regions: cut at 1,000 where all fit, whole where one region's do."""
    names = ("us-west", "eu-west", "ap-south")
    with contextlib.ExitStack() as stack:
        regions = [stack.enter_context(Axonops(name)) for name in names]
        gateway = stack.enter_context(Gateway(regions, config={**QUICK, "deploy": {"ack": "none"}}))
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        for number in range(334):
            registry.register(f"s{number}", '"int"')

        def listed(query):
            answer = gateway.session.get(gateway.admin_url + "/admin/deployments" + query, timeout=5)
            assert answer.status_code == 200, answer.text
            return len(answer.json()), answer.headers.get("Schema-Gateway-Truncated")

        assert listed("") == (1000, "true")
        assert listed("?region=eu-west") == (334, None)
        gateway.wait_until_deployed()
        assert listed("?state=deployed&region=") == (1000, "true")
        assert listed("?state=conflict") == (0, None)


@pytest.mark.parametrize("query, known", [("region=nope", "us-west"), ("state=nope", "pending, deployed, failed")])
def test_unknown_names_of_deployments_are_refused(query, known):
    with Axonops("us-west") as region, Gateway([region], config=QUICK) as gateway:
        answer = gateway.session.get(f"{gateway.admin_url}/admin/deployments?{query}", timeout=5)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == 400
        assert '"nope" is unknown' in answer.json()["message"] and known in answer.json()["message"]
