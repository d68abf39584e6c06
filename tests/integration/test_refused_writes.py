"""A region that refuses the writes of one subject, for good, and takes all others, its claim among them."""

import threading
import time

import pytest
from regional import NAMES, V1, config, same_in_all, started

from sgwtest import Gateway, Registry, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

FORBIDDEN = lies.answer_json({"error_code": 40301, "message": "Forbidden"}, 403)
NOT_IMPORT = lies.answer_json({"error_code": 42205, "message": "Subject orders is not in import mode"}, 422)
MISSING = lies.answer_json({"error_code": 40402, "message": "Version not found."}, 404)


class Calls:
    """Everything that the region is sent, as "METHOD path"."""

    def __init__(self, region):
        self._lock = threading.Lock()
        self._calls = []
        region.watch("", self._see)

    def _see(self, request):
        with self._lock:
            self._calls.append(f"{request.method} {request.path}")

    def count(self, beginning=""):
        with self._lock:
            return sum(call.startswith(beginning) for call in self._calls)


def refuse_orders(region, answer):
    region.lie(r"POST /subjects/orders/versions", lambda request, _: answer)
    region.lie(r"GET /subjects/orders/versions/1$", lambda request, _: MISSING)


@pytest.fixture
def regions():
    with started(NAMES[:2]) as running:
        yield running


@pytest.mark.parametrize("answer", [FORBIDDEN, NOT_IMPORT], ids=["403", "42205"])
def test_subject_that_is_refused_for_good(regions, answer):
    """It is tried with back-off, the region is not prepared again and again for it, and others get there meanwhile."""
    with ScriptedProxy(regions[0]) as picky:
        with Gateway([picky, regions[1]], config=config()) as gateway:
            gateway.wait_for_regions()
            refuse_orders(picky, answer)
            registry = Registry(gateway.url)
            calls = Calls(picky)
            began = time.monotonic()
            refused = registry.register("orders", V1)
            wait_until(lambda: calls.count("POST /subjects/orders/") >= 10, 30, "ten attempts")
            took = time.monotonic() - began
            assert took > 1.5, "nine back-offs from 100 ms to 500 ms, each at least half as long"
            assert calls.count("GET /mode/?") >= 20, "rounds that only probe, more and more between two preparations"
            assert calls.count("GET /contexts") <= 12, "one whole listing for each preparation"
            assert calls.count() < 60 * took + 60, "a few calls in each round of 100 ms"
            for n in range(5):
                name = f"other-{n}"
                schema_id = registry.register(name, V1.replace("Order", f"Other{n}"))["id"]
                same_in_all(regions, name, 1, schema_id, V1.replace("Order", f"Other{n}"))
            assert gateway.metric("schema_gateway_deployments", region="us-west", state="failed") == 1
            picky.honest()
            gateway.wait_until_deployed()
            same_in_all(regions, "orders", 1, refused["id"], V1)
            gateway.wait_for_regions()
