"""What keeps a region from taking writes: credentials, and modes."""

import pytest
from regional import NAMES, V1, V2, config, same_in_all, set_mode, shown, started, told_by, wait_for_admission

from sgwtest import Axonops, Gateway, Registry, RegistryError, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies


def test_credentials_that_stop_working():
    """The region keeps what it has, gets nothing, is shown with its own words; everything else goes on."""
    with started() as regions, Axonops("locked", auth=("gateway", "Right-password-1")) as locked:
        with Gateway([*regions[:2], locked], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            first = Registry(gateway.url).register("orders", V1)
            assert gateway.terminate() == 0
            gateway.region_list[2]["auth"]["basic"]["password"] = "no-longer-right"
            gateway.restart()
            gateway.wait_for_regions("us-west", "eu-west")
            wait_for_admission(gateway, locked, "not_import")
            registry = Registry(gateway.url)
            second = wait_until(lambda: registry.register("orders", V2), 10, "a registration")
            same_in_all(regions[:2], "orders", 2, second["id"], V2)
            assert [registry.version("orders", v)["id"] for v in (1, 2)] == [first["id"], second["id"]]
            assert "401" in shown(gateway, locked)
            assert Registry(locked.url, auth=locked.auth).versions("orders") == [1]
            for secret in ("no-longer-right", "Right-password-1"):
                assert secret not in shown(gateway, locked) + gateway.process.output()


def test_credentials_that_never_worked(regions):
    """What that region holds is not known, so no new id is safe; the answer says which region to mend."""
    with Axonops("locked", auth=("gateway", "Right-password-1")) as locked:
        wrong = {**locked.region_config(), "auth": {"basic": {"username": "gateway", "password": "wrong"}}}
        with Gateway([*regions, wrong], config=config()) as gateway:
            gateway.wait_for_regions(*NAMES)
            wait_for_admission(gateway, locked, "not_import")
            with pytest.raises(RegistryError) as refusal:
                Registry(gateway.url).register("orders", V1)
            assert refusal.value.status == 503 and "locked" in refusal.value.message and "401" in refusal.value.message
            assert Registry(gateway.url).subjects() == []


def test_right_credentials():
    with Axonops("locked", auth=("gateway", "Right-password-1")) as locked:
        with Gateway([locked], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            answer = Registry(gateway.url).register("orders", V1)
            same_in_all([locked], "orders", 1, answer["id"], V1)
            assert "Right-password-1" not in gateway.process.output()


def test_region_that_was_read_write_is_put_into_import(regions):
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        for region in regions:
            assert Registry(region.url).call("GET", "/mode/any", defaultToGlobal="true") == {"mode": "IMPORT"}
        assert Registry(gateway.url).call("GET", "/mode") == {"mode": "READWRITE"}


def test_import_mode_is_set_again(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        Registry(regions[0].url).call("PUT", "/mode/:.__GLOBAL:", {"mode": "READWRITE"}, force="true")
        answer = wait_until(lambda: Registry(gateway.url).register("orders", V1), 10, "a registration")
        same_in_all(regions, "orders", 1, answer["id"], V1)


def test_mode_that_is_not_ours_to_set(regions):
    """manage_mode: false, and nobody put the region into IMPORT."""
    hands_off = {**regions[0].region_config(), "manage_mode": False}
    with Gateway([hands_off, *regions[1:]], config=config()) as gateway:
        gateway.wait_for_regions("eu-west", "ap-south")
        wait_for_admission(gateway, regions[0], "not_import")
        answer = Registry(gateway.url).register("orders", V1)
        same_in_all(regions[1:], "orders", 1, answer["id"], V1)
        assert Registry(regions[0].url).subjects() == []
        Registry(regions[0].url).call("PUT", "/mode/:.__GLOBAL:", {"mode": "IMPORT"}, force="true")
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 1, answer["id"], V1)


IMMUTABLE = lies.answer_json({"error_code": 42205, "message": "Mode changes are not allowed"}, 422)


def test_region_whose_mode_cannot_be_changed(regions):
    """As with mode.mutability=false: told in its own words, and never written."""
    with ScriptedProxy(regions[0]) as fixed:
        writes = []
        fixed.watch(r"POST /subjects/", writes.append)
        fixed.lie(r"PUT /mode", lambda request, answer: IMMUTABLE)
        set_mode(regions[0], "READWRITE")
        with Gateway([fixed, *regions[1:]], config=config()) as gateway:
            wait_for_admission(gateway, fixed, "not_import")
            assert "Mode changes are not allowed" in shown(gateway, fixed)
            gateway.wait_for_regions("eu-west", "ap-south")
            answer = Registry(gateway.url).register("orders", V1)
            same_in_all(regions[1:], "orders", 1, answer["id"], V1)
            assert writes == [] and Registry(regions[0].url).subjects() == []


def test_region_whose_mode_falls_back_and_cannot_be_changed_again(regions):
    """It gets nothing more, and goes on serving reads of what it holds."""
    with ScriptedProxy(regions[0]) as fixed:
        with Gateway([fixed, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            first = registry.register("orders", V1)
            fixed.lie(r"PUT /mode", lambda request, answer: IMMUTABLE)
            set_mode(regions[0], "READWRITE")
            wait_for_admission(gateway, fixed, "not_import")
            assert "Mode changes are not allowed" in shown(gateway, fixed)
            wait_until(lambda: told_by(gateway, "/subjects/orders/versions/latest") == "us-west", 10, "reads of it")
            second = registry.register("payments", V1)
            assert second["id"] == first["id"]
            same_in_all(regions[1:], "payments", 1, second["id"], V1)
            assert Registry(regions[0].url).subjects() == ["orders"]


def test_subject_that_a_region_keeps_out_of_import(regions):
    """A narrower setting in the region beats IMPORT; the others get the schema, that one nothing before it is mended."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        Registry(regions[0].url).call("PUT", "/mode/orders", {"mode": "READONLY"})
        registry = Registry(gateway.url)
        answer = registry.register("orders", V1)
        same_in_all(regions[1:], "orders", 1, answer["id"], V1)
        assert registry.version("orders")["id"] == answer["id"]
        wait_until(lambda: gateway.metric("schema_gateway_deployments", region="us-west", state="failed")
                   + (gateway.admission("us-west") == "not_import"), 10, "the alarm")
        assert Registry(regions[0].url).subjects() == []
        Registry(regions[0].url).call("DELETE", "/mode/orders")
        same_in_all(regions, "orders", 1, answer["id"], V1)
