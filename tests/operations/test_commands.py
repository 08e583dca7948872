"""The commands of the contract as an operator types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.models import Case, FollowUp
from households.models import Household, Membership

ROOT = Path(__file__).resolve().parents[2]


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])  # type: ignore[no-any-return]


@pytest.mark.django_db
def test_create_household_gives_its_slug_and_a_link_that_signs_its_owner_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("create_household", "Our Home", "--owner", "Olga@Example.org", "--json")
    made = answer(capsys)
    assert set(made) == {"slug", "sign_in_url"}
    assert Household.objects.get().slug == made["slug"]
    assert Membership.objects.get().user.email == "olga@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["not-an-address", "", "a@b", "x@y z.org"])
def test_create_household_refuses_what_is_no_address_and_makes_nothing(email: str) -> None:
    with pytest.raises(CommandError, match="is not an e-mail address"):
        call_command("create_household", "Home", "--owner", email)
    assert not Household.objects.exists()


@pytest.mark.django_db
def test_one_owner_may_have_two_households(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        call_command("create_household", "Home", "--owner", "olga@example.org", "--json")
    assert Household.objects.count() == 2
    assert Membership.objects.values("user").distinct().count() == 1


@pytest.mark.django_db
def test_seed_makes_as_many_cases_as_asked_with_as_many_due(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("seed", "--households", "2", "--cases", "40", "--due", "7", "--json")
    made = answer(capsys)
    assert (made["cases"], made["due"]) == (40, 7)
    assert len(made["households"]) == 2  # type: ignore[arg-type]
    assert Case.objects.count() == 40
    assert FollowUp.objects.filter(status="pending", kind="retry").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        ("--households", "0", "--cases", "1", "--due", "0"),
        ("--households", "1", "--cases", "1", "--due", "2"),
        ("--households", "1", "--cases", "x", "--due", "0"),
    ],
)
def test_seed_refuses_what_cannot_be(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("seed", *options)
    assert not Household.objects.exists()


def run(tmp_path: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "PYTEST"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "EMAIL_URL": "",
            "SECRET_KEY": "",
            "BASE_URL": "",
            "ALLOWED_HOSTS": "",
            **env,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize("bind", ["nonsense", "127.0.0.1", "127.0.0.1:99999", ":8000"])
def test_up_refuses_an_address_that_is_none(tmp_path: Path, bind: str) -> None:
    refused(run(tmp_path, "up", "--bind", bind), 2, "is not like 127.0.0.1:8000")


def test_command_before_the_first_start_says_what_to_do(tmp_path: Path) -> None:
    refused(run(tmp_path, "sweep"), 1, "the database is not set up", "make run")


# The environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "parley.example"),
        ("BASE_URL", "https://parley.example/sub"),
        ("TICK_SECONDS", "often"),
        ("TIME_ZONE", "Mars/Base"),
        ("TRUSTED_PROXIES", "-1"),
        ("SIGNUP_IS_OPEN", "perhaps"),
        ("ALLOWED_HOSTS", "*"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_URL", "mysql://u:geheim@db/x"),
        ("REDIS_URL", "http://u:geheim@redis"),
        ("EMAIL_URL", "imap://u:geheim@mail"),
    ],
)
def test_bad_setting_is_one_line_that_names_it_and_hides_its_secret(
    tmp_path: Path, name: str, value: str
) -> None:
    done = run(tmp_path, "check", **{name: value})
    refused(done, 2, name)
    assert len(done.stderr.strip().splitlines()) == 1
    assert "geheim" not in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "BASE_URL"])
def test_server_without_its_secret_or_address_does_not_start(tmp_path: Path, missing: str) -> None:
    given = {"SECRET_KEY": "x" * 60, "BASE_URL": "https://parley.example", missing: ""}
    done = run(tmp_path, "check", DATABASE_URL="postgres://u:p@127.0.0.1/x", **given)
    refused(done, 2, f"{missing} is not set")


@pytest.mark.parametrize(
    ("pooled", "threshold"), [("", "5"), ("?DISABLE_SERVER_SIDE_CURSORS=True", "None")]
)
def test_nothing_is_prepared_where_a_pooler_hands_out_connections(
    tmp_path: Path, pooled: str, threshold: str
) -> None:
    asked = "from django.db import connection as c; print(c.get_connection_params()['prepare_threshold'])"
    server = {"SECRET_KEY": "x" * 60, "BASE_URL": "https://parley.example"}
    url = f"postgres://u:p@127.0.0.1/x{pooled}"
    done = run(tmp_path, "shell", "-v0", "-c", asked, DATABASE_URL=url, **server)
    assert done.stdout.split() == [threshold], done.stderr


def test_embedded_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    secrets = set()
    for _ in range(2):
        assert run(tmp_path, "check").returncode == 0
        secrets.add((tmp_path / "secret-key").read_text())
    assert len(secrets) == 1
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
