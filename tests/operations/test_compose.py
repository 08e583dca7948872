"""The compose file by its shape; `tests/faults` runs its services' commands."""

from pathlib import Path
from typing import Any

import pytest
import yaml

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
