"""What a region that is not adopted holds, read through the gateway: status, code and guid as the registry itself
gives them."""

import contextlib
import json

import pytest
from regional import V1, V2, config, shown, wait_for_admission

from sgwtest import Axonops, Gateway, Registry, RegistryError, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

OTHER = '{"type":"record","name":"Order","fields":[{"name":"other","type":"string"}]}'
INVALID = '{"type":"record"}'
OWNED = {"schema": '"double"', "metadata": {"properties": {"owner": "me"}}}


def post(path, schema):
    return "POST", path, {"schema": schema}


def get(path):
    return "GET", path, None


CALLS = {
    "versions": get("/subjects/foreign/versions"),
    "a page of versions": get("/subjects/foreign/versions?offset=1&limit=1"),
    "versions of no subject": get("/subjects/nope/versions"),
    "version": get("/subjects/foreign/versions/1"),
    "latest version": get("/subjects/foreign/versions/latest"),
    "missing version": get("/subjects/foreign/versions/9"),
    "version of no subject": get("/subjects/nope/versions/9"),
    "no version": get("/subjects/foreign/versions/x"),
    "version with metadata": get("/subjects/owned/versions/1"),
    "text of a version": get("/subjects/foreign/versions/2/schema"),
    "text of a missing version": get("/subjects/foreign/versions/9/schema"),
    "id": get("/schemas/ids/1"),
    "id of a subject": get("/schemas/ids/2?subject=foreign"),
    "missing id": get("/schemas/ids/99"),
    "text of an id": get("/schemas/ids/1/schema"),
    "text of a missing id": get("/schemas/ids/99/schema"),
    "subjects of an id": get("/schemas/ids/1/subjects"),
    "a page of subjects of an id": get("/schemas/ids/1/subjects?offset=5"),
    "subjects of a missing id": get("/schemas/ids/99/subjects"),
    "versions of an id": get("/schemas/ids/1/versions"),
    "versions of a missing id": get("/schemas/ids/99/versions"),
    "look-up": post("/subjects/foreign", V1),
    "look-up of another schema": post("/subjects/foreign", '"long"'),
    "look-up of no schema": post("/subjects/foreign", INVALID),
    "look-up of no subject": post("/subjects/nope", V1),
    "compatible": post("/compatibility/subjects/foreign/versions/1", V1),
    "incompatible with a version": post("/compatibility/subjects/foreign/versions/1", OTHER),
    "incompatible with the latest": post("/compatibility/subjects/foreign/versions/latest", OTHER),
    "incompatible": post("/compatibility/subjects/foreign/versions", OTHER),
    "incompatible, verbose": post("/compatibility/subjects/foreign/versions?verbose=true", OTHER),
    "compatibility with a missing version": post("/compatibility/subjects/foreign/versions/9", V1),
    "compatibility with a version of no subject": post("/compatibility/subjects/nope/versions/9", V1),
    "compatibility with no subject": post("/compatibility/subjects/nope/versions", V1),
    "compatibility of no schema": post("/compatibility/subjects/foreign/versions/1", INVALID),
    "compatibility of no schema, verbose": post("/compatibility/subjects/foreign/versions/1?verbose=true", INVALID),
    "versions, deleted too": get("/subjects/gone/versions?deleted=true"),
    "versions of a deleted subject": get("/subjects/gone/versions"),
    "deleted version": get("/subjects/gone/versions/1?deleted=true"),
}


def fill(region):
    registry = Registry(region.url)
    registry.register("foreign", V1)
    registry.register("foreign", V2)
    registry.call("POST", "/subjects/owned/versions", OWNED)
    registry.register("gone", '"bytes"')
    with contextlib.suppress(RegistryError):  # one kind of region cannot delete
        registry.call("DELETE", "/subjects/gone")


@pytest.fixture(scope="module")
def reference():
    """A complete registry with the same content, which tells guids."""
    with Gateway(name="reference") as gateway:
        fill(gateway)
        yield gateway


@contextlib.contextmanager
def over(regions, **sections):
    """A gateway over these regions, all of which hold what it did not put there."""
    with Gateway(regions, config=config(**sections)) as gateway:
        for region in regions:
            wait_for_admission(gateway, region, "unadopted")
        yield gateway


@pytest.fixture(scope="module", params=["axonops", "embedded"])
def foreign(request):
    """A region, and a gateway over it."""
    region = Axonops("us-west") if request.param == "axonops" else Gateway(name="us-west")
    with region:
        fill(region)
        with over([region]) as gateway:
            yield region, gateway


