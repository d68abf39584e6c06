"""Avro texts that are canonical as written.

Compact JSON with the attributes in the registry's order, so that a check may compare bytes and needs no
canonicalization of its own, least of all the gateway's. Pure; never talks to anything.
"""

import json


def canonical(value) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def base_fields(key_type="long") -> list:
    """The fields of every first version: most of Avro's kinds, each spelled canonically."""
    inner = {"type": "record", "name": "Origin", "fields": [
        {"name": "host", "type": ["null", "string"], "default": None}]}
    return [
        {"name": "key", "type": key_type},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["CREATED", "CHANGED"]}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "weights", "type": {"type": "map", "values": "double"}},
        {"name": "origin", "type": inner},
    ]


def record(name: str, fields: list) -> str:
    return canonical({"type": "record", "name": name, "namespace": "drill", "fields": fields})


def base(name: str) -> str:
    return record(name, base_fields())


def with_optional(name: str, field: str) -> str:
    """A version with one more optional field: backward compatible with every other text made here for
    the name, whichever of them is registered first."""
    return record(name, base_fields() + [{"name": field, "type": ["null", "int"], "default": None}])


def incompatible(name: str, field: str, variant: int) -> str:
    """Incompatible (BACKWARD) with every other text made here for the name; `field` makes it unique."""
    unique = {"name": field, "type": ["null", "int"], "default": None}
    variants = (
        lambda: record(name, base_fields(key_type="string") + [unique]),
        lambda: record(name, base_fields() + [{"name": field, "type": "int"}]),
        lambda: record(name + "Renamed", base_fields() + [unique]),
    )
    return variants[variant % len(variants)]()
