"""What a region misses gets there: at once when it returns, in order, and no more than what it lost."""

import json

import pytest
from regional import NAMES, V1, V2, V3, config, started, wait_until_down

from sgwtest import Axonops, Gateway, Registry, ScriptedProxy, wait_until
from sgwtest.scripted_proxy import no_answer, server_error


@pytest.fixture
def region():
    with started(NAMES[:1]) as (running,):
        yield running


def requeued(gateway, region):
    return gateway.metric("schema_gateway_region_requeued_total", region=region.name)


def lose(gateway, held, *paths):
    """Deletes that in the region for good, while the gateway cannot bring it back halfway."""
    gateway.suspend()
    for path in paths:
        held.call("DELETE", path)
        held.call("DELETE", path, permanent="true")
    gateway.resume()


def test_deleted_version_comes_back(region):
    """One of many, behind our back: the canary misses it, and nothing but what is missing is deployed again."""
    with Gateway([region], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry, held = Registry(gateway.url), Registry(region.url)
        registry.register("other", V1)
        ids = [registry.register("orders", text)["id"] for text in (V1, V2)]
        gateway.wait_until_deployed()
        before = requeued(gateway, region)
        lose(gateway, held, "/subjects/orders/versions/2")
        wait_until(lambda: held.version("orders", 2)["id"] == ids[1], 10, "the version to be there again")
        gateway.wait_until_deployed()
        assert requeued(gateway, region) == before + 1


def test_one_missing_version_brings_back_all_that_are_missing(region):
    """The canary looks at one version a second; it would take a minute to miss them all."""
    subjects = [f"s{n}" for n in range(60)]
    with Gateway([region], config=config(health={"interval": "1s"}, deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry, held = Registry(gateway.url), Registry(region.url)
        for subject in subjects:
            registry.register(subject, V1)
        gateway.wait_until_deployed()
        lose(gateway, held, *(f"/subjects/{subject}" for subject in subjects))
        wait_until(lambda: set(held.subjects()) >= set(subjects), 20, "all subjects to be there again")
        gateway.wait_until_deployed()
        assert requeued(gateway, region) == len(subjects)


def test_return_of_a_region_ends_the_back_off(region):
    """A minute of it is left when the region can be reached again."""
    back_off = {"retry_initial": "60s", "retry_max": "60s"}
    with ScriptedProxy(region) as faulty, Gateway([faulty], config=config(deploy=back_off)) as gateway:
        gateway.wait_for_regions()
        with faulty.lying(r" /subjects/orders/", server_error()) as failing:
            Registry(gateway.url, timeout=40).register("orders", V1)
            wait_until(lambda: failing.told() > 0, 10, "the deployment to fail")
            faulty.lie(r" /", no_answer)
            wait_until_down(gateway, region)
        wait_until(lambda: Registry(region.url).versions("orders") == [1], 10, "the deployment")


def test_versions_arrive_in_order(region):
    """Of a subject; a registry numbers them as they come, and a version may build on the one before it."""
    written = []
    with ScriptedProxy(region) as watched, Gateway([watched], config=config()) as gateway:
        watched.watch(r"POST /subjects/orders/versions", lambda request: written.append(json.loads(request.body)))
        gateway.wait_for_regions()
        region.kill()
        wait_until_down(gateway, region)
        ids = [Registry(gateway.url).register("orders", text)["id"] for text in (V1, V2, V3)]
        region.start()
        wait_until(lambda: Registry(region.url).versions("orders") == [1, 2, 3], 15, "all versions")
        gateway.wait_until_deployed()
    assert list(dict.fromkeys((entry["version"], entry["id"]) for entry in written)) == list(enumerate(ids, 1))


def test_age_of_the_oldest_pending_deployment(region):
    def oldest():
        return gateway.metric("schema_gateway_deployment_oldest_pending_age_seconds", region=region.name)

    with Gateway([region], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        registry.register("orders", V1)
        gateway.wait_until_deployed()
        assert oldest() == 0
        region.kill()
        wait_until_down(gateway, region)
        registry.register("orders", V2)
        wait_until(lambda: oldest() > 0.5, 10, "the age to grow")
        region.start()
        wait_until(lambda: oldest() == 0, 15, "the age of nothing")
        assert Registry(region.url).versions("orders") == [1, 2]


def test_region_added_later_gets_all_there_is(region):
    with Axonops("eu-west") as added, Gateway([region], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        known = (("orders", 1, V1), ("orders", 2, V2), ("copy", 1, V1))
        ids = [registry.register(subject, text)["id"] for subject, _, text in known]
        assert gateway.terminate() == 0
        gateway.region_list.append({**added.region_config(), "priority": 20})
        gateway.restart()
        gateway.wait_for_regions()
        held = Registry(added.url)
        for (subject, version, _), schema_id in zip(known, ids, strict=True):
            wait_until(lambda s=subject, v=version, i=schema_id: held.version(s, v)["id"] == i, 10,
                       f"{subject} version {version} in the new region")
        gateway.wait_until_deployed()
        assert gateway.metric("schema_gateway_deployments", region="eu-west", state="deployed") == 3
