"""What goes wrong around the gateway: bad config, ports taken, data that cannot be written, a full disk."""

import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile

import pytest
from regional import config as over_regions

from sgwtest import Axonops, Gateway, Registry, RegistryError, free_port, paths, run_cli, wait_until
from sgwtest.process import json_object


def config_text(data_dir, listen=None, admin=None, more=""):
    return (f"gateway:\n  listen: 127.0.0.1:{listen or free_port()}\n  admin: 127.0.0.1:{admin or free_port()}\n"
            f"data_dir: {data_dir}\n{more}")


def with_file(command, file):
    """`serve --config FILE`, `check-config FILE`."""
    return [command, file] if command == "check-config" else [command, "--config", file]


def one_clear_line(done, *words):
    """Exit code 2 and one line that says why; log lines about starting and stopping may stand around it."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines()
             if (json_object(line) or {"level": "error"}).get("level") in ("error", "critical")]
    assert len(lines) == 1, done.stderr
    assert done.stdout == ""
    for word in words:
        assert str(word) in lines[0], lines[0]
    return lines[0]


@contextlib.contextmanager
def taken_port():
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # what would hide it from a careless server
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def serve(tmp_path):
    def run(text):
        file = tmp_path / "gateway.yaml"
        file.write_text(text, encoding="utf-8")
        return run_cli("serve", "--config", file, timeout=30)
    return run


@pytest.mark.parametrize("listener", ["listen", "admin"])
def test_port_in_use(serve, tmp_path, listener):
    with taken_port() as port:
        one_clear_line(serve(config_text(tmp_path / "data", **{listener: port})), port, "in use")
        assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("listener", ["listen", "admin"])
def test_port_in_use_leaves_what_is_there(serve, listener):
    with Gateway() as gateway:
        schema_id = Registry(gateway.url).register("a", '"int"')["id"]
        gateway.kill()
        files = {file: file.stat().st_size for file in gateway.data_dir.rglob("*")}
        with taken_port() as port:
            one_clear_line(serve(config_text(gateway.data_dir, **{listener: port})), port, "in use")
        assert {file: file.stat().st_size for file in gateway.data_dir.rglob("*")} == files
        gateway.restart()
        assert Registry(gateway.url).version("a", 1)["id"] == schema_id


def test_data_dir_below_a_file(serve, tmp_path):
    (tmp_path / "file").write_text("")
    one_clear_line(serve(config_text(tmp_path / "file/data")), tmp_path / "file/data")


def test_data_dir_of_somebody_else(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root, to run the gateway as somebody else")
    with tempfile.TemporaryDirectory(prefix="sgw-") as name:
        home = pathlib.Path(name)
        home.chmod(0o755)
        (home / "data").mkdir(mode=0o700)
        binary = home / "schema-gateway"
        binary.symlink_to(paths.GATEWAY)
        config = home / "gateway.yaml"
        config.write_text(config_text(home / "data"), encoding="utf-8")
        if subprocess.run([str(binary), "--version"], user="nobody", check=False, capture_output=True).returncode != 0:
            pytest.skip("the binary lies where the user nobody may not read")
        one_clear_line(run_cli("serve", "--config", config, binary=binary, user="nobody"), home / "data")


def test_data_dir_in_use_by_another_gateway(serve):
    with Gateway() as gateway:
        one_clear_line(serve(config_text(gateway.data_dir)), gateway.data_dir, "in use")
        assert Registry(gateway.url).subjects() == []


def test_rebuild_view_while_a_gateway_runs(tmp_path):
    with Gateway() as gateway:
        done = run_cli("rebuild-view", "--config", gateway.config_file)
        one_clear_line(done, gateway.data_dir, "in use")


def test_rebuild_view_where_no_log_is(tmp_path):
    file = tmp_path / "gateway.yaml"
    file.write_text(config_text(tmp_path / "mistyped"), encoding="utf-8")
    one_clear_line(run_cli("rebuild-view", "--config", file), "no log", tmp_path / "mistyped")
    assert not (tmp_path / "mistyped").exists()


BAD_CONFIGS = {
    "unknown key": ("reeds: { policy: nearest }\n", ["reeds", "reads"]),
    "unknown nested key": ("deploy: { akc: one }\n", ["akc", "ack"]),
    "wrong type": ("health: { failures: many }\n", ["failures"]),
    "bad duration": ("reads: { timeout: 2 parsecs }\n", ["timeout"]),
    "bad word": ("deploy: { ack: two }\n", ["ack"]),
    "bad url": ("regions:\n  - { name: a, urls: [not-a-url] }\n", ["urls"]),
    "duplicate region": ("regions:\n  - { name: a, urls: [http://127.0.0.1:1] }\n"
                         "  - { name: a, urls: [http://127.0.0.1:2] }\n", ['"a" is already the name of']),
    "no yaml": ("regions: [\n", []),
    "tabs": ("\tregions: []\n", []),
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
@pytest.mark.parametrize("command", ["serve", "check-config"])
def test_bad_config(tmp_path, command, case):
    more, words = BAD_CONFIGS[case]
    file = tmp_path / "gateway.yaml"
    file.write_text(config_text(tmp_path / "data", more=more), encoding="utf-8")
    line = one_clear_line(run_cli(*with_file(command, file)), file, *words)
    at = [int(part) for part in line.split(str(file), 1)[1].split(":")[1:2] if part.isdigit()]
    assert at and 4 <= at[0] <= 7, f"the line of the problem is missing: {line}"
    assert not (tmp_path / "data").exists()


def test_missing_config_file(tmp_path):
    for command in ("serve", "check-config"):
        one_clear_line(run_cli(*with_file(command, tmp_path / "nope.yaml")), tmp_path / "nope.yaml")


def test_good_config_version_and_help(tmp_path):
    file = tmp_path / "gateway.yaml"
    file.write_text(config_text(tmp_path / "data"), encoding="utf-8")
    for arguments in (["check-config", file], ["--version"], ["--help"]):
        done = run_cli(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), (arguments, done)
        assert done.stdout


def test_config_in_the_environment(tmp_path):
    text = config_text(tmp_path / "data", more="nope: 1\n")
    done = run_cli("serve", env={**os.environ, "SCHEMA_GATEWAY_CONFIG": text})
    one_clear_line(done, "nope")


def test_ports_of_its_own_choice():
    with Gateway(config={"gateway": {"listen": "127.0.0.1:0", "admin": "127.0.0.1:0"}}) as gateway:
        assert Registry(gateway.url).subjects() == []
        assert gateway.port not in (0, 8081)


def test_sigterm_ends_it_and_what_was_registered_stays():
    with Gateway() as gateway:
        registry = Registry(gateway.url)
        answer = registry.register("kept", '"int"')
        assert gateway.terminate() == 0
        gateway.restart()
        assert Registry(gateway.url).register("kept", '"int"') == answer
        gateway.kill()
        gateway.restart()
        assert Registry(gateway.url).register("kept", '"int"') == answer


def test_view_is_rebuilt_from_the_log():
    with Gateway() as gateway:
        registry = Registry(gateway.url)
        registry.register("a", '"int"')
        registry.register("a", '["int","string"]')
        registry.call("PUT", "/config/a", {"compatibility": "FULL"})
        before = [registry.version("a", v) for v in (1, 2)] + [registry.call("GET", "/config/a")]
        assert gateway.terminate() == 0
        view = pathlib.Path(gateway.data_dir) / "view"
        old = (view / "IDENTITY").read_text()
        for damage in (lambda: None, lambda: (view / "CURRENT").write_text("nonsense")):
            damage()
            done = run_cli("rebuild-view", "--config", gateway.config_file)
            assert done.returncode == 0, done
            assert (view / "IDENTITY").read_text() != old, "it is another database"
            old = (view / "IDENTITY").read_text()
        gateway.restart()
        registry = Registry(gateway.url)
        assert [registry.version("a", v) for v in (1, 2)] + [registry.call("GET", "/config/a")] == before


@pytest.fixture
def small_disk():
    """A file system of 48 MiB of its own."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    with tempfile.TemporaryDirectory(prefix="sgw-disk-") as name:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "sgw", name], check=False, capture_output=True)
        if mounted.returncode != 0:
            pytest.skip(f"cannot mount: {mounted.stderr.decode().strip()}")
        try:
            yield pathlib.Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def fill(disk, leave):
    """Takes all space but `leave` bytes."""
    free = os.statvfs(disk)
    size = free.f_bavail * free.f_frsize - leave
    with open(disk / "filler", "wb") as file:
        for _ in range(max(0, size) // 65536):
            file.write(bytes(65536))
        with contextlib.suppress(OSError):
            file.write(bytes(max(0, size) % 65536))


def record(number):
    """A schema of about 20 KiB that compresses badly, so that a disk fills quickly."""
    noise = os.urandom(10_000).hex()
    return f'{{"type":"record","name":"R{number}","doc":"{noise}","fields":[]}}'


@pytest.mark.parametrize("leave", [0, 4096, 256 * 1024, 4 * 1024 * 1024])
def test_full_disk(small_disk, leave):
    with Gateway(data_dir=small_disk / "data") as gateway:
        registry = Registry(gateway.url)
        kept = {}
        for number in range(5):
            text = record(number)
            kept[f"before-{number}"] = (text, registry.register(f"before-{number}", text)["id"])
        fill(small_disk, leave)
        refusal = _register_until_refused(registry, kept)
        assert (refusal.status, refusal.code) == (503, 503), refusal
        assert "space" in refusal.message.lower() or "disk" in refusal.message.lower(), refusal
        _all_readable(registry, kept)
        assert gateway.ready()
        (small_disk / "filler").unlink()
        wait_until(lambda: registry.register("after", record(9999)), 30, "registrations to be taken again")
        _all_readable(registry, kept)
        gateway.kill()
        gateway.restart()
        _all_readable(Registry(gateway.url), kept)


def _register_until_refused(registry, kept):
    for number in range(4000):
        subject, text = f"filling-{number}", record(number)
        try:
            kept[subject] = (text, registry.register(subject, text)["id"])
        except RegistryError as error:
            return error
    raise AssertionError("the disk does not fill")


def _all_readable(registry, kept):
    """Every acknowledged schema is read by id and registered again, without a new id."""
    for subject, (text, schema_id) in kept.items():
        assert registry.schema_by_id(schema_id)["schema"] == text
        assert registry.register(subject, text)["id"] == schema_id
        assert registry.versions(subject) == [1]


def test_start_on_a_full_disk(small_disk):
    """It serves what it holds, or says in one line what is missing; nothing acknowledged is lost either way."""
    with Gateway(data_dir=small_disk / "data") as gateway:
        text = record(1)
        kept = {"kept": (text, Registry(gateway.url).register("kept", text)["id"])}
        assert gateway.terminate() == 0
        fill(small_disk, 0)
        try:
            gateway.restart()
        except RuntimeError as error:
            assert gateway.process.returncode == 2 and "space" in str(error).lower(), error
            (small_disk / "filler").unlink()
            gateway.restart()
        _all_readable(Registry(gateway.url), kept)


def lose_two(region):
    for subject in ("before-0", "before-1"):
        for last in ({}, {"permanent": "true"}):
            Registry(region.url).call("DELETE", f"/subjects/{subject}", **last)


def lose_all(region):
    region.kill()
    region.start()


@pytest.mark.parametrize("lose, line", [(lose_two, "region_lost_versions"), (lose_all, "region_starts_over")])
def test_what_a_region_lost_while_the_disk_is_full(small_disk, lose, line):
    """None of it can be booked, so nothing is counted or told, however often it is seen; then it is, once."""
    def requeued():
        return gateway.metric("schema_gateway_region_requeued_total", region=region.name)

    def asked():
        return gateway.metric("schema_gateway_region_requests_total", region=region.name)

    def lines(*names):
        return [event for event in list(gateway.events) if event["event"] in names]

    with Axonops("us-west") as region, Gateway([region], config=over_regions(deploy={"ack": "all"}),
                                               data_dir=small_disk / "data") as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        kept = {}
        for subject in ("before-0", "before-1", "before-2"):
            text = record(len(kept))
            kept[subject] = (text, registry.register(subject, text)["id"])
        gateway.wait_until_deployed()
        fill(small_disk, 0)
        _register_until_refused(registry, kept)
        before = requeued()
        lose(region)
        seen = asked()
        wait_until(lambda: asked() > seen + 150, 30, "many rounds")
        assert requeued() == before
        assert lines(line, "finding_booked") == []
        changes = len(lines("region_changed"))
        seen = asked()
        wait_until(lambda: asked() > seen + 100, 30, "more rounds")
        assert len(lines("region_changed")) == changes
        (small_disk / "filler").unlink()
        wait_until(lambda: registry.register("after", record(9999)), 30, "registrations to be taken again")
        for subject in kept:
            wait_until(lambda subject=subject: Registry(region.url).versions(subject) == [1], 30, f"{subject} to be there")
        gateway.wait_until_deployed()
        gateway.wait_for_regions()
        booked = sum(event["versions"] for event in lines(line)) + len(lines("finding_booked"))
        assert requeued() - before == booked
        assert len(lines(line, "finding_booked")) <= 2 and 2 <= booked <= len(kept) + 1
        _all_readable(registry, kept)
