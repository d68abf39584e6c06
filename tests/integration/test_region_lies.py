"""A region's answer is a fact to be checked, never passed on."""

import contextlib
import json

import pytest
from regional import V1, V2, config, same_in_all

from sgwtest import Gateway, Registry, RegistryError, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

LIES = {
    "another id": (r"GET /(subjects|schemas)", lies.changed(id=4711)),
    "another version": (r"GET /subjects/[^/]+/versions/", lies.changed(version=9)),
    "another text": (r"GET /(subjects|schemas)", lies.changed(schema='"bytes"')),
    "another subject": (r"GET /subjects/[^/]+/versions/", lies.changed(subject="elsewhere")),
    "empty lists": (r"GET /subjects", lies.empty_list),
    "a list of versions that are not": (r"GET /subjects/[^/]+/versions$",
                                        lambda request, answer: lies.answer_json([1, 2, 3, 99])),
    "subject not found": (r"GET /subjects/", lambda request, answer: lies.answer_json(
        {"error_code": 40401, "message": "Subject not found."}, 404)),
    "a bare 404": (r"GET /", lambda request, answer: lies.answer_json({"error_code": 404, "message": "x"}, 404)),
    "an HTML page": (r"GET /", lies.html_page(200)),
    "an HTML error page": (r".* /", lies.html_page(502)),
    "half a body": (r"GET /", lies.half_body),
    "no answer": (r".* /", lies.no_answer),
    "500": (r".* /", lies.server_error(500, 50002)),
    "429": (r".* /", lies.server_error(429, 429, "Too many requests")),
    "401": (r".* /", lies.server_error(401, 401, "Unauthorized")),
    "an array for an object": (r"GET /", lambda request, answer: lies.answer_json([[], {}, None])),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_of_the_nearest_region(regions, lie):
    pattern, tell = LIES[lie]
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            first, second = registry.register("orders", V1), registry.register("orders", V2)
            with liar.lying(pattern, tell) as lying:
                for _ in range(3):
                    assert registry.versions("orders") == [1, 2]
                    latest = registry.version("orders")
                    assert (latest["id"], latest["version"], latest["subject"]) == (second["id"], 2, "orders")
                    assert json.loads(latest["schema"]) == json.loads(V2)
                    assert registry.version("orders", 1)["id"] == first["id"]
                    assert json.loads(registry.schema_by_id(first["id"])["schema"]) == json.loads(V1)
                    with pytest.raises(RegistryError) as unknown:
                        registry.versions("unknown")
                    assert unknown.value.code == 40401
                wait_until(lambda lying=lying: lying.told() > 0, 5, "the lie to be told")
            gateway.wait_for_regions()
            third = registry.register("more", V1)
            same_in_all(regions, "more", 1, third["id"], V1)
            same_in_all(regions, "orders", 2, second["id"], V2)


@pytest.mark.parametrize("tell", [
    pytest.param(lies.answer_json({"id": 4711}), id="200 with another id"),
    pytest.param(lies.answer_json({}), id="200 with nothing"),
    pytest.param(lies.answer_json({"error_code": 50003, "message": "no leader"}, 500), id="no leader"),
])
def test_lies_about_what_was_written(regions, tell):
    """A write that was only said to be stored is found out by reading it back, and done once the lying ends."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config()) as gateway:
            gateway.wait_for_regions()
            with liar.lying(r"POST /subjects/orders/versions", _unwritten(liar, tell)) as lying:
                answer = Registry(gateway.url).register("orders", V1)
                same_in_all(regions[1:], "orders", 1, answer["id"], V1)
                wait_until(lambda: lying.told() > 0, 5, "the lie to be told")
                assert gateway.metric("schema_gateway_deployments", region="us-west", state="deployed") == 0
            same_in_all(regions, "orders", 1, answer["id"], V1)
            gateway.wait_until_deployed()


def _unwritten(liar, answer):
    """The registry stored it before the lie was told: take it out again."""
    def tell(request, said):
        registry = Registry(liar.region.url)
        with contextlib.suppress(RegistryError):
            registry.call("DELETE", "/subjects/orders")
            registry.call("DELETE", "/subjects/orders", permanent="true")
        return answer
    return tell


def test_write_that_was_stored_and_never_booked(regions):
    """The very first one, and the gateway is killed: the region's claim says that it is nobody else's."""
    with ScriptedProxy(regions[0]) as liar, Gateway([liar], config=config()) as gateway:
        gateway.wait_for_regions()
        liar.lie(r"GET /subjects/orders", lambda request, answer: lies.no_answer(request, answer) if lying.told() else None)
        with liar.lying(r"POST /subjects/orders/versions", lies.no_answer) as lying:
            answer = Registry(gateway.url).register("orders", V1)
            wait_until(lambda: lying.told() > 0, 5, "the lie to be told")
            assert gateway.metric("schema_gateway_deployments", state="deployed") == 0
            gateway.kill()
        same_in_all(regions[:1], "orders", 1, answer["id"], V1, deadline=1)
        gateway.restart()
        gateway.wait_for_regions()
        gateway.wait_until_deployed()
