"""Each service's command of the compose file, natively: together they do the work."""

import signal

from tests.faults.instance import Instance, wait_for
from tests.operations.test_compose import COMPOSE


def _command(name: str, instance: Instance) -> list[str]:
    python, *words = COMPOSE["services"][name]["command"]
    assert python == "python"
    words = [word.replace("/data/", f"{instance.folder}/") for word in words]
    return [str(instance.port) if word == "8000" else word for word in words]


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
