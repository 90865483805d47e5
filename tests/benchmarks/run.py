"""One run: its databases, its files, and the jobs in turn."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .crew import Crew, JobFailed
from .place import Postgres, Sqlite

TIMES = 15  # that a page is asked for by one process
WITHOUT = "not run: the run was asked for without the stock tools"
Job = tuple[str, str, dict[str, Any]]  # the job, the database it runs on, what it is asked


@dataclass(frozen=True, slots=True)
class Step:
    """Medians over the rounds."""

    wall: float
    cpu: float
    statements: int
    honest: float


class NotMeasured(Exception):
    """Why a bar has no figure."""


@dataclass(slots=True)
class Done:
    """What the rounds of one job said. Whoever asks a job that said nothing is told why (`NotMeasured`)."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    failed: str = ""

    def step(self, *names: str) -> Step:
        """One step, or several that follow each other."""
        self.ask()
        found = [[answer["steps"][name] for name in names] for answer in self.answers]
        wall = median(sum(each["wall"] for each in steps) for steps in found)
        cpu = median(sum(each["cpu"] for each in steps) for steps in found)
        told = [each["honest"] for steps in found for each in steps if "honest" in each]
        return Step(wall, cpu, int(sum(each["statements"] for each in found[-1])), median(told) if told else cpu / wall)

    def __getitem__(self, name: str) -> Any:
        self.ask()
        return self.answers[-1][name]

    def ask(self) -> None:
        if not self.answers:
            raise NotMeasured(self.last_line)

    def most(self, name: str) -> float:
        self.ask()
        return max(answer[name] for answer in self.answers)

    @property
    def last_line(self) -> str:
        """Of what went wrong."""
        return (self.failed.strip() or "not run").splitlines()[-1]

    def steps(self) -> list[str]:
        self.ask()
        return list(self.answers[-1]["steps"])


class Run:
    def __init__(self, place: Sqlite | Postgres, folder: Path, *, units: int, rounds: int, dispatches: int) -> None:
        self.place, self.folder = place, folder
        self.units, self.rounds, self.dispatches = units, rounds, dispatches
        self.crew = Crew(place, folder)
        self.seconds = 3.0  # of each load of the server
        self.times = TIMES
        self.stock_rounds = rounds
        self.facts: dict[int, dict[str, Any]] = {}
        self.kept: dict[str, Done] = {}  # what one group measured and another one needs
        self._made: set[str] = set()
        self._turn = 0

    # --- databases and files ------------------------------------------------------------------------
    def register(self, units: int) -> str:
        """Everybody and everything but figures."""
        name = f"register-{units}"
        if name not in self._made:
            self._tables()
            self.place.copy("empty", name)
            self.crew.run("data.register", name, units=units)
            self._made.add(name)
        return name

    def filled(self, units: int, dispatches: int) -> str:
        """With published dispatches."""
        name = f"filled-{units}-{dispatches}"
        if name not in self._made:
            self.say(f"filling {units} units × {dispatches} dispatches")
            self.place.copy(self.register(units), name)
            told = self.crew.run("data.fill", name, dispatches=dispatches)["steps"]["fill"]
            self.say(f"filled in {told['wall']:.0f} s, {told['cpu']:.0f} of the processor")
            self._made.add(name)
        return name

    def files(self, units: int) -> str:
        folder = str(self.folder / f"files-{units}")
        if units not in self.facts:
            asked = {"folder": folder, "units": units, "dispatch": self.dispatches + 1}
            told = self.crew.run("data.files", self.register(units), **asked)
            self.facts[units] = {name: told[name] for name in ("sum", "sum_changed", "changed")}
        return folder

    def out(self) -> str:
        return str(self.folder / "out")

    def _tables(self) -> None:
        if "empty" not in self._made:
            self.place.create("empty")
            self.crew.run("data.tables", "empty")
            self._made.add("empty")

    # --- jobs ---------------------------------------------------------------------------------------
    def in_turn(self, jobs: dict[str, Job], *, fresh: bool = False) -> dict[str, Done]:
        """Each job once a round, one after the other; `fresh`: each on a copy of its database. The stock tools may have
        fewer rounds, or none: then whatever is measured against them is told as not measured."""
        done: dict[str, Done] = defaultdict(Done)
        for turn in range(self.rounds):
            for name, (job, database, asked) in jobs.items():
                if job.startswith("stock.") and turn >= self.stock_rounds:
                    done[name].failed = done[name].failed or WITHOUT
                    continue
                self.say(f"{name} ({turn + 1} of {self.rounds})")
                done[name] = self._one(done[name], job, database, asked, fresh)
        return dict(done)

    def _one(self, done: Done, job: str, database: str, asked: dict[str, Any], fresh: bool) -> Done:
        self._turn += 1
        used = f"turn-{self._turn}" if fresh else database
        if fresh:
            self.place.copy(database, used)
        try:
            done.answers.append(self.crew.run(job, used, **asked))
        except JobFailed as fault:
            done.failed = str(fault)
            self.say(done.failed)
        finally:
            if fresh:
                self.place.drop(used)
                shutil.rmtree(self.folder / "uploads" / used, ignore_errors=True)
        return done

    def say(self, text: str) -> None:
        print(f"  {text}", file=sys.stderr, flush=True)  # noqa: T201

    def close(self) -> None:
        self.crew.close()
        self.place.close()


Group = Callable[[Run], list[Any]]
