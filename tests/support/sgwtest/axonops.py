"""A real regional registry: axonops schema-registry, in memory (forgets at exit) or on PostgreSQL."""

import os
import pathlib
import tempfile

import requests
import yaml

from . import paths
from .process import Process, free_port
from .waiting import wait_until


class Axonops:
    """`with Axonops("us") as region:`; killed, hung and revived it keeps its port.

    `database` is a name in a running `Postgres`: then the region keeps its data. `auth=(user, password)` asks every
    client for basic auth.
    """

    def __init__(self, name, *, postgres=None, auth=None, compatibility="BACKWARD", port=None):
        self.name = name
        self.port = port
        self.auth = auth
        self._postgres = postgres
        self._compatibility = compatibility
        self._database = postgres.create_database(f"region_{name}".replace("-", "_")) if postgres else None
        self._config = self._auth_config() if auth else None
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def region_config(self):
        """What a gateway's `regions:` says about it."""
        config = {"name": self.name, "urls": [self.url]}
        if self.auth:
            config["auth"] = {"basic": {"username": self.auth[0], "password": self.auth[1]}}
        return config

    def _auth_config(self):
        config = {"security": {"auth": {
            "enabled": True, "methods": ["basic"],
            "bootstrap": {"enabled": True, "username": self.auth[0], "password": self.auth[1]}}}}
        handle, path = tempfile.mkstemp(prefix="sgw-axonops-", suffix=".yaml")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yaml.safe_dump(config, file)
        return pathlib.Path(path)

    def _environment(self):
        env = dict(os.environ)
        env.update(SCHEMA_REGISTRY_HOST="127.0.0.1", SCHEMA_REGISTRY_PORT=str(self.port),
                   SCHEMA_REGISTRY_STORAGE_TYPE="memory", SCHEMA_REGISTRY_LOG_LEVEL="error",
                   SCHEMA_REGISTRY_COMPATIBILITY_LEVEL=self._compatibility, SCHEMA_REGISTRY_CLUSTER_ID=self.name)
        if self._postgres:
            env.update(SCHEMA_REGISTRY_STORAGE_TYPE="postgresql", SCHEMA_REGISTRY_PG_HOST="127.0.0.1",
                       SCHEMA_REGISTRY_PG_PORT=str(self._postgres.port), SCHEMA_REGISTRY_PG_DATABASE=self._database,
                       SCHEMA_REGISTRY_PG_USER=self._postgres.user, SCHEMA_REGISTRY_PG_PASSWORD="unused",
                       SCHEMA_REGISTRY_PG_SSLMODE="disable")
        return env

    def start(self):
        """Starts it and waits until it is ready. The first start picks the port; later ones keep it."""
        fixed = self.port is not None
        for _ in range(5):
            if not fixed:
                self.port = free_port()
            argv = [paths.AXONOPS] + (["-config", self._config] if self._config else [])
            self.process = Process(argv, name=f"axonops {self.name}", env=self._environment(), quiet=True)
            try:
                wait_until(self._ready_or_gone, 20, f"region {self.name} to be ready")
            except AssertionError:
                self.process.kill()
                raise
            if self.process.running():
                return self
        raise RuntimeError(f"region {self.name} does not start:\n{self.process.output()}")

    def _ready_or_gone(self):
        return not self.process.running() or \
            requests.get(self.url + "/health/ready", timeout=2).json().get("status") == "UP"

    def stop(self):
        if self.process:
            self.process.stop()
        if self._config:
            self._config.unlink(missing_ok=True)

    def kill(self):
        self.process.kill()

    def suspend(self):
        self.process.suspend()

    def resume(self):
        self.process.resume()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
