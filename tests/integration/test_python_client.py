"""The stock Python client: register, serialize, deserialize, look up; through outages; straight from each region."""

import contextlib

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from sgwtest import Axonops, Gateway, wait_until

ORDER = ('{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},'
         '{"name":"amount","type":"double"}]}')
ORDER_2 = ('{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},'
           '{"name":"amount","type":"double"},{"name":"note","type":["null","string"],"default":null}]}')
QUICK = {"health": {"interval": "100ms", "timeout": "500ms"}}


def client(url, retries=0):
    return SchemaRegistryClient({"url": url, "max.retries": retries, "timeout": 10})


def write(url, topic, schema, value):
    """What a producer that just started puts on the wire."""
    return AvroSerializer(client(url), schema)(value, SerializationContext(topic, MessageField.VALUE))


def read(url, topic, data):
    """What a consumer that just started reads from it."""
    return AvroDeserializer(client(url))(data, SerializationContext(topic, MessageField.VALUE))


@pytest.fixture(params=["standalone", "three regions"])
def url(request):
    with contextlib.ExitStack() as stack:
        regions = []
        if request.param != "standalone":
            regions = [stack.enter_context(Axonops(name)) for name in ("us", "eu", "ap")]
        gateway = stack.enter_context(Gateway(regions, config=QUICK))
        gateway.wait_for_regions()
        yield gateway.url


def test_register_and_look_up(url):
    registry = client(url)
    schema_id = registry.register_schema("orders-value", Schema(ORDER, "AVRO"))
    assert registry.register_schema("orders-value", Schema(ORDER, "AVRO"), normalize_schemas=True) == schema_id
    found = registry.lookup_schema("orders-value", Schema(ORDER, "AVRO"))
    assert (found.schema_id, found.version, found.subject) == (schema_id, 1, "orders-value")
    assert client(url).get_schema(schema_id).schema_str == ORDER
    assert registry.get_latest_version("orders-value").schema_id == schema_id
    assert registry.get_version("orders-value", 1).schema_id == schema_id
    assert registry.get_versions("orders-value") == [1]
    assert registry.get_subjects() == ["orders-value"]


def test_config_and_compatibility(url):
    registry = client(url)
    registry.register_schema("orders-value", Schema(ORDER, "AVRO"))
    assert registry.get_compatibility() == "BACKWARD"
    registry.set_compatibility("orders-value", "FULL")
    assert registry.get_compatibility("orders-value") == "FULL"
    assert registry.test_compatibility("orders-value", Schema(ORDER_2, "AVRO"))
    other = Schema('{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"x","type":"int"}]}', "AVRO")
    assert not registry.test_compatibility("orders-value", other)
    with pytest.raises(SchemaRegistryError) as refusal:
        registry.register_schema("orders-value", other)
    assert refusal.value.http_status_code == 409
    with pytest.raises(SchemaRegistryError) as missing:
        registry.get_latest_version("nobody")
    assert (missing.value.http_status_code, missing.value.error_code) == (404, 40401)


def test_serialize_and_deserialize(url):
    value = {"id": "a", "amount": 1.5}
    data = write(url, "orders", ORDER, value)
    assert read(url, "orders", data) == value
    newer = write(url, "orders", ORDER_2, {**value, "note": "x"})
    assert read(url, "orders", newer)["note"] == "x"
    assert read(url, "orders", data) == value


def test_through_outages_and_from_every_region():
    with contextlib.ExitStack() as stack:
        regions = [stack.enter_context(Axonops(name)) for name in ("us", "eu", "ap")]
        gateway = stack.enter_context(Gateway(regions, config=QUICK))
        gateway.wait_for_regions()
        written = {}

        def produce_and_consume(topic, schema=ORDER):
            value = {"id": topic, "amount": 2.5}
            written[topic] = (write(gateway.url, topic, schema, value), value)
            for known, (data, expected) in written.items():
                assert read(gateway.url, known, data) == expected
                assert write(gateway.url, known, schema, expected) == data, "another id for a known schema"

        produce_and_consume("all-up")
        for number, region in enumerate(regions, 1):
            region.kill()
            produce_and_consume(f"{number}-down")
        produce_and_consume("new-in-total-outage")
        for region in regions:
            region.start()
        gateway.wait_for_regions()
        gateway.wait_until_deployed()
        for region in regions:
            for topic, (data, expected) in written.items():
                wait_until(lambda r=region, t=topic, d=data, e=expected: read(r.url, t, d) == e, 10,
                           f"{topic} to be readable straight from {region.name}")
