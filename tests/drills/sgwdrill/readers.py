"""Reads everything a gateway or a region holds, over REST, for the checker to judge. Asserts nothing but
that the answers can be read: an answer that cannot is an Unreadable."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from .checker import Listing, Stored
from .rest import Broken, Connection

CLAIM_CONTEXT = ".schema-gateway"


class Unreadable(Exception):
    """The holder did not answer a read as a registry must."""


def _json(connection: Connection, path: str):
    try:
        answer = connection.get(path)
    except Broken as broken:
        raise Unreadable(f"GET {path}: {broken}") from broken
    value = answer.json()
    if answer.status != 200:
        raise Unreadable(f"GET {path}: {answer.status} {answer.body[:200]!r}")
    return value


def _split(items: list, parts: int) -> list[list]:
    return [items[part::parts] for part in range(parts)]


def _versions_of(port: int, subjects: list) -> dict:
    """{(subject, version): Stored}, one version after another: no list call is trusted for contents."""
    versions = {}
    with Connection(port) as connection:
        for subject in subjects:
            path = f"/subjects/{quote(subject, safe='')}/versions"
            for version in _json(connection, path):
                entry = _json(connection, f"{path}/{version}")
                if entry["subject"] != subject or entry["version"] != version:
                    raise Unreadable(f"GET {path}/{version} answers {entry['subject']} {entry['version']}")
                versions[(subject, version)] = Stored(entry["id"], entry["schema"])
    return versions


def _texts_of(port: int, ids: list) -> dict:
    with Connection(port) as connection:
        return {schema_id: _json(connection, f"/schemas/ids/{schema_id}")["schema"] for schema_id in ids}


def catalog(port: int, workers: int = 4) -> Listing:
    """All that a gateway says: subjects, their versions, and each id by itself."""
    with Connection(port) as connection:
        subjects = _json(connection, "/subjects?subjectPrefix=") or []
    listing = Listing()
    with ThreadPoolExecutor(workers) as pool:
        for part in pool.map(lambda names: _versions_of(port, names), _split(subjects, workers)):
            listing.versions.update(part)
        ids = sorted({stored.id for stored in listing.versions.values()})
        for part in pool.map(lambda some: _texts_of(port, some), _split(ids, workers)):
            listing.by_id.update(part)
    return listing


def region(port: int, timeout: float = 10.0) -> Listing:
    """All that an axonops region holds in its default context, deleted or not. One call: it answers
    every version, unpaged, with its text."""
    with Connection(port, timeout) as connection:
        entries = _json(connection, "/schemas?deleted=true") or []
        return Listing({(e["subject"], e["version"]): Stored(e["id"], e["schema"]) for e in entries})


def claim(port: int) -> str | None:
    """The text of the gateway's claim; None when there is none under id 1, or the claim's context or
    any other holds what no one put there."""
    with Connection(port) as connection:
        contexts = set(_json(connection, "/contexts"))
        if contexts != {".", CLAIM_CONTEXT}:
            return None
        entries = _json(connection, f"/contexts/{CLAIM_CONTEXT}/schemas?deleted=true") or []
        if [(e["subject"], e["id"]) for e in entries] != [("claim", 1)]:
            return None
        return entries[0]["schema"]
