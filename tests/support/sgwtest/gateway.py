"""The gateway under test: config as a dict, started, killed, started again on the same ports and data."""

import collections
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from . import paths
from .process import Process, free_port, json_object
from .waiting import wait_until


def merged(base, over):
    """`over` laid over `base`, dict by dict."""
    result = dict(base)
    for key, value in (over or {}).items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


class Gateway:
    """`with Gateway(regions=[...]) as gateway:`; standalone without regions.

    Regions are objects with `region_config()` (Axonops, Gateway, ...) or dicts as in the config file; they are
    nearest first unless a dict says a priority. `config` is laid over the defaults. Without `data_dir` a temporary
    one is made and removed at `stop()`.
    """

    def __init__(self, regions=(), *, name="gateway", config=None, data_dir=None, binary=None, env=None, limits=None):
        self.name = name
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="sgw-gateway-", dir=paths.scratch_root()))
        self.data_dir = pathlib.Path(data_dir) if data_dir else self.home / "data"
        self.config_file = self.home / "gateway.yaml"
        self.overrides = config or {}
        self.region_list = [self._as_region(region, index) for index, region in enumerate(regions)]
        self.binary = pathlib.Path(binary or paths.GATEWAY)
        self.events = collections.deque(maxlen=20000)
        self.process = None
        self._env = env
        self._limits = limits
        self._ports = None
        self.session = requests.Session()
        self.session.trust_env = False

    @staticmethod
    def _as_region(region, index):
        config = dict(region) if isinstance(region, dict) else region.region_config()
        config.setdefault("priority", 10 * (index + 1))
        return config

    @property
    def url(self):
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def admin_url(self):
        return f"http://127.0.0.1:{self._ports[1]}"

    @property
    def port(self):
        return self._ports[0]

    @property
    def pid(self):
        return self.process.pid

    def region_config(self):
        return {"name": self.name, "urls": [self.url]}

    def config(self):
        base = {
            "gateway": {"listen": f"127.0.0.1:{self._ports[0]}", "admin": f"127.0.0.1:{self._ports[1]}"},
            "data_dir": str(self.data_dir),
            "health": {"settle": "200ms"},  # nothing else writes to the regions of a test before it begins
        }
        if self.region_list:
            base["regions"] = self.region_list
        return merged(base, self.overrides)

    def write_config(self):
        self.config_file.write_text(yaml.safe_dump(self.config(), sort_keys=False), encoding="utf-8")
        return self.config_file

    def start(self, wait_ready=True):
        """The first start picks the ports; later ones keep them."""
        first = self._ports is None
        for _ in range(5):
            if first:
                self._ports = (free_port(), free_port())
            self.write_config()
            if self._spawn_until_listening():
                break
            if not first or "in use" not in self.process.output():
                raise RuntimeError(f"the gateway does not start ({self.process.returncode}):\n{self.process.output()}")
        if wait_ready:
            wait_until(lambda: not self.process.running() or self.ready(), 20, "the gateway to be ready")
            if not self.process.running():
                raise RuntimeError(f"the gateway ended ({self.process.returncode}):\n{self.process.output()}")
        return self

    def _spawn_until_listening(self):
        self.events.clear()
        self.process = Process([self.binary, "serve", "--config", self.config_file], name=self.name, env=self._env,
                               on_line=self._on_line, limits=self._limits)
        try:
            wait_until(lambda: self.event("listening") or not self.process.running(), 30, "the gateway to listen")
        except AssertionError:
            self.process.kill()
            raise AssertionError(f"the gateway does not listen:\n{self.process.output()}") from None
        listening = self.event("listening")
        if not listening:
            self.process.wait()
            return False
        self._ports = tuple(int(listening[key].rsplit(":", 1)[1]) for key in ("client", "admin"))
        return True

    def _on_line(self, line):
        event = json_object(line)
        if event is not None:
            self.events.append(event)

    def event(self, name):
        """The last log line with that `event`, as a dict, or None."""
        return next((e for e in reversed(list(self.events)) if e.get("event") == name), None)

    def ready(self):
        return self.session.get(self.admin_url + "/health/ready", timeout=2).status_code == 200

    def kill(self):
        self.process.kill()

    def restart(self, **kwargs):
        """Starts it again after `kill()` or the end of the process, on the same ports and data."""
        return self.start(**kwargs)

    def suspend(self):
        self.process.suspend()

    def resume(self):
        self.process.resume()

    def terminate(self, timeout=15):
        """SIGTERM; the exit status. The data stays until `stop()`."""
        return self.process.stop(timeout)

    def stop(self):
        """Ends it if it still runs, removes its files. The exit status; None if it was not running."""
        status = self.process.stop() if self.process and self.process.running() else None
        self.session.close()
        shutil.rmtree(self.home, ignore_errors=True)
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        status = self.stop()
        if kind is None and status not in (None, 0):
            raise AssertionError(f"the gateway did not stop cleanly ({status}):\n{self.process.output()[-4000:]}")

    # What it shows to operators.

    def metrics(self):
        """{(sample name, frozenset of label pairs): value} of a scrape."""
        text = self.session.get(self.admin_url + "/metrics", timeout=5).text
        return {(sample.name, frozenset(sample.labels.items())): sample.value
                for family in text_string_to_metric_families(text) for sample in family.samples}

    def metric(self, name, **labels):
        """The sum of all samples of that name that carry these labels; 0 if there is none."""
        wanted = set(labels.items())
        return sum(value for (sample, found), value in self.metrics().items() if sample == name and wanted <= found)

    def admin(self, path):
        answer = self.session.get(self.admin_url + path, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def admission(self, region):
        """The state that a region is in: claimed, unadopted, not_import, ..."""
        return next((dict(labels)["state"] for (name, labels), value in self.metrics().items()
                     if name == "schema_gateway_region_admission" and value == 1 and ("region", region) in labels), None)

    def wait_for_regions(self, *names, deadline=15):
        """Until these regions (all, if none is named) take deployments."""
        names = names or [region["name"] for region in self.region_list]
        wait_until(lambda: all(self.metric("schema_gateway_region_up", region=name, kind="write") == 1
                               and self.admission(name) == "claimed" for name in names),
                   deadline, f"the regions {', '.join(names)} to take deployments")

    def wait_until_deployed(self, deadline=10):
        """Until no deployment is left to do."""
        wait_until(lambda: self.metric("schema_gateway_deployments", state="pending")
                   + self.metric("schema_gateway_deployments", state="failed") == 0,
                   deadline, "all deployments to be done")


def run_cli(*arguments, binary=None, timeout=30, env=None, cwd=None, user=None):
    """One run of the command line; a CompletedProcess with text output."""
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    return subprocess.run([str(binary or paths.GATEWAY), *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, env=env or dict(os.environ), cwd=cwd, check=False, **as_user)