def guid(reference, schema, metadata=None):
    for subject in ("foreign", "owned", "gone"):
        with contextlib.suppress(RegistryError):
            body = {"schema": schema, **({"metadata": metadata} if metadata else {})}
            return Registry(reference.url).call("POST", f"/subjects/{subject}", body)["guid"]
    raise AssertionError(f"no guid for {schema}")


@pytest.mark.parametrize("case", CALLS)
def test_what_is_not_adopted_reads_as_in_the_region_itself(foreign, reference, case):
    region, gateway = foreign
    itself, through = (Registry(one.url).request(*CALLS[case]) for one in (region, gateway))
    assert through.status_code == itself.status_code, through.text
    if itself.status_code != 200:
        assert through.json()["error_code"] == itself.json()["error_code"]
        return
    expected, told = itself.json(), through.json()
    if not isinstance(expected, dict) or "schema" not in expected:
        assert told == expected
        return
    for key in ("subject", "version", "id"):
        assert told.get(key) == expected.get(key) or case.startswith("id")  # by id no holder is told
    assert json.loads(told["schema"]) == json.loads(expected["schema"])
    owned = OWNED["metadata"] if case == "version with metadata" else None
    assert told.get("metadata") == owned
    assert told["guid"] == guid(reference, told["schema"], owned)
    assert through.headers["Schema-Gateway-Region"] == "us-west"


def test_property_that_a_region_counts_in_stays(reference):
    """A registry that tells a guid over the version property registered it so: it is no addition of its own."""
    with Gateway(name="us-west") as region:
        told = Registry(region.url).call("POST", "/subjects/s/versions", {
            "schema": V1, "metadata": {"properties": {"confluent:version": "1"}}})
        assert told["guid"] != guid(reference, V1)
        with over([region]) as gateway:
            assert Registry(gateway.url).version("s", 1)["guid"] == told["guid"]
            assert Registry(gateway.url).schema_by_id(told["id"])["guid"] == told["guid"]


@contextlib.contextmanager
def two_foreign():
    """`us-west`, the nearer, holds version 1 of `foreign`; `eu-west` two other versions, and `far`."""
    with Axonops("us-west") as near, Axonops("eu-west") as far, ScriptedProxy(near) as link:
        Registry(near.url).register("foreign", '"int"')
        for schema in (V1, V2):
            Registry(far.url).register("foreign", schema)
        Registry(far.url).register("far", '"bytes"')
        with over([link, far]) as gateway:
            yield link, far, gateway


def test_of_several_regions_the_nearest_that_holds_it_tells():
    with two_foreign() as (near, far, gateway):
        def told(call):
            answer = Registry(gateway.url).request(*call)
            body = answer.json()
            code = body["error_code"] if answer.status_code != 200 else None
            return answer.status_code, code, answer.headers["Schema-Gateway-Region"]

        assert told(get("/subjects/foreign/versions/1")) == (200, None, "us-west")
        assert told(get("/subjects/foreign/versions/2")) == (200, None, "eu-west")
        assert told(get("/subjects/foreign/versions/9")) == (404, 40402, "us-west")
        assert told(get("/subjects/far/versions/9")) == (404, 40402, "eu-west")
        assert told(get("/subjects/nope/versions/9")) == (404, 40401, "us-west")
        assert told(post("/subjects/far", '"bytes"')) == (200, None, "eu-west")
        assert told(post("/subjects/far", '"long"')) == (404, 40403, "eu-west")
        assert told(post("/compatibility/subjects/far/versions", '"string"')) == (200, None, "eu-west")
        assert Registry(gateway.url).call(*post("/compatibility/subjects/far/versions", '{"type":"array","items":"int"}')) \
            == {"is_compatible": False}


@pytest.mark.parametrize("call", [get("/subjects/nope/versions"), post("/subjects/nope", V1), get("/schemas/ids/99/subjects"),
                                  post("/compatibility/subjects/nope/versions/9", V1),
                                  post("/compatibility/subjects/nope/versions", V1)], ids=lambda call: " ".join(call[:2]))
def test_503_only_where_a_region_that_may_know_cannot_be_asked(call):
    with two_foreign() as (near, far, gateway):
        honest = Registry(gateway.url).request(*call)
        assert honest.status_code in (200, 404)
        with near.lying(r"(GET|POST) /(subjects/nope|schemas|compatibility)", lies.no_answer):
            silent = Registry(gateway.url).request(*call)
            assert silent.status_code == 503 and "us-west" in silent.json()["message"]
            assert Registry(gateway.url).versions("far") == [1]


