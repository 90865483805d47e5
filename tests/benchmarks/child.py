"""The process that the jobs are forks of: `python -m tests.benchmarks.child`, a job a line."""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from importlib import import_module
from typing import Any

from . import measure

MODULES = {"data": "data", "ours": "ours", "limit": "limit", "stock": "stock.jobs"}


def main() -> None:
    import django

    django.setup()
    from django.urls import get_resolver

    _ = get_resolver().url_patterns  # a server has them loaded before the first request
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a job prints is no answer
    gc.freeze()
    for line in sys.stdin:
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as told:
                told.write(_done(json.loads(line)))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            said = answer.read()
        os.waitpid(process, 0)
        print(said or json.dumps({"failed": "the process died"}), file=out, flush=True)


def _done(order: dict[str, Any]) -> str:
    from django.conf import settings
    from django.db import connection, connections

    sys.stdin.close()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = order["name"]
    connections.settings["default"]["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"] = None
    settings.STORAGES["default"].setdefault("OPTIONS", {})["location"] = order["files"]
    room, _, job = order["job"].partition(".")
    try:
        measure.idle()
        meter = measure.Meter(order["postmaster"])
        act = getattr(import_module(f".{MODULES[room]}", __package__), job)
        done = measure.written(act(meter, **order["asked"]) or {}, meter)
        connection.close()
    except Exception:
        return json.dumps({"failed": traceback.format_exc()})
    return done


if __name__ == "__main__":
    main()
