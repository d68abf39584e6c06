"""Every change in the log names the request that caused it, and where that came from."""

import struct
import zlib

import pytest

from sgwtest import Gateway, Registry

_FORMAT = b"\x01"


class Entry:
    """One entry as `store/log/entry.hpp` lays it out, read without the code that wrote it."""

    def __init__(self, data):
        self.checksum, self.sequence, _ = struct.unpack_from(">IQq", data)
        at, self.texts = 20, []
        for _ in range(5):
            (length,) = struct.unpack_from(">I", data, at)
            self.texts.append(data[at + 4:at + 4 + length])
            at += 4 + length
        self.intact = zlib.crc32(_FORMAT + data[4:at]) == self.checksum

    @property
    def address_and_request(self):
        return self.texts[2].decode(), self.texts[3].decode()


def entries_of(data_dir):
    """{sequence: entry} of the files that a killed gateway leaves: not compacted, not compressed."""
    found = {}
    for file in (data_dir / "log").glob("*.log"):
        for part in file.read_bytes().split(b"SG" + _FORMAT)[1:]:
            entry = Entry(part)
            assert entry.intact, f"{file} holds bytes that look like an entry"
            found[entry.sequence] = entry
    return found


CHANGES = [
    ("POST", "/subjects/a/versions", {"schema": '"int"'}),
    ("PUT", "/config", {"compatibility": "FULL"}),
    ("PUT", "/config/a", {"compatibility": "NONE"}),
    ("DELETE", "/config/a", None),
    ("PUT", "/mode", {"mode": "READONLY"}),
    ("PUT", "/mode/a", {"mode": "READWRITE"}),
    ("DELETE", "/mode/a", None),
]


@pytest.mark.parametrize("own_ids", [True, False], ids=["ids of the caller", "ids of the gateway"])
def test_entries_name_the_request_that_caused_them(own_ids):
    with Gateway() as gateway:
        registry = Registry(gateway.url)
        before = int(gateway.metric("schema_gateway_log_head"))
        asked = []
        for number, (method, path, body) in enumerate(CHANGES):
            registry.session.headers["X-Request-ID"] = f"change-{number}" if own_ids else None
            answer = registry.request(method, path, body)
            assert answer.status_code == 200, answer.text
            asked.append(("127.0.0.1", answer.headers["X-Request-ID"]))
        gateway.kill()
        entries = entries_of(gateway.data_dir)
        assert sorted(entries) == list(range(1, before + len(CHANGES) + 1)), "an entry is missing, or one too many"
        assert [entries[number].address_and_request for number in sorted(entries)[before:]] == asked
        assert len(set(asked)) == len(CHANGES)
        if own_ids:
            assert asked[0] == ("127.0.0.1", "change-0")
