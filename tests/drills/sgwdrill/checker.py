"""Decides whether the promises were kept. Pure: takes what was answered, what the catalog says and what
each region says, and names every breach. Shares no code with the gateway and trusts none of its words:
contents are compared byte for byte.

Only the default context is judged here; the gateway's claim has its own check.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ack:
    """A registration that was answered 200."""
    subject: str
    text: str
    id: int
    version: int


@dataclass(frozen=True)
class Stored:
    id: int
    text: str


@dataclass
class Listing:
    """What one holder says: every subject version, and the texts it gives by id (may be empty)."""
    versions: dict = field(default_factory=dict)  # (subject, version) -> Stored
    by_id: dict = field(default_factory=dict)  # id -> text

    def contents(self) -> Iterable[tuple[int, str]]:
        for stored in self.versions.values():
            yield stored.id, stored.text
        yield from self.by_id.items()


def lost(acks: Iterable[Ack], catalog: Listing) -> list[str]:
    """Acknowledged registrations that the catalog does not hold exactly as acknowledged."""
    found = []
    for ack in acks:
        stored = catalog.versions.get((ack.subject, ack.version))
        if stored is None:
            found.append(f"{ack.subject} version {ack.version} (id {ack.id}) is not in the catalog")
        elif stored != Stored(ack.id, ack.text):
            found.append(f"{ack.subject} version {ack.version} was acknowledged as id {ack.id}, "
                         f"the catalog has id {stored.id}" + ("" if stored.text == ack.text else ", other text"))
        elif catalog.by_id.get(ack.id) != ack.text:
            found.append(f"id {ack.id} of {ack.subject} version {ack.version} does not answer its text")
    return found


def _pairs(acks: Iterable[Ack], holders: dict) -> Iterable[tuple[str, int, str]]:
    for ack in acks:
        yield "acknowledged", ack.id, ack.text
    for name, listing in holders.items():
        for schema_id, text in listing.contents():
            yield name, schema_id, text


def ids_with_two_contents(acks: Iterable[Ack], holders: dict) -> list[str]:
    """Over the acknowledgements and every holder's ({name: Listing}) words together."""
    seen = defaultdict(dict)  # id -> text -> first who said so
    for who, schema_id, text in _pairs(acks, holders):
        seen[schema_id].setdefault(text, who)
    return [f"id {schema_id} has {len(texts)} contents: {', '.join(sorted(texts.values()))}"
            for schema_id, texts in sorted(seen.items()) if len(texts) > 1]


def contents_with_two_ids(acks: Iterable[Ack], holders: dict) -> list[str]:
    seen = defaultdict(dict)  # text -> id -> first who said so
    for who, schema_id, text in _pairs(acks, holders):
        seen[text].setdefault(schema_id, who)
    return [f"one content has ids {sorted(ids)}: {text[:80]}" for text, ids in seen.items() if len(ids) > 1]


def differences(catalog: Listing, region: Listing) -> list[str]:
    """What a region holds differently from the catalog: absent, other, or unknown to the catalog."""
    found = []
    for key, stored in catalog.versions.items():
        there = region.versions.get(key)
        if there is None:
            found.append(f"{key[0]} version {key[1]} (id {stored.id}) is absent")
        elif there != stored:
            found.append(f"{key[0]} version {key[1]}: id {there.id} for {stored.id}"
                         + ("" if there.text == stored.text else ", other text"))
    found += [f"{subject} version {version} is unknown to the catalog"
              for subject, version in region.versions.keys() - catalog.versions.keys()]
    return found


def refused_but_present(refused_texts: set, acks: Iterable[Ack], holders: dict) -> list[str]:
    """Traces of registrations that had to be refused."""
    return [f"{who} has a text that had to be refused, as id {schema_id}"
            for who, schema_id, text in _pairs(acks, holders) if text in refused_texts]


def unexplained(sent: set, catalog: Listing) -> list[str]:
    """Catalog entries that nobody registered; `sent` holds every (subject, text) that was ever sent."""
    found = [f"{subject} version {version} was never registered"
             for (subject, version), stored in catalog.versions.items() if (subject, stored.text) not in sent]
    known = {stored.id for stored in catalog.versions.values()}
    return found + [f"id {schema_id} belongs to no subject version" for schema_id in catalog.by_id.keys() - known]


def version_gaps(catalog: Listing) -> list[str]:
    """Subjects whose versions are not 1..n with n different contents: nothing was deleted, so a gap or a
    repetition is half a registration."""
    versions = defaultdict(dict)
    for (subject, version), stored in catalog.versions.items():
        versions[subject][version] = stored.text
    found = []
    for subject, texts in sorted(versions.items()):
        if sorted(texts) != list(range(1, len(texts) + 1)):
            found.append(f"{subject} has versions {sorted(texts)}")
        if len(set(texts.values())) != len(texts):
            found.append(f"{subject} holds one content as two versions")
    return found


def claims_differ(claims: dict) -> list[str]:
    """{region: text of its claim, or None}. All must name one and the same log."""
    if None not in claims.values() and len(set(claims.values())) == 1:
        return []
    return [f"{region} is claimed by {text!r}" for region, text in sorted(claims.items())]
