"""A claimed region that somebody opened to others: our claim stands and proves nothing, whatever happens meanwhile."""

import contextlib
import threading

import pytest
from regional import V1, V2, V3, config, mode_of, same_in_all, set_mode, shown, wait_for_admission

from sgwtest import Gateway, Registry, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

LISTING = r"GET /subjects\?"


@pytest.fixture
def near(regions):
    with ScriptedProxy(regions[0]) as proxy:
        yield proxy


@contextlib.contextmanager
def gateway_over(near, others):
    """It has put orders version 1 into all of them, as id 1."""
    with Gateway([near, *others], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        assert Registry(gateway.url).register("orders", V1)["id"] == 1
        yield gateway


def opened(region, subject="foreign", text='"bytes"'):
    """Others write to it, which takes the very id that we would give next."""
    set_mode(region, "READWRITE")
    assert Registry(region.url).register(subject, text)["id"] == 2


def refuses_new(gateway, region):
    answer = Registry(gateway.url).request("POST", "/subjects/orders/versions", {"schema": V2})
    assert answer.status_code == 503 and region.name in answer.json()["message"], answer.text
    assert Registry(gateway.url).register("orders", V1)["id"] == 1


def takes_new_once_it_is_clean(gateway, region, regions, subject="foreign"):
    for permanently in ("false", "true"):
        Registry(region.url).call("DELETE", f"/subjects/{subject}", permanent=permanently)
    gateway.wait_for_regions()
    assert mode_of(region) == "IMPORT"
    answer = Registry(gateway.url).register("orders", V2)
    same_in_all(regions, "orders", 2, answer["id"], V2)


def test_is_remembered_by_the_log(near, regions):
    """Over kills, with the mode back at IMPORT, and while the region cannot be asked."""
    with gateway_over(near, regions[1:]) as gateway:
        gateway.suspend()  # it closes what it finds open and clean
        opened(regions[0])
        gateway.resume()
        wait_for_admission(gateway, near, "unadopted")
        assert mode_of(regions[0]) == "READWRITE"  # what is not ours is not closed by us
        set_mode(regions[0], "IMPORT")
        gateway.kill()
        gateway.restart()
        wait_for_admission(gateway, near, "unadopted")
        refuses_new(gateway, near)
        gateway.kill()
        regions[0].suspend()
        gateway.restart()
        gateway.wait_for_regions("eu-west", "ap-south")
        refuses_new(gateway, near)
        regions[0].resume()
        wait_for_admission(gateway, near, "unadopted")
        takes_new_once_it_is_clean(gateway, near, regions)


def test_survives_a_kill_before_the_look_is_done(near, regions):
    with gateway_over(near, regions[1:]) as gateway:
        gateway.suspend()
        opened(regions[0])
        asked = threading.Event()
        near.watch(LISTING, lambda _: asked.set())
        with lies.Hold(near, LISTING):
            gateway.resume()
            assert asked.wait(10)
            gateway.kill()
        near.honest()
        set_mode(regions[0], "IMPORT")
        gateway.restart()
        wait_for_admission(gateway, near, "unadopted")
        assert "foreign" in shown(gateway, near)
        refuses_new(gateway, near)
        takes_new_once_it_is_clean(gateway, near, regions)


FAILING = [(LISTING, "foreign"), ("GET /contexts", "foreign"), ("GET /subjects/orders/versions", "orders")]


@pytest.mark.parametrize(("call", "subject"), FAILING)
def test_outlasts_a_call_that_fails(near, regions, call, subject):
    """Until the region was looked through, nothing new is registered; then it is known what it holds."""
    with gateway_over(near, regions[1:]) as gateway:
        gateway.suspend()
        opened(regions[0], subject, V3)
        with near.lying(call, lies.server_error()) as failing:
            gateway.resume()
            wait_until(failing.told, 10, "the call to fail")
            wait_for_admission(gateway, near, "unknown")
            refuses_new(gateway, near)
            assert failing.told() > 1
        wait_for_admission(gateway, near, "unadopted")
        refuses_new(gateway, near)


@pytest.mark.parametrize("calls", ["GET /mode", "GET /"])
def test_outlasts_an_answer_that_comes_but_once(near, regions, calls):
    """It said once that it is open, and gives no other answer before that is over."""
    with gateway_over(near, regions[1:]) as gateway:
        gateway.suspend()
        opened(regions[0])
        seen_open = threading.Event()

        def fail_then(request, answer):
            if request.path.startswith("/mode/schema-gateway") and not seen_open.is_set():
                seen_open.set()
                return None
            return lies.server_error()(request, answer) if seen_open.is_set() else None

        with near.lying(calls, fail_then) as failing:
            gateway.resume()
            wait_until(failing.told, 10, "a call to fail")
            wait_until(lambda: gateway.admission(near.name) in ("unknown", "unadopted"), 10, "the doubt")
            refuses_new(gateway, near)
            set_mode(regions[0], "IMPORT")
        wait_for_admission(gateway, near, "unadopted")
        refuses_new(gateway, near)


def test_of_a_region_that_was_taken_out_meanwhile(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        assert Registry(gateway.url).register("orders", V1)["id"] == 1
        assert gateway.terminate() == 0
        taken_out = gateway.region_list.pop(0)
        gateway.restart()
        gateway.wait_for_regions("eu-west", "ap-south")
        opened(regions[0], "orders", V3)
        set_mode(regions[0], "IMPORT")
        assert gateway.terminate() == 0
        gateway.region_list.insert(0, taken_out)
        gateway.restart()
        wait_for_admission(gateway, regions[0], "unadopted")
        refuses_new(gateway, regions[0])


def test_of_one_subject_that_was_opened(near, regions):
    """Its mode beats the one for all; only a write that is refused for it tells."""
    with gateway_over(near, regions[1:]) as gateway:
        Registry(regions[0].url).call("PUT", "/mode/orders", {"mode": "READWRITE"}, force="true")
        Registry(gateway.url).register("orders", V2)
        wait_for_admission(gateway, near, "not_import")
        assert Registry(regions[0].url).register("orders", V3)["id"] == 2
        wait_for_admission(gateway, near, "unadopted")
        assert "orders version 2 under id 2, which is another schema" in shown(gateway, near)
        answer = Registry(gateway.url).request("POST", "/subjects/payments/versions", {"schema": '"long"'})
        assert answer.status_code == 503 and near.name in answer.json()["message"], answer.text


def test_of_versions_under_a_name_of_ours(near, regions):
    """The list of subjects looks as it should."""
    with gateway_over(near, regions[1:]) as gateway:
        gateway.suspend()
        opened(regions[0], "orders", V3)
        gateway.resume()
        wait_for_admission(gateway, near, "unadopted")
        assert "orders version 2 under id 2" in shown(gateway, near)
        refuses_new(gateway, near)
        for permanently in ("false", "true"):
            Registry(regions[0].url).call("DELETE", "/subjects/orders/versions/2", permanent=permanently)
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 2, Registry(gateway.url).register("orders", V2)["id"], V2)


def test_where_nobody_wrote_it_ends(near, regions):
    """Once and for all: after the next start a look is needed no more."""
    with gateway_over(near, regions[1:]) as gateway:
        set_mode(regions[0], "READWRITE")
        wait_until(lambda: mode_of(regions[0]) == "IMPORT", 10, "IMPORT mode to be set again")
        gateway.wait_for_regions()
        gateway.kill()
        near.lie(LISTING, lies.server_error())
        gateway.restart()
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 2, Registry(gateway.url).register("orders", V2)["id"], V2)


def test_where_the_mode_is_not_ours_to_set(regions):
    hands_off = {**regions[0].region_config(), "manage_mode": False}
    set_mode(regions[0], "IMPORT")
    with Gateway([hands_off, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        assert Registry(gateway.url).register("orders", V1)["id"] == 1
        set_mode(regions[0], "READWRITE")
        wait_for_admission(gateway, regions[0], "not_import")
        second = Registry(gateway.url).register("payments", V1)  # nobody wrote anything so far
        assert second["id"] == 1
        Registry(regions[0].url).register("foreign", '"bytes"')
        wait_for_admission(gateway, regions[0], "unadopted")
        refuses_new(gateway, regions[0])
        set_mode(regions[0], "IMPORT")
        takes_new_once_it_is_clean(gateway, regions[0], regions)
