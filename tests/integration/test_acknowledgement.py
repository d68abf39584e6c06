"""When a registration is answered: not before its regions have it, and not after waiting is of no use."""

import concurrent.futures
import contextlib
import threading

import pytest
from regional import NAMES, PATIENT, SOON, V1, V2, config, same_in_all, wait_for_deployments, wait_until_down

from sgwtest import Gateway, Registry, RegistryError, ScriptedProxy, wait_until
from sgwtest.scripted_proxy import Hold, no_answer

LOOK = r"GET /subjects/orders/versions/1"  # what a deployment begins with
NOT_YET = 0.5  # s, in which a wrong answer would have come many times over


@contextlib.contextmanager
def in_the_background(call, *arguments):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        yield pool.submit(call, *arguments)


def is_not_answered(answer):
    with pytest.raises(concurrent.futures.TimeoutError):
        answer.result(timeout=NOT_YET)


@contextlib.contextmanager
def held_back(regions, pattern):
    """{name: Hold} and the proxies to give to the gateway: no deployment gets on until its region's hold ends."""
    with contextlib.ExitStack() as stack:
        proxies = [stack.enter_context(ScriptedProxy(region)) for region in regions]
        holds = {proxy.name: stack.enter_context(Hold(proxy, pattern)) for proxy in proxies}
        yield proxies, holds


@pytest.mark.parametrize("ack, too_few, enough", [
    ("none", None, []),
    ("one", [], ["ap-south"]),
    ("majority", ["ap-south"], ["us-west"]),
    ("home", ["us-west", "ap-south"], ["eu-west"]),
    ("all", ["us-west", "ap-south"], ["eu-west"]),
])
def test_answered_once_enough_regions_have_it(regions, ack, too_few, enough):
    deploy = {"ack": ack, "ack_timeout": PATIENT}
    with held_back(regions, LOOK) as (proxies, holds), \
            Gateway(proxies, config=config(deploy=deploy, gateway={"region": "eu-west"},
                                           health={"timeout": "5s"})) as gateway:
        gateway.wait_for_regions()
        with in_the_background(Registry(gateway.url, timeout=20).register, "orders", V1) as answer:
            if too_few is not None:
                for name in too_few:
                    holds[name].end()
                wait_for_deployments(gateway, "deployed", len(too_few))
                is_not_answered(answer)
            for name in enough:
                holds[name].end()
            assert answer.result(timeout=SOON)["version"] == 1
        if ack == "none":
            assert all(Registry(region.url).subjects() == [] for region in regions)
        for name in NAMES:
            holds[name].end()
        gateway.wait_until_deployed()


@pytest.mark.parametrize("on_timeout", ["accept", "fail"])
def test_without_a_healthy_region_nothing_is_waited_for(regions, on_timeout):
    deploy = {"ack": "one", "ack_timeout": PATIENT, "on_timeout": on_timeout}
    with Gateway(regions[:2], config=config(deploy=deploy)) as gateway:
        gateway.wait_for_regions()
        for region in regions[:2]:
            region.kill()
        wait_until_down(gateway, *regions[:2])
        registry = Registry(gateway.url, timeout=SOON)
        if on_timeout == "accept":
            assert registry.register("orders", V1)["version"] == 1
        else:
            with pytest.raises(RegistryError) as refusal:
                registry.register("orders", V1)
            assert refusal.value.status == 503
            assert registry.versions("orders") == [1]


def test_outage_ends_the_waiting(regions):
    """The last region that could still take it goes away while a registration waits for it."""
    with held_back(regions[:1], LOOK) as (proxies, _), \
            Gateway(proxies, config=config(deploy={"ack_timeout": PATIENT})) as gateway:
        gateway.wait_for_regions()
        with in_the_background(Registry(gateway.url, timeout=20).register, "orders", V1) as answer:
            is_not_answered(answer)
            regions[0].kill()
            assert answer.result(timeout=SOON)["version"] == 1


