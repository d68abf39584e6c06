"""Mutated requests from a seed: valid ones of every call, then broken in one to three places."""

import json
import random

from raw_http import request

_SCHEMAS = [
    '"int"', '"string"', '{"type":"array","items":"long"}', '{"type":"fixed","name":"F","size":16}',
    '{"type":"enum","name":"E","symbols":["A","B"],"default":"A"}',
    '{"type":"record","name":"R","namespace":"a.b","fields":[{"name":"x","type":["null","int"],"default":null}]}',
    '{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]},{"name":"m","type":{"type":"map",'
    '"values":"bytes"}}]}',
]
SUBJECTS = ["orders-value", "a%2Fb", "%F0%9F%98%80", "x y".replace(" ", "%20"), "topic.v1"]
_VALUES = [None, True, 0, -1, 1.5, 2**31, 10**30, "", "x", "\ud800", "\u0000", [], {}, [[]], {"a": {"b": [1]}}, "A" * 3000]
_WORDS = [b"%00", b"%", b"%zz", b"%2e%2e", b"..", b"//", b";", b"?", b"#", b" ", b"\t", b"\\", b"\x00", b"\x7f", b"\xff",
          b"\xc3\x28", b"latest", b"-1", b"0", b"99999999999", b"2147483648", b"+1", b"1e3", b"%ED%A0%80", b"{", b"\r\n",
          b":.__GLOBAL:", b":.c:", b":*:", b"a" * 500]
_HEADERS = [
    ("Content-Type", "text/plain"), ("Content-Type", "garbage"), ("Accept", "text/html"), ("Accept", ";;,q=2"),
    ("Accept-Encoding", "gzip"), ("Content-Encoding", "gzip"), ("Content-Length", "5"), ("Content-Length", "-1"),
    ("Content-Length", "1e9"), ("Transfer-Encoding", "gzip"), ("Transfer-Encoding", "chunked, identity"),
    ("Transfer-Encoding", "chunked"), ("Host", "other"), ("Connection", "close, x"), ("Expect", "100-continue"),
    ("Expect", "200-ok"), ("X-Request-ID", "\x01"), ("X-Request-ID", "x" * 2000), ("Upgrade", "h2c"),
    ("Range", "bytes=0-0"), ("If-None-Match", "*"), ("Cookie", "a=b" * 300), ("", "no name"), ("a b", "c"),
]


class Mutator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def requests(self, count):
        for _ in range(count):
            yield self._one()

    def _one(self):
        pick = self.random.choice
        method, path, body = self._valid()
        headers = []
        data = None if body is None else json.dumps(body).encode("utf-8", "surrogatepass")
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.randrange(7)
            if kind == 0:
                path = self._splice(path.encode(), pick(_WORDS)).decode("latin-1")
            elif kind == 1:
                method = pick(["PATCH", "TRACE", "HEAD", "OPTIONS", "get", "FOO", "CONNECT", "DELETE", "PUT", "POST"])
            elif kind == 2:
                headers.append(pick(_HEADERS))
            elif kind in (3, 4) and isinstance(body, dict):
                data = json.dumps(self._changed(body)).encode("utf-8", "surrogatepass")
            elif kind == 5 and data:
                data = self._damaged(data)
            else:
                path += pick(["?", "&", "?deleted=", "?limit=-1", "?offset=99999999999", "?normalize=%ff", "?format=x",
                              "?verbose=TRUE&verbose=1", "?subject=%00", "?force=true", "?=&==", "?defaultToGlobal=true"])
        wire = request(method, path.encode("latin-1", "replace"), data, headers)
        return self._damaged(wire) if self.random.random() < 0.1 else wire

    def _valid(self):
        pick = self.random.choice
        subject, schema = pick(SUBJECTS), {"schema": pick(_SCHEMAS)}
        version = pick(["1", "2", "latest", "-1", "7"])
        return pick([
            ("GET", "/", None), ("GET", "/v1/metadata/id", None), ("GET", "/schemas/types", None),
            ("GET", "/subjects", None), ("GET", f"/schemas/ids/{self.random.randint(0, 9)}", None),
            ("GET", f"/schemas/ids/1/{pick(['schema', 'subjects', 'versions'])}", None),
            ("GET", f"/subjects/{subject}/versions", None), ("GET", f"/subjects/{subject}/versions/{version}", None),
            ("GET", f"/subjects/{subject}/versions/{version}/schema", None),
            ("POST", f"/subjects/{subject}", schema), ("POST", f"/subjects/{subject}/versions", schema),
            ("POST", f"/subjects/{subject}/versions", {**schema, "id": 7, "version": 3, "schemaType": "AVRO"}),
            ("POST", f"/compatibility/subjects/{subject}/versions/{version}", schema),
            ("POST", f"/compatibility/subjects/{subject}/versions?verbose=true", schema),
            ("GET", f"/config/{subject}", None), ("PUT", f"/config/{subject}", {"compatibility": "FULL"}),
            ("DELETE", f"/config/{subject}", None), ("GET", f"/mode/{subject}", None),
            ("PUT", f"/mode/{subject}", {"mode": "READWRITE"}), ("DELETE", f"/mode/{subject}", None),
        ])

    def _splice(self, data, word):
        at = self.random.randint(1, len(data))
        return data[:at] + word + data[at + self.random.randint(0, 3):]

    def _changed(self, body):
        changed = dict(body)
        key = self.random.choice([*body, "references", "metadata", "ruleSet", "schemaType", "id", "version", "unknown"])
        if key == "schema" and self.random.random() < 0.7:
            changed[key] = self._splice(changed[key].encode(), self.random.choice(
                [b"null", b"{", b"]", b'"', b",", b"[[[[", b"\\u0000", b"-1", b'"name":"1A"', b'"type":"R"'])).decode()
        else:
            changed[key] = self.random.choice(_VALUES)
        return changed

    def _damaged(self, data):
        data = bytearray(data)
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(data)) if data else 0
            action = self.random.randrange(4)
            if action == 0 and data:
                data[at] = self.random.randrange(256)
            elif action == 1:
                del data[at:]
            elif action == 2:
                data[at:at] = bytes([self.random.randrange(256)]) * self.random.randint(1, 20)
            else:
                data[at:at] = data[at:at + self.random.randint(1, 30)]
        return bytes(data)
