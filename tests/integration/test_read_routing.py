"""Who answers a read: the nearest region that can, then the next, then the catalog; and when 404 may be said."""

import json

import pytest
from regional import (NAMES, V1, V2, config, mode_of, set_mode, told_by, wait_for_admission,
                      wait_for_deployments, wait_until_down)

from sgwtest import Axonops, Gateway, Registry, RegistryError, wait_until

MUTABLE = ("/subjects/orders/versions", "/subjects/orders/versions/latest")
# No region is left out for its failures, and none is given up for a slow machine: each read finds out by itself.
EACH_READ_ASKS = {"health": {"failures": 1000}, "reads": {"try_timeout": "2s", "timeout": "8s"}}


def test_the_nearest_that_answers_then_the_next_then_the_catalog(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"}, **EACH_READ_ASKS)) as gateway:
        gateway.wait_for_regions()
        Registry(gateway.url).register("orders", V1)
        for region, following in zip(regions, [*NAMES[1:], "catalog"], strict=True):
            assert [told_by(gateway, path) for path in MUTABLE] == [region.name] * 2
            region.kill()
            assert [told_by(gateway, path) for path in MUTABLE] == [following] * 2


def test_region_in_conflict_is_not_asked_about_that_subject(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"}, **EACH_READ_ASKS)) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        registry.register("other", V1)
        first = registry.register("orders", V1)
        gateway.wait_until_deployed()
        Registry(regions[0].url).register("intruder", '"bytes"', id=first["id"] + 1, version=1)
        registry.register("orders", V2)
        wait_for_deployments(gateway, "conflict", 1, region="us-west")
        gateway.wait_until_deployed()
        assert [told_by(gateway, path) for path in MUTABLE] == ["eu-west"] * 2
        assert told_by(gateway, "/subjects/other/versions") == "us-west"


def test_region_out_of_import_goes_on_serving_reads(regions):
    """It cannot be deployed to, but what it holds is as good as before."""
    near, far = regions[:2]
    set_mode(near, "IMPORT")
    hands_off = {**near.region_config(), "manage_mode": False}
    with Gateway([hands_off, far], config=config(deploy={"ack": "all"}, **EACH_READ_ASKS)) as gateway:
        gateway.wait_for_regions()
        Registry(gateway.url).register("orders", V1)
        set_mode(near, "READWRITE")
        wait_for_admission(gateway, near, "not_import")
        assert [told_by(gateway, path) for path in MUTABLE] == ["us-west"] * 2
        Registry(gateway.url).register("orders", V2)  # which the region does not get
        wait_for_deployments(gateway, "deployed", 2, region="eu-west")
        assert [told_by(gateway, path) for path in MUTABLE] == ["eu-west"] * 2
        assert mode_of(near) == "READWRITE"


UNKNOWN = ("/subjects/unknown/versions", "/subjects/unknown/versions/latest", "/subjects/unknown/versions/1",
           "/schemas/ids/4711")


def all_statuses(gateway, paths):
    return {Registry(gateway.url).request("GET", path).status_code for path in paths}


@pytest.mark.parametrize("how", ["killed", "hung", "never seen"])
def test_404_is_not_said_while_a_region_that_may_hold_it_is_away(how):
    """From the first answer on, and not only once the outage is known."""
    with Axonops("adopted") as adopted, Axonops("foreign") as foreign:
        Registry(foreign.url).register("foreign", '"bytes"')
        if how == "never seen":
            foreign.kill()
        with Gateway([adopted, foreign], config=config(reads={"try_timeout": "100ms"})) as gateway:
            gateway.wait_for_regions("adopted")
            if how != "never seen":
                wait_for_admission(gateway, foreign, "unadopted")
                wait_until(lambda: all_statuses(gateway, UNKNOWN) == {404}, 10, "404, which both regions say")
            if how == "killed":
                foreign.kill()
            if how == "hung":
                foreign.suspend()
            for _ in range(4):
                assert all_statuses(gateway, (*UNKNOWN, "/subjects/foreign/versions")) == {503}
            assert Registry(gateway.url).request("GET", UNKNOWN[0]).headers["Retry-After"]


def from_where(gateway, path):
    """(Cache-Status, Age) of the answer."""
    answer = Registry(gateway.url).request("GET", path)
    assert answer.status_code == 200, answer.text
    return answer.headers["Cache-Status"], int(answer.headers["Age"])


def test_answers_tell_how_old_they_are():
    with Axonops("us-west") as region, Gateway([region], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        schema_id = Registry(gateway.url).register("orders", V1)["id"]
        immutable = (f"/schemas/ids/{schema_id}", "/subjects/orders/versions/1")
        for path in immutable:
            assert from_where(gateway, path) == ("schema-gateway; hit; detail=view", 0)
            assert "detail=memory" in from_where(gateway, path)[0]
        for path in MUTABLE:
            assert from_where(gateway, path) == ("schema-gateway; fwd=request; fwd-status=200; detail=region", 0)
        region.kill()
        wait_until_down(gateway, region)
        for path in (*immutable, *MUTABLE):
            detail = "memory" if path in immutable else "degraded"
            wait_until(lambda path=path: from_where(gateway, path)[1] >= 1, 10, f"{path} to age")
            assert from_where(gateway, path)[0] == f"schema-gateway; hit; detail={detail}"


def test_partial_version_is_served_with_what_the_region_dropped(regions):
    """This registry drops metadata: a state of its own, no conflict, and no obstacle to the next version."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        metadata = {"properties": {"owner": "us"}}
        first = registry.register("orders", V1, metadata=metadata)
        wait_for_deployments(gateway, "partial", len(NAMES))
        for region in regions:
            held = Registry(region.url).version("orders", 1)
            assert held["id"] == first["id"] and "owner" not in json.dumps(held)
        for version in (1, "latest"):
            assert registry.version("orders", version)["metadata"] == metadata
        assert [told_by(gateway, path) for path in MUTABLE] == ["us-west", "catalog"]  # no region can tell the metadata
        second = registry.register("orders", V2, metadata={"properties": {"owner": "them"}})
        for region in regions:
            assert Registry(region.url).version("orders", 2)["id"] == second["id"]
        assert registry.version("orders")["metadata"] == {"properties": {"owner": "them"}}
        assert registry.version("orders", 1)["metadata"] == metadata
        assert [told_by(gateway, path) for path in MUTABLE] == ["us-west", "catalog"]


def test_named_context_over_regions(regions):
    """A subject in a context of its own reaches each region in that context, and is read back around an outage."""
    with Gateway(regions, config=config(deploy={"ack": "all"}, **EACH_READ_ASKS)) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        plain, named = registry.register("s", V1), registry.register(":.c:s", V2)
        assert plain["id"] != named["id"]  # one counter over all contexts
        gateway.wait_until_deployed()
        for region in regions:
            held = Registry(region.url).call("GET", "/contexts/.c/subjects/s/versions/1")
            assert held["id"] == named["id"] and json.loads(held["schema"]) == json.loads(V2)
            assert Registry(region.url).versions("s") == [1]
        for region, following in zip(regions, [*NAMES[1:], "catalog"], strict=True):
            region.kill()
            answer = registry.request("GET", "/subjects/%3A.c%3As/versions/latest")
            assert answer.headers["Schema-Gateway-Region"] == following
            latest = answer.json()
            assert (latest["subject"], latest["version"], latest["id"]) == (":.c:s", 1, named["id"])
            assert json.loads(latest["schema"]) == json.loads(V2)
        assert registry.register(":.c:s", V2)["id"] == named["id"]
        with pytest.raises(RegistryError) as unknown:
            registry.versions(":.other:s")
        assert unknown.value.code == 40401
