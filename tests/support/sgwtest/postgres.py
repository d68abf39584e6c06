"""A PostgreSQL cluster of one test run, in a temporary directory, on 127.0.0.1 only."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile

from . import paths
from .process import Process, free_port
from .waiting import wait_until


class Postgres:
    """`with Postgres() as postgres: name = postgres.create_database("x")`.

    Runs as the user `postgres` when the tests run as root, because PostgreSQL refuses root. Not synced to disk: a
    region's data must outlive the region, not the machine.
    """

    user = "postgres"

    def __init__(self):
        self.port = None
        self.process = None
        self._run_as = "postgres" if os.geteuid() == 0 else None
        self._home = tempfile.mkdtemp(prefix="sgw-postgres-")
        self._data = os.path.join(self._home, "data")

    def _command(self, *argv):
        as_user = {"user": self._run_as, "group": self._run_as, "extra_groups": []} if self._run_as else {}
        done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, cwd=self._home, check=False,
                              **as_user)
        if done.returncode != 0:
            raise RuntimeError(f"{argv[0]}: {done.stderr.strip() or done.stdout.strip()}")

    def start(self):
        if self._run_as:
            account = pwd.getpwnam(self._run_as)
            os.chown(self._home, account.pw_uid, account.pw_gid)
        self._command(paths.POSTGRES_BIN / "initdb", "-D", self._data, "-U", self.user, "-A", "trust", "-E", "UTF8",
                      "--locale=C", "--no-sync")
        for _ in range(5):
            self.port = free_port()
            self.process = Process(
                [paths.POSTGRES_BIN / "postgres", "-D", self._data, "-p", self.port, "-k", self._home,
                 "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"],
                name="postgres", cwd=self._home, user=self._run_as)
            wait_until(lambda: not self.process.running() or self._accepts(), 30, "PostgreSQL to accept connections")
            if self.process.running():
                return self
        raise RuntimeError(f"PostgreSQL does not start:\n{self.process.output()}")

    def _accepts(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass
        self._command(paths.POSTGRES_BIN / "pg_isready", "-h", self._home, "-p", self.port)
        return True

    def create_database(self, name):
        self._command(paths.POSTGRES_BIN / "createdb", "-h", self._home, "-p", self.port, "-U", self.user, name)
        return name

    def stop(self):
        if self.process:
            self.process.signal(2)  # SIGINT: fast shutdown, clients are cut off
            self.process.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
