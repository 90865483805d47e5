"""Run by `test_killed` in a process and on a database of its own: loads and publishes one dispatch after the other, each
time first in a forked child that is killed on the way. Prints, a line each, what was killed, how far it had come (not
writing yet, writing, done) and whether the database then held all of it or nothing; anything else is a fault."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections, transaction

SEED = 1082
Counts = Mapping[str, Any]
Action = Callable[[], object]


def held() -> Counts:
    """What the database holds: the rows of every table of ours, and in which states editions and uploads are."""
    from chiso.models import Edition, Finding, Issuer, Upload

    with transaction.atomic():  # waits until the database has done with whom we killed
        Issuer.objects.select_for_update(of=("self",)).get(slug=Issuer.objects.get().slug)
    tables = {model.__name__: model._base_manager.count() for model in apps.get_app_config("chiso").get_models()}
    states = {
        model.__name__ + "s": sorted(model.objects.values_list("pk", "state")) for model in (Edition, Upload, Finding)
    }
    return tables | states


def grown(before: Counts, after: Counts) -> Counts:
    """How many rows came in each table, and how many editions, uploads, findings stand in another state than before."""
    return {
        name: len(set(now) - set(before[name])) if isinstance(now, list) else now - before[name]
        for name, now in after.items()
        if now != before[name]
    }


def child(action: Action, pipe: int) -> None:
    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            os.write(pipe, b"w")
        return execute(sql, *rest)

    try:
        with connection.execute_wrapper(watch):
            action()
        os.write(pipe, b"d")
        os._exit(0)
    finally:
        os._exit(1)


def fork(action: Action, wait: Callable[[int], bytes]) -> str:
    """Do it in a child, kill it after `wait` (given the pipe, returns what it read of it); says how far it had come."""
    connections.close_all()
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(told)
        child(action, tell)
    os.close(tell)
    said = wait(told)
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    said += b"".join(iter(lambda: os.read(told, 4096), b""))
    os.close(told)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the child failed")
    return "done" if b"d" in said else "writing" if b"w" in said else "begun"


def lasts(action: Action) -> tuple[float, int]:
    """How many seconds it takes, and how many statements that write."""
    start, said = time.monotonic(), []

    def wait(pipe: int) -> bytes:
        while not said or said[-1] not in (b"d", b""):
            said.append(os.read(pipe, 1))
        return b""

    fork(action, wait)
    return time.monotonic() - start, said.count(b"w")


def moment(chance: random.Random, seconds: float, writes: int, *, inside: bool) -> Callable[[int], bytes]:
    """A random moment of the whole and a little beyond; or, `inside`, while one of the statements writes."""

    def wait(pipe: int) -> bytes:
        if inside:
            return b"".join(os.read(pipe, 1) for _one in range(chance.randint(1, writes)))
        time.sleep(chance.uniform(0, seconds * 1.5))
        return b""

    return wait


def main(rounds: int) -> None:
    from chiso.actions import edition as editions
    from chiso.actions import upload as uploads
    from chiso.models import Edition, Upload
    from tests import record
    from tests.ingest.expected import sample

    chance = random.Random(SEED)  # noqa: S311
    record.office_of_2023()
    whole: dict[str, Counts] = {}
    times: dict[str, tuple[float, int]] = {}

    def attempt(what: str, number: int, action: Action) -> None:
        before = held()
        if number == 0:  # the measure of the others: how long it takes, and what comes of it
            times[what] = lasts(action)
            whole[what] = grown(before, held())
            return
        far = fork(action, moment(chance, *times[what], inside=number % 2 == 0))
        came = grown(before, held())
        if came not in ({}, whole[what]):
            raise SystemExit(f"{what} {number}: neither all nor nothing: {came} of {whole[what]}")
        print(what, far, "all" if came else "nothing", flush=True)  # noqa: T201
        if not came:
            action()
            if grown(before, held()) != whole[what]:
                raise SystemExit(f"{what} {number}: the next try made something else: {grown(before, held())}")

    text = sample(".txt").decode()
    for number in range(rounds + 1):
        data = text.replace("1082/VPUB", f"{2000 + number}/VPUB").encode()
        upload = uploads.stage(data=data, name=f"{number}.txt", issuer=None, by=None)
        attempt("load", number, lambda pk=upload.pk: uploads.apply(upload=Upload.objects.get(pk=pk), by=None))
        edition = Edition.objects.latest("pk")
        editions.submit(edition=edition, by=None)
        attempt(
            "publication",
            number,
            lambda pk=edition.pk: editions.publish(
                edition=Edition.objects.get(pk=pk), by=None, accept_warnings="như văn bản"
            ),
        )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    main(int(sys.argv[1]))