def test_known_registration_waits_again(regions):
    """With `fail`, one call is enough: it waits for the acknowledgement that the first one did not get."""
    region = regions[0]
    deploy = {"ack": "all", "ack_timeout": PATIENT, "on_timeout": "fail"}
    with held_back([region], LOOK) as (proxies, holds), \
            Gateway(proxies, config=config(deploy=deploy, health={"timeout": "5s"})) as gateway:
        gateway.wait_for_regions()
        away = threading.Event()
        proxies[0].lie(r" /", lambda request, answer: no_answer(request, answer) if away.is_set() else None)
        away.set()
        wait_until_down(gateway, region)
        registry = Registry(gateway.url, timeout=20)
        with pytest.raises(RegistryError) as refusal:
            registry.register("orders", V1)
        assert refusal.value.status == 503
        away.clear()
        gateway.wait_for_regions()
        with in_the_background(registry.register, "orders", V1) as answer:
            is_not_answered(answer)
            holds[region.name].end()
            assert answer.result(timeout=SOON)["version"] == 1
        assert Registry(region.url).versions("orders") == [1]
        assert registry.register("orders", V2)["version"] == 2


@pytest.mark.parametrize("ack, holders", [("all", 3), ("majority", 2), ("home", 1), ("one", 1)])
def test_acknowledgement_means_that_the_regions_hold_it(regions, ack, holders):
    """At the very moment of the answer, without waiting."""
    with Gateway(regions, config=config(deploy={"ack": ack}, gateway={"region": "eu-west"})) as gateway:
        gateway.wait_for_regions()
        answer = Registry(gateway.url).register("orders", V1)
        held = [region.name for region in regions if "orders" in Registry(region.url).subjects()]
        assert len(held) >= holders
        assert ack != "home" or "eu-west" in held
        assert answer["version"] == 1


@pytest.mark.parametrize("on_timeout", ["accept", "fail"])
def test_all_with_a_region_away_follows_on_timeout(regions, on_timeout):
    deploy = {"ack": "all", "ack_timeout": "700ms", "on_timeout": on_timeout}
    with Gateway(regions, config=config(deploy=deploy)) as gateway:
        gateway.wait_for_regions()
        regions[2].kill()
        registry = Registry(gateway.url)
        if on_timeout == "accept":
            schema_id = registry.register("orders", V1)["id"]
        else:
            with pytest.raises(RegistryError) as refusal:
                registry.register("orders", V1)
            assert refusal.value.status == 503
            assert registry.versions("orders") == [1]  # durable all the same: registering again is idempotent
            schema_id = registry.version("orders")["id"]
        same_in_all(regions[:2], "orders", 1, schema_id, V1)


def test_waiting_for_regions_ends_at_the_deadline_of_the_request(regions):
    settings = config(deploy={"ack": "all", "ack_timeout": "60s", "on_timeout": "fail"},
                      health={"interval": "60s", "timeout": "30s"},  # what hangs is not noticed
                      gateway={"limits": {"request_timeout": "1s"}})
    with Gateway(regions, config=settings) as gateway:
        gateway.wait_for_regions()
        regions[2].suspend()
        with pytest.raises(RegistryError) as refusal:
            Registry(gateway.url, timeout=10).register("orders", V1)
        assert refusal.value.status == 503 and "not enough regions" in refusal.value.message
        regions[2].resume()


def test_fail_waits_again_when_registered_again(regions):
    with Gateway(regions, config=config(deploy={"ack": "all", "ack_timeout": "700ms", "on_timeout": "fail"})) as gateway:
        gateway.wait_for_regions()
        regions[2].kill()
        registry = Registry(gateway.url)
        for _ in range(2):
            with pytest.raises(RegistryError) as refusal:
                registry.register("orders", V1)
            assert refusal.value.status == 503
        regions[2].start()
        answer = wait_until(lambda: registry.register("orders", V1), 10, "the registration to reach its ack")
        same_in_all(regions, "orders", 1, answer["id"], V1, deadline=1)
