"""Requests a second of gunicorn with two workers, asked over a few connections that stay open."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .crew import ROOT
from .run import Run

WORKERS, LOADERS, SECONDS = 2, 4, 3.0
_APPLICATIONS = {"ours": "config.wsgi", "stock": "tests.benchmarks.stock.wsgi"}


class NotServed(Exception):
    """The server did not answer as it should."""


def requests(run: Run, database: str) -> tuple[float, float]:
    """(ours, stock with the window and its index), the better of the rounds each."""
    found: dict[str, list[float]] = {"ours": [], "stock": []}
    run.crew.run("stock.index", database, there=True)
    try:
        for _turn in range(run.rounds):
            for whose in ("stock", "ours"):
                run.say(f"requests a second, {whose}")
                told = run.crew.run(f"{whose}.cookie", database)
                with _server(run, database, whose) as port:
                    found[whose].append(_rate(port, told["address"], told["cookie"], run.seconds))
    finally:
        run.crew.run("stock.index", database, there=False)
    return max(found["ours"]), max(found["stock"])


@contextmanager
def _server(run: Run, database: str, whose: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}", "--log-level", "error"]
    environment = run.crew.environment(database, whose) | {"CHISO_CONN_MAX_AGE": "600"}
    # `gthread` keeps a connection open between two requests, as a proxy in front would; one thread a worker works.
    command += ["-k", "gthread", "--threads", str(LOADERS), "--no-control-socket", _APPLICATIONS[whose]]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
        if process.stderr:
            process.stderr.close()


def _wait(port: int, process: Any) -> None:
    for _try in range(200):
        if process.poll() is not None:
            raise NotServed(process.stderr.read().decode()[-400:])
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotServed("no server within 20 seconds")


def _rate(port: int, address: str, cookie: str, seconds: float) -> float:
    counts, faults = [0] * LOADERS, []
    ends = time.perf_counter() + seconds + 1.0
    counted_from = ends - seconds

    def load(place: int) -> None:
        connection = http.client.HTTPConnection("localhost", port, timeout=60)
        connection.connect()
        while time.perf_counter() < ends:
            connection.request("GET", address, headers={"Cookie": f"sessionid={cookie}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                faults.append(answer.status)
                return
            if time.perf_counter() >= counted_from:
                counts[place] += 1

    begun = [threading.Thread(target=load, args=[place]) for place in range(LOADERS)]
    for each in begun:
        each.start()
    for each in begun:
        each.join()
    if faults:
        raise NotServed(f"{address} answered {faults[0]}")
    return max(sum(counts), 1) / seconds
