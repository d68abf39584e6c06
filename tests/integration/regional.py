"""What the tests of gateways over regions share: quick settings, schemas, and questions about a region."""

import contextlib
import json

from sgwtest import Axonops, Registry, wait_until
from sgwtest.gateway import merged

NAMES = ("us-west", "eu-west", "ap-south")  # nearest first
QUICK = {"health": {"interval": "100ms", "timeout": "500ms"}, "deploy": {"retry_max": "500ms"}}
V1 = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
V2 = ('{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},'
      '{"name":"note","type":["null","string"],"default":null}]}')
V3 = ('{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},'
      '{"name":"more","type":["null","string"],"default":null}]}')
PATIENT = "30s"  # a time-out that a test never waits for: what takes that long fails on the client's own, SOON
SOON = 10


@contextlib.contextmanager
def started(names=NAMES):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Axonops(name)) for name in names]


def config(**sections):
    return merged(QUICK, sections)


def wait_for_admission(gateway, region, state):
    wait_until(lambda: gateway.admission(region.name) == state, 15, f"{region.name} to be {state}")


def wait_until_down(gateway, *regions):
    """Until the gateway leaves them out."""
    wait_until(lambda: not any(gateway.metric("schema_gateway_region_up", region=region.name, kind=kind)
                               for region in regions for kind in ("read", "write")), 10, "the outage to be seen")


def wait_for_deployments(gateway, state, number, **labels):
    wait_until(lambda: gateway.metric("schema_gateway_deployments", state=state, **labels) == number, 10,
               f"{number} deployments to be {state}")


def shown(gateway, region):
    """What /admin/regions says of it, as text."""
    return json.dumps(next(entry for entry in gateway.admin("/admin/regions") if entry["name"] == region.name))


def told_by(gateway, path):
    """Who vouches for the answer to that GET: a region's name or `catalog`."""
    answer = Registry(gateway.url).request("GET", path)
    assert answer.status_code == 200, answer.text
    return answer.headers["Schema-Gateway-Region"]


def mode_of(region):
    return Registry(region.url).call("GET", "/mode/any", defaultToGlobal="true")["mode"]


def set_mode(region, mode):
    answer = Registry(region.url).call("PUT", "/mode/:.__GLOBAL:", {"mode": mode}, force="true")
    assert answer == {"mode": mode}
