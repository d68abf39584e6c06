"""What integration tests and drills share: processes, regions, faults, and the gateway under test."""

from .axonops import Axonops
from .client import Registry, RegistryError
from .gateway import Gateway, run_cli
from .postgres import Postgres
from .process import Process, free_port
from .scripted_proxy import ScriptedProxy
from .toxiproxy import Toxiproxy
from .waiting import wait_until

__all__ = ["Axonops", "Gateway", "Postgres", "Process", "Registry", "RegistryError", "ScriptedProxy", "Toxiproxy",
           "free_port", "run_cli", "wait_until"]
