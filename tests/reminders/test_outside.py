"""What members name is called outside alone: not by a name that changes, nor by a number in disguise."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from apprise.manager_plugins import NotificationManager

from reminders import outside, targets
from reminders.models import ReminderTarget
from reminders.outside import LeadsInside, TooSlow, call_outside, refuse_inside
from reminders.target_schemes import ALLOWED
from reminders.targets import TargetError, service_at
from reminders.web_push import PREFIX
from tests.stock import NOW, Home, make_home
from webhooks.models import HouseholdWebhook
from webhooks.telling import send_test

OUTSIDE = "93.184.215.14"


@pytest.fixture
def canary() -> Iterator[tuple[int, list[Any]]]:
    """A port of this machine, and who connected to it."""
    seen: list[Any] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.05)
        ended = threading.Event()

        def watch() -> None:
            while not ended.is_set():
                try:
                    seen.append(listener.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=watch)
        thread.start()
        yield listener.getsockname()[1], seen
        ended.set()
        thread.join()
    for connection, _ in seen:
        connection.close()


@pytest.fixture
def turncoat(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name server that says an outside address first, and this machine from then on."""
    asked: list[str] = []
    real = outside._resolve

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "turncoat.example":
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return real(OUTSIDE if len(asked) == 1 else "127.0.0.1", port, *args, **kwargs)

    monkeypatch.setattr(outside, "_resolve", resolve)
    return asked


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "2130706433", "0177.0.0.1", "0x7f000001", "0.0.0.0"),
        *("169.254.169.254", "224.0.0.1", "::1", "[::1]", "::", "fe80::1", "ff02::1"),
        *(
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::ffff:a9fe:a9fe",
        ),
    ],
)
@pytest.mark.parametrize("home", [False, True])
def test_this_machine_is_never_called_however_it_is_written(
    settings: Any, host: str, home: bool
) -> None:
    settings.TARGETS_IN_HOME_NETWORK = home
    with pytest.raises(LeadsInside, match="the server itself"):
        refuse_inside(host)


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.1", "192.168.1.10", "172.16.0.1", "100.64.0.1", "198.18.0.1", "240.0.0.1"),
        *("fc00::1", "::ffff:192.168.1.1", "64:ff9b::a00:1", "2002:a00:1::"),
    ],
)
def test_home_network_is_called_where_the_operator_says_so_alone(settings: Any, host: str) -> None:
    with pytest.raises(LeadsInside, match="TARGETS_IN_HOME_NETWORK"):
        refuse_inside(host)
    settings.TARGETS_IN_HOME_NETWORK = True
    refuse_inside(host, 8123)


def test_outside_is_called_at_the_ports_of_the_web() -> None:
    refuse_inside(OUTSIDE, 443)
    refuse_inside("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 80)
    with pytest.raises(LeadsInside, match="ports 80 and 443"):
        refuse_inside(OUTSIDE, 22)


def test_guard_stands_only_where_members_addresses_are_called(
    canary: tuple[int, list[Any]],
) -> None:
    port, _seen = canary
    with pytest.raises(LeadsInside):
        call_outside(lambda: socket.create_connection(("127.0.0.1", port), timeout=1), seconds=5)
    socket.create_connection(("127.0.0.1", port), timeout=1).close()


def test_name_that_changes_between_look_and_call_is_not_called(
    settings: Any, canary: tuple[int, list[Any]], turncoat: list[str]
) -> None:
    settings.TARGETS_IN_HOME_NETWORK = True  # so that the port is no hindrance
    port, seen = canary
    refuse_inside("turncoat.example", port)
    with pytest.raises(requests.ConnectionError):
        call_outside(lambda: requests.get(f"http://turncoat.example:{port}/", timeout=2), seconds=5)
    assert len(turncoat) == 2
    assert seen == []


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["target", "push"])
def test_target_whose_name_changes_is_not_told(
    settings: Any, canary: tuple[int, list[Any]], turncoat: list[str], way: str
) -> None:
    settings.TARGETS_IN_HOME_NETWORK = True
    port, seen = canary
    keys = '{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}'
    urls = {
        "target": f"json://turncoat.example:{port}/",
        "push": f'{PREFIX}{{"endpoint":"https://turncoat.example:{port}/x","keys":{keys}}}',
    }
    if way == "push":
        turncoat.append("asked before")
    member = make_home().owner
    target = ReminderTarget.objects.create(member=member, name="x", url=urls[way], created_at=NOW)
    assert targets.test_target(target, now=NOW)
    assert seen == []


@pytest.mark.django_db
def test_webhook_whose_name_changes_is_not_told(
    settings: Any, canary: tuple[int, list[Any]], turncoat: list[str]
) -> None:
    settings.TARGETS_IN_HOME_NETWORK = True
    port, seen = canary
    home: Home = make_home()
    hook = HouseholdWebhook.objects.create(
        household=home.household,
        url=f"http://turncoat.example:{port}/",
        secret="whsec_" + "a" * 44,
        created_at=NOW,
    )
    message = send_test(hook, now=NOW)
    assert message.state == "dead"
    assert seen == []


def test_service_that_takes_for_ever_is_left_to_itself() -> None:
    ended = threading.Event()
    with pytest.raises(TooSlow):
        call_outside(ended.wait, seconds=0.05)
    ended.set()
    assert call_outside(lambda: "well", seconds=5) == "well"
    with pytest.raises(ZeroDivisionError):
        call_outside(lambda: 1 / 0, seconds=5)


def test_every_service_on_the_list_is_one_of_apprise() -> None:
    known = NotificationManager()
    known.load_modules()
    assert set(known.schemas()) >= ALLOWED
    assert {"tgram", "ntfys", "matrixs", "signals", "hassios", "discord", "gotify"} <= ALLOWED


@pytest.mark.parametrize(
    "scheme", ["mailto", "mqtt", "dbus", "syslog", "irc", "fcm", "vapid", "x-y"]
)
def test_service_that_is_not_on_the_list_is_refused(scheme: str) -> None:
    with pytest.raises(TargetError, match="no service of that kind"):
        service_at(f"{scheme}://user:password@{OUTSIDE}/path")
