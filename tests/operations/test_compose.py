"""The compose file by its shape; and each service's command, natively, on both servers."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.faults.instance import Instance, database_of, servers_of, wait_for
from tests.smtp_server import free_port

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "beat")


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_as_nobody_special(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["user"] == "10001:10001"
    assert not service.get("privileged")
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", [n for n in COMPOSE["services"] if n != "migrate"])
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert COMPOSE["services"][name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL"])
def test_compose_refuses_to_start_without_the_secrets(name: str) -> None:
    assert COMPOSE["services"]["web"]["environment"][name].startswith(f"${{{name}:?")


def test_broker_keeps_a_log() -> None:
    assert COMPOSE["services"]["redis"]["command"][1:] == ["--appendonly", "yes"]


def test_every_volume_that_is_used_is_named() -> None:
    used = {v.split(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    kind = "servers" if os.environ.get("TEST_DATABASE_URL") else "embedded"
    servers = servers_of(kind)
    with database_of(servers):
        made = Instance(tmp_path, smtp_port=free_port(), servers=servers)
        made.manage("migrate", "-v0")
        made.manage("createcachetable")
        yield made
        for name in ("granian", "celery"):
            made.kill(name)


def _command(name: str, instance: Instance) -> list[str]:
    words = [word.replace("/data/", f"{instance.folder}/") for word in command_of(name)]
    return [str(instance.port) if word == "8000" else word for word in words]


def command_of(name: str) -> list[str]:
    command = COMPOSE["services"][name]["command"]
    assert command[0] == "python"
    return list(command[1:])


def test_the_services_commands_do_the_work_together(instance: Instance) -> None:
    started = [instance.start(*_command(name, instance)) for name in ("web", "worker", "beat")]
    wait_for("web to be ready", lambda: instance.get("/readyz"))
    wait_for("beat's tick", lambda: instance.sql("Pulse.objects.filter(name='beat').count()"))
    wait_for("a delivery", lambda: instance.sql("Pulse.objects.filter(name='deliver').count()"))
    # On a slow machine a tick can be late, and the health check says so: it must come right again.
    wait_for("the health check", lambda: instance.manage("pulse", "beat", "--json").get("name"))
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(15)
