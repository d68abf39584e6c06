"""The processes of a drill: regions and the gateway, on 127.0.0.1, each on one port for its whole life.
Everything started here ends with the stack, whatever the drill's end."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path

from .rest import Broken, Connection

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_AXONOPS = ROOT / "build/support/axonops"
DEFAULT_GATEWAY = ROOT / "build/release/gateway/schema-gateway"


class NotReady(Exception):
    """A process did not come up; the drill cannot go on."""


def free_port() -> int:
    """A port no one listens on, outside the range of ephemeral ports: while its process is dead, no
    outgoing connection may sit on it (one to itself included)."""
    lowest_ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(10000, min(lowest_ephemeral, 32768))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Process:
    """One program that can be killed, hung and started again."""

    def __init__(self, name: str, argv: list, output: Path | None, env: dict | None = None):
        self.name = name
        self._argv = [str(part) for part in argv]
        self._output = output  # None: discarded
        self._env = dict(os.environ, **(env or {}))
        self._process: subprocess.Popen | None = None
        self._over = False
        self._starting = threading.Lock()

    def start(self) -> None:
        """Raises NotReady once the process was stopped for good: a thread that restarts what it killed
        must not outlive its drill."""
        with self._starting:
            if self._over:
                raise NotReady(f"{self.name} is not started again: the drill is over")
            with open(self._output or os.devnull, "ab") as output:
                self._process = subprocess.Popen(self._argv, env=self._env, stdin=subprocess.DEVNULL,
                                                 stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def _signal(self, number: int) -> None:
        if self.alive():
            self._process.send_signal(number)

    def hang(self) -> None:
        self._signal(signal.SIGSTOP)

    def revive(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self, timeout: float = 12.0) -> None:
        """For good: SIGTERM, and SIGKILL when that does not do."""
        with self._starting:
            self._over = True
        self.revive()
        self._signal(signal.SIGTERM)
        try:
            if self._process is not None:
                self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def wait_answers(self, port: int, path: str, timeout: float) -> float:
        """Waits until GET `path` is 200; the seconds it took."""
        began = time.monotonic()
        while time.monotonic() < began + timeout:
            if not self.alive():
                raise NotReady(f"{self.name} ended with {self.exit_code()}{self._last_words()}")
            try:
                with Connection(port, timeout=1.0) as connection:
                    if connection.get(path).status == 200:
                        return time.monotonic() - began
            except Broken:
                pass
            time.sleep(0.01)
        raise NotReady(f"{self.name} was not ready after {timeout:.0f} s{self._last_words()}")

    def _last_words(self) -> str:
        if self._output is None or not self._output.exists():
            return ""
        return ":\n" + self._output.read_text(errors="replace")[-2000:]


class Region(Process):
    """An axonops registry: in memory, or on a PostgreSQL database of its own (`storage`: its variables)."""

    def __init__(self, name: str, binary: Path, storage: dict | None = None):
        self.port = free_port()
        env = {"SCHEMA_REGISTRY_HOST": "127.0.0.1", "SCHEMA_REGISTRY_PORT": str(self.port),
               "SCHEMA_REGISTRY_STORAGE_TYPE": "memory", "SCHEMA_REGISTRY_COMPATIBILITY_LEVEL": "BACKWARD",
               "SCHEMA_REGISTRY_LOG_LEVEL": "error", "SCHEMA_REGISTRY_CLUSTER_ID": name}
        # It logs every request whatever its level: nowhere is the bounded place.
        super().__init__(name, [binary], None, {**env, **(storage or {})})

    def wait_ready(self, timeout: float = 20.0) -> float:
        return self.wait_answers(self.port, "/health/ready", timeout)


class Gateway(Process):
    def __init__(self, binary: Path, folder: Path, regions: list, settings: dict):
        self.port = free_port()
        self.admin_port = free_port()
        self.kills = 0
        config = {"gateway": {"listen": f"127.0.0.1:{self.port}", "admin": f"127.0.0.1:{self.admin_port}"},
                  "data_dir": str(folder / "data"),
                  "regions": [{"name": region.name, "urls": [f"http://127.0.0.1:{region.port}"],
                               "priority": 10 * (place + 1)} for place, region in enumerate(regions)],
                  **settings}
        path = folder / "gateway.yaml"
        path.write_text(json.dumps(config, indent=1))  # JSON is YAML
        super().__init__("gateway", [binary, "serve", "--config", path], folder / "gateway.log")

    def wait_ready(self, timeout: float = 30.0) -> float:
        return self.wait_answers(self.admin_port, "/health/ready", timeout)


class Stack(AbstractContextManager):
    """A folder of its own and the processes in it; on exit all are ended, last started first. The folder
    is removed, but kept (and named) after a drill that failed: it has the gateway's log and data."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sgw-drill-"))
        self._processes: list[Process] = []
        self.keep = False  # also after success

    def add(self, process: Process) -> Process:
        self._processes.append(process)
        process.start()
        return process

    def __exit__(self, exc_type, *rest) -> None:
        for process in reversed(self._processes):
            process.stop(timeout=5.0)
        if self.keep or exc_type not in (None, KeyboardInterrupt):
            print(f"kept for a look: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def end_on_sigterm() -> None:
    """SIGTERM ends a drill as Ctrl-C does: through every `with`."""
    def interrupt(_number, _frame):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupt)
