"""Processes that the tests start: each one is stopped by its pid, and its output stays bounded."""

import atexit
import collections
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import threading

from .waiting import wait_until

_started = []


def _kill_leftovers():
    for process in _started:
        process.kill()


atexit.register(_kill_leftovers)


def _ephemeral_start():
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            return int(file.read().split()[0])
    except (OSError, ValueError):
        return 32768


def _ports():
    """Every port of this worker's share once, from a random one on, and round again."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = range(10000 + worker, max(_ephemeral_start(), 11000), workers)
    start = random.randrange(len(share))
    while True:
        yield from share[start:]
        yield from share[:start]


_next_port = _ports()


def free_port():
    """A TCP port on 127.0.0.1 that is free now, and is given to no other test while its server is down.

    Below the range for outgoing connections: a port that stays closed while its server is down must not be taken
    by somebody's outgoing connection, nor may a client that knocks there end up connected to itself.
    """
    for port in itertools.islice(_next_port, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port on 127.0.0.1")


class Process:
    """One run of a program. Its output (both streams) is drained by a thread into a ring of lines.

    `on_line` sees every line from that thread. For programs that log each request use `quiet=True`: `tail`, not
    Python, then keeps the end of the output, and `output()` shows it once the process has ended.
    """

    def __init__(self, argv, *, name=None, env=None, cwd=None, user=None, quiet=False, on_line=None, limits=None):
        self.name = name or os.path.basename(str(argv[0]))
        self._lines = collections.deque(maxlen=5000)
        self._on_line = on_line
        self._tail = self._reader = None
        output = subprocess.PIPE
        if quiet:
            self._tail = subprocess.Popen(["tail", "-c", "65536"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          start_new_session=True)
            output = self._tail.stdin
        as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
        self.popen = subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=output,
                                      stderr=subprocess.STDOUT, env=env, cwd=cwd, start_new_session=True,
                                      preexec_fn=limits, **as_user)
        if quiet:
            self._tail.stdin.close()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()
        _started.append(self)

    def _drain(self):
        stream = self._tail.stdout if self._tail else self.popen.stdout
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            self._lines.append(line)
            if self._on_line:
                self._on_line(line)
        stream.close()

    @property
    def pid(self):
        return self.popen.pid

    @property
    def returncode(self):
        return self.popen.poll()

    def running(self):
        return self.popen.poll() is None

    def output(self):
        """What it has written so far: the last 5000 lines (quiet: the last 64 KiB, after its end)."""
        return "\n".join(list(self._lines))

    def signal(self, number):
        if self.running():
            self.popen.send_signal(number)

    def suspend(self):
        """SIGSTOP: connections are still accepted by the kernel, nothing is answered."""
        self.signal(signal.SIGSTOP)

        def stopped():
            with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
                return file.read().rsplit(")", 1)[1].split()[0] == "T"

        wait_until(stopped, 5, f"{self.name} to stop")

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """SIGKILL, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        return self._reap(10)

    def stop(self, timeout=15):
        """SIGTERM; after `timeout` seconds SIGKILL. Returns the exit status."""
        self.resume()
        self.signal(signal.SIGTERM)
        return self._reap(timeout)

    def wait(self, timeout=15):
        """Waits for its own end and returns the exit status."""
        status = self.popen.wait(timeout)
        self._reader.join(5)
        self._forget()
        return status

    def _reap(self, timeout):
        try:
            self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self._reader.join(5)
        if self._tail:
            self._tail.wait(5)
        self._forget()
        return self.popen.returncode

    def _forget(self):
        if self in _started:
            _started.remove(self)

    def status_kib(self, field="VmRSS"):
        """A size of /proc/PID/status in KiB."""
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
        raise KeyError(field)


def json_object(line):
    """The JSON object that a log line is, or None."""
    if not line.startswith("{"):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
