"""What a claimed region says otherwise than the catalog: a finding each time, never believed at once, and over when it is."""

import itertools

import pytest
from regional import NAMES, V1, V2, config, started, told_by, wait_for_deployments

from sgwtest import Gateway, Registry, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

LATEST = "/subjects/orders/versions/latest"
VERSION = r"GET /subjects/orders/versions/1$"
RESTED = 25  # a subject that was looked into rests for 10 s
CALM = config(health={"interval": "60s"}, deploy={"ack": "all"}, reads={"try_timeout": "2s", "timeout": "8s"})


@pytest.fixture
def regions():
    with started(NAMES[:2]) as running:
        yield running


def findings(gateway, region=NAMES[0]):
    return gateway.metric("schema_gateway_region_findings_total", region=region)


def events(gateway, name):
    return [event for event in list(gateway.events) if event["event"] == name]


LIES = {
    "id": {"id": 4711},
    "text": {"schema": '"bytes"'},
    "no text": {"schema": "{"},
    "version": {"version": 9},
    "subject": {"subject": "elsewhere"},
    "schemaType": {"schemaType": "JSON"},
    "references": {"references": [{"name": "n", "subject": "elsewhere", "version": 1}]},
    "metadata": {"metadata": {"properties": {"owner": "them"}}},
}


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_about_the_latest_is_a_finding_and_no_confirmation(regions, lie):
    with ScriptedProxy(regions[0]) as liar, Gateway([liar, regions[1]], config=CALM) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        registry.register("orders", V1)
        truth = registry.version("orders")
        assert told_by(gateway, LATEST) == "us-west"
        before = findings(gateway)
        with liar.lying(f"GET {LATEST}$", lies.changed(**LIES[lie])) as lying:
            for _ in range(3):
                assert told_by(gateway, LATEST) == "eu-west"
            assert registry.version("orders") == truth
            assert lying.told() == 4
        assert findings(gateway) == before + 4
        assert findings(gateway, "eu-west") == 0
        assert told_by(gateway, LATEST) == "us-west"


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_to_a_canary_is_a_finding(regions, lie):
    """Nobody reads."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, regions[1]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            Registry(gateway.url).register("orders", V1)
            gateway.wait_until_deployed()
            assert findings(gateway) == 0
            with liar.lying(VERSION, lies.changed(**LIES[lie])):
                wait_until(lambda: findings(gateway) > 0, 10, "the finding")


def one_of_each(*answers):
    """These answers one after the other, then the truth; None is the truth."""
    following = itertools.chain(answers, itertools.repeat(None))
    return lambda request, answer: next(following)


def other(schema_id):
    return lies.answer_json({"subject": "orders", "version": 1, "id": schema_id, "schema": '"bytes"'})


@pytest.mark.parametrize("answers", [
    pytest.param((other(4711),), id="before the write"),
    pytest.param((None, other(4711)), id="after the write"),
    pytest.param((other(4711), other(4712), other(4711)), id="never the same twice"),
])
def test_passing_lie_to_a_deployment_is_no_conflict(regions, answers):
    with ScriptedProxy(regions[0]) as liar, Gateway([liar, regions[1]], config=CALM) as gateway:
        gateway.wait_for_regions()
        lie = one_of_each(*answers)
        liar.lie(VERSION, lie)
        schema_id = Registry(gateway.url).register("orders", V1)["id"]
        wait_for_deployments(gateway, "deployed", 2)
        wrong = sum(answer is not None for answer in answers)
        assert liar.told(lie) == findings(gateway) == wrong
        assert events(gateway, "deployment_conflict") == []
        assert Registry(regions[0].url).version("orders", 1)["id"] == schema_id
        assert told_by(gateway, LATEST) == "us-west"


def test_same_contradiction_twice_is_a_conflict(regions):
    with ScriptedProxy(regions[0]) as liar, Gateway([liar, regions[1]], config=CALM) as gateway:
        gateway.wait_for_regions()
        liar.lie(VERSION, one_of_each(other(4711), other(4711)))
        registry = Registry(gateway.url)
        registry.register("orders", V1)
        wait_for_deployments(gateway, "conflict", 1, region="us-west")
        assert len(events(gateway, "deployment_conflict")) == 1
        assert findings(gateway) == 2
        registry.register("orders", V2)  # which nothing stands in the way of
        wait_until(lambda: Registry(regions[0].url).versions("orders") == [2], 10, "the next version")


def test_conflict_ends_when_the_region_tells_the_truth(regions):
    """The canary sees it, in its turn."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, regions[1]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            Registry(gateway.url).register("orders", V1)
            with liar.lying(VERSION, lies.changed(id=4711)):
                wait_for_deployments(gateway, "conflict", 1, region="us-west")
                assert told_by(gateway, LATEST) == "eu-west"
            wait_for_deployments(gateway, "deployed", 2, RESTED)
            assert told_by(gateway, LATEST) == "us-west"
            assert [event["state"] for event in events(gateway, "finding_booked")] == ["conflict", "deployed"]


def test_conflict_lasts_while_the_list_of_versions_is_wrong(regions):
    """The version itself is as it should be; it must not be a conflict and none by turns."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        registry.register("orders", V1)
        held = Registry(regions[0].url)
        held.register("orders", V2, id=4711, version=2)
        wait_until(lambda: registry.versions("orders") == [1] and events(gateway, "finding_booked"), 10, "the conflict")
        regions[1].kill()  # what follows is none of its business
        gateway.kill()
        gateway.restart()  # begins with a sweep, which looks at conflicts
        gateway.wait_for_regions("us-west")
        asked = gateway.metric("schema_gateway_region_requests_total", region="us-west")
        wait_until(lambda: gateway.metric("schema_gateway_region_requests_total", region="us-west") > asked + 30, 15,
                   "more rounds")
        assert events(gateway, "finding_booked") == []
        assert gateway.metric("schema_gateway_deployments", region="us-west", state="conflict") == 1
        for last in ({}, {"permanent": "true"}):
            held.call("DELETE", "/subjects/orders/versions/2", **last)
        wait_for_deployments(gateway, "deployed", 1, RESTED, region="us-west")


def test_conflict_whose_cause_was_removed_is_tried_again_after_a_restart(regions):
    """Somebody else had the id; nothing says that the region takes the version now but another try."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        held = Registry(regions[0].url)
        first = Registry(gateway.url).register("first", V1)
        held.register("intruder", '"bytes"', id=first["id"] + 1, version=1)
        second = Registry(gateway.url).register("orders", V2)
        wait_for_deployments(gateway, "conflict", 1, region="us-west")

        def restart():
            assert gateway.terminate() == 0
            gateway.restart()
            gateway.wait_for_regions()

        restart()
        head = gateway.metric("schema_gateway_log_head")
        asked = gateway.metric("schema_gateway_region_requests_total", region="us-west", outcome="refused")
        wait_until(lambda: asked or gateway.metric("schema_gateway_region_requests_total", region="us-west",
                                                   outcome="refused"), 10, "another try")
        assert gateway.metric("schema_gateway_deployments", region="us-west", state="conflict") == 1
        for last in ({}, {"permanent": "true"}):
            held.call("DELETE", "/subjects/intruder", **last)
        assert gateway.metric("schema_gateway_log_head") == head  # the try that failed left nothing in the log
        assert events(gateway, "deployment_conflict") == []
        restart()
        wait_until(lambda: held.version("orders", 1)["id"] == second["id"], 10, "the version")
        wait_for_deployments(gateway, "conflict", 0)