LIES = {
    "another version": (lies.changed(version=2), [get("/subjects/foreign/versions/1")]),
    "another subject": (lies.changed(subject="far"), [get("/subjects/foreign/versions/1"), post("/subjects/foreign", '"int"')]),
    "no schema": (lies.changed(schema="{"), [get("/subjects/foreign/versions/1"), get("/schemas/ids/1")]),
    "an array for an object": (lambda request, answer: lies.answer_json([[]]), [
        get("/subjects/foreign/versions/1"), get("/schemas/ids/1"), get("/schemas/ids/1/versions"),
        get("/subjects/foreign/versions"), post("/subjects/foreign", '"int"'),
        post("/compatibility/subjects/foreign/versions/1", '"int"')]),
    "null for an object": (lambda request, answer: lies.answer_json(None), [
        get("/subjects/foreign/versions/1"), post("/subjects/foreign", '"int"'),
        post("/compatibility/subjects/foreign/versions/1", '"int"')]),
    "no verdict": (lies.changed(is_compatible=None), [
        post(f"/compatibility/subjects/foreign/versions{which}", '"int"') for which in ("", "/1", "/latest")]),
    "half a body": (lies.half_body, [get("/subjects/foreign/versions/1"), get("/schemas/ids/1/subjects")]),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_not_told(lie):
    tell, calls = LIES[lie]
    with Axonops("us-west") as region, ScriptedProxy(region) as liar:
        Registry(region.url).register("foreign", '"int"')
        with over([liar], health={"failures": 1000}) as gateway:
            for call in calls:
                assert Registry(gateway.url).request(*call).status_code == 200
                with liar.lying(r"/(subjects/foreign|schemas/ids|compatibility)", tell) as lying:
                    answer = Registry(gateway.url).request(*call)
                    assert answer.status_code == 503 and "us-west" in answer.json()["message"], (call, answer.text)
                    assert lying.told() > 0


def test_id_that_is_another_schema_in_the_catalog():
    """The catalog's answer is served, nothing is told of what contradicts it, and a person gets to know of it once."""
    with Axonops("us-west") as ours, Axonops("eu-west") as theirs:
        with Gateway([ours], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            known = Registry(gateway.url).register("orders", V1)
            assert gateway.terminate() == 0
            foreign = Registry(theirs.url).register("foreign", '"bytes"')
            assert foreign["id"] == known["id"]
            Registry(theirs.url).register("foreign", '["bytes","null"]')
            gateway.region_list.append({**theirs.region_config(), "priority": 20})
            gateway.restart()
            wait_for_admission(gateway, theirs, "unadopted")
            registry = Registry(gateway.url)
            for call in (get("/subjects/foreign/versions/1"), get("/subjects/foreign/versions/1/schema"),
                         post("/subjects/foreign", '"bytes"')):
                refusal = registry.request(*call)
                assert refusal.status_code == 503 and f"id {known['id']}" in refusal.json()["message"]
            assert json.loads(registry.schema_by_id(known["id"])["schema"]) == json.loads(V1)
            assert registry.version("foreign", 2)["id"] == known["id"] + 1
            assert f"another schema than in the catalog under id {known['id']}" in shown(gateway, theirs)
            lines = [event for event in list(gateway.events) if event["event"] == "id_contradicted"]
            assert [(line["region"], line["id"]) for line in lines] == [("eu-west", known["id"])]
            assert gateway.metric("schema_gateway_region_findings_total", region="eu-west") == 3
            theirs.kill()
            theirs.start()  # empty
            wait_until(lambda: gateway.admission("eu-west") == "claimed", 10, "the region to be claimed")
            assert "another schema" not in shown(gateway, theirs)


def in_contexts(region):
    """Three subjects: one in the default context, and in a named one the same name and another."""
    Registry(region.url).register("foreign", V1)
    if isinstance(region, Axonops):
        for name in ("foreign", "other"):
            Registry(region.url).call("POST", f"/contexts/.c/subjects/{name}/versions", {"schema": V1})
    else:
        for name in ("foreign", "other"):
            Registry(region.url).register(f":.c:{name}", V1)


@pytest.mark.parametrize("kind", [Axonops, Gateway])
def test_subjects_in_the_way_are_counted_once(kind):
    """Registries differ in which listings show which contexts: each subject may be listed more than once, or in one only."""
    with kind(name="us-west") as region:
        in_contexts(region)
        with over([region]) as gateway:
            assert '"holds 3 subjects that this gateway did not put there, such as ' in shown(gateway, region)
