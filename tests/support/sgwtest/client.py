"""A thin client of the registry API: plain HTTP, one connection per thread of the caller, no retries."""

import json
from urllib.parse import quote

import requests

CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"


class RegistryError(Exception):
    def __init__(self, status, code, message):
        super().__init__(f"{status}/{code}: {message}")
        self.status, self.code, self.message = status, code, message


class Registry:
    """Each call answers the parsed body, or raises RegistryError with the wire's status and code."""

    def __init__(self, url, auth=None, timeout=10):
        self.url = url
        self.timeout = timeout
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = auth

    def request(self, method, path, body=None, **params):
        """The raw requests.Response."""
        data = None if body is None else json.dumps(body)
        return self.session.request(method, self.url + path, data=data, params=params, timeout=self.timeout,
                                    headers={"Content-Type": CONTENT_TYPE, "Accept": CONTENT_TYPE})

    def call(self, method, path, body=None, **params):
        answer = self.request(method, path, body, **params)
        try:
            value = answer.json()
        except ValueError:
            value = answer.text
        if answer.status_code != 200:
            fields = value if isinstance(value, dict) else {}
            raise RegistryError(answer.status_code, fields.get("error_code"), fields.get("message", answer.text[:200]))
        return value

    def register(self, subject, schema, **fields):
        """The whole answer; `schema` as text or as an object."""
        text = schema if isinstance(schema, str) else json.dumps(schema)
        return self.call("POST", f"/subjects/{quote(subject, safe='')}/versions", {"schema": text, **fields})

    def lookup(self, subject, schema):
        text = schema if isinstance(schema, str) else json.dumps(schema)
        return self.call("POST", f"/subjects/{quote(subject, safe='')}", {"schema": text})

    def schema_by_id(self, schema_id, **params):
        return self.call("GET", f"/schemas/ids/{schema_id}", **params)

    def versions(self, subject):
        return self.call("GET", f"/subjects/{quote(subject, safe='')}/versions")

    def version(self, subject, version="latest"):
        return self.call("GET", f"/subjects/{quote(subject, safe='')}/versions/{version}")

    def subjects(self):
        return self.call("GET", "/subjects") or []
