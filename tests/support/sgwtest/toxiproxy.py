"""TCP faults between the gateway and a region: a toxiproxy server driven over its HTTP API."""

import requests

from . import paths
from .process import Process, free_port
from .waiting import wait_until


class Toxiproxy:
    """`with Toxiproxy() as faults: link = faults.link(region)`; give `link` to the gateway in the region's place."""

    def __init__(self):
        self.port = None
        self.process = None
        self.session = requests.Session()
        self.session.trust_env = False

    def start(self):
        for _ in range(5):
            self.port = free_port()
            self.process = Process([paths.TOXIPROXY, "-host", "127.0.0.1", "-port", self.port], name="toxiproxy",
                                   quiet=True)
            wait_until(lambda: not self.process.running() or self.call("GET", "/version"), 20, "toxiproxy")
            if self.process.running():
                return self
        raise RuntimeError(f"toxiproxy does not start:\n{self.process.output()}")

    def call(self, method, path, body=None):
        answer = self.session.request(method, f"http://127.0.0.1:{self.port}{path}", json=body, timeout=5)
        if answer.status_code >= 400:
            raise RuntimeError(f"toxiproxy: {answer.status_code} {answer.text}")
        return answer.json() if answer.text.startswith("{") else {"text": answer.text}

    def link(self, region):
        """A new proxied way to that region."""
        for _ in range(5):
            port = free_port()
            try:
                self.call("POST", "/proxies", {"name": region.name, "listen": f"127.0.0.1:{port}",
                                               "upstream": f"127.0.0.1:{region.port}", "enabled": True})
                return Link(self, region, port)
            except RuntimeError as error:
                if "in use" not in str(error):
                    raise
        raise RuntimeError(f"no port for the link to {region.name}")

    def stop(self):
        if self.process:
            self.process.stop()
        self.session.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Link:
    def __init__(self, server, region, port):
        self.server = server
        self.region = region
        self.name = region.name
        self.port = port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def region_config(self):
        return {**self.region.region_config(), "urls": [self.url]}

    def add(self, kind, *, stream="downstream", toxicity=1.0, **attributes):
        """A toxic: latency(latency, jitter), timeout(timeout; 0 = swallow all), reset_peer(timeout), bandwidth(rate),
        slow_close(delay), slicer(average_size, delay), limit_data(bytes)."""
        return self.server.call("POST", f"/proxies/{self.name}/toxics", {
            "name": f"{kind}_{stream}", "type": kind, "stream": stream, "toxicity": toxicity, "attributes": attributes})

    def heal(self):
        """Removes all toxics and takes connections again."""
        for toxic in self.server.session.get(
                f"http://127.0.0.1:{self.server.port}/proxies/{self.name}/toxics", timeout=5).json():
            self.server.call("DELETE", f"/proxies/{self.name}/toxics/{toxic['name']}")
        self.cut(False)

    def cut(self, down=True):
        """Refuses connections and drops those that are open, or takes them again."""
        self.server.call("POST", f"/proxies/{self.name}", {"enabled": not down})
