"""Readers and people of `tests.benchmarks.replica`, over HTTP."""

from __future__ import annotations

import http.client
import re
import threading
import time
from itertools import count
from urllib.parse import urlencode


class Browser:
    """One person's cookies; follows redirects."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.cookies = port, {"sessionid": session}

    def get(self, path: str) -> str:
        status, page, _where = self.ask("GET", path)
        return page if status == 200 else f"status {status} at {path}"

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        for _hop in range(5):
            connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
            sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)}
            if form:
                sent |= {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urlencode(form) if form else None, sent)
            answer = connection.getresponse()
            page = answer.read().decode("utf-8", "replace")
            connection.close()
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            if answer.status not in (301, 302):
                return answer.status, page, path
            method, path, form = "GET", answer.headers["Location"], None
        return 508, "", path

    def dispute(self, address: str, figure: str) -> str:
        """Send a reply, and the figure's page after it."""
        page = self.get(address)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if token is None:
            return page[:300]
        form = {"csrfmiddlewaretoken": token[1], "proposed": "50/100", "reason": "Thiếu hồ sơ"}
        status, said, _where = self.ask("POST", address, form)
        return self.get(figure) if status == 200 else f"status {status}: {said[:200]}"

    def forget(self) -> None:
        """What a browser does with the cookie of whoever wrote something when its time is over."""
        self.cookies.pop("chiso_wrote", None)


class Readers:
    """Each asks for one page after the other. What is new shows how old the state is that they meet."""

    def __init__(self, port: int, cookies: list[str], pages: list[str]) -> None:
        self.port, self.cookies, self.pages = port, cookies, pages
        self.faults: list[str] = []
        self.ages: list[float] = []
        self.scene = time.monotonic()
        self._done: list[tuple[float, float]] = []  # when a page was there, and how long it took
        self._news: dict[str, float] = {}  # path -> when it was published
        self._on = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=[cookie], daemon=True) for cookie in cookies]

    def start(self) -> None:
        self._on.set()
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        self._on.clear()
        for each in self._threads:
            each.join(timeout=40)

    def since(self, moment: float) -> list[tuple[float, float]]:
        return [each for each in self._done if each[0] >= moment]

    def news(self, path: str) -> None:
        self._news[path] = time.monotonic()

    def _read(self, cookie: str) -> None:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        for turn in count():
            if not self._on.is_set():
                break
            path = "/dispatches/" if turn % 3 == 0 else self.pages[turn % len(self.pages)]
            begun = time.monotonic()
            try:
                connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
                answer = connection.getresponse()
                page = answer.read().decode("utf-8", "replace")
            except (OSError, http.client.HTTPException) as fault:
                self.faults.append(f"{path}: {fault!r}")
                connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
                continue
            self._done.append((time.monotonic(), time.monotonic() - begun))
            if answer.status != 200:
                self.faults.append(f"{path}: {answer.status}")
            elif path == "/dispatches/":
                self._age(page, begun)

    def _age(self, page: str, begun: float) -> None:
        """A list that lacks what was published before it was asked for is of a state as old as that."""
        self.ages += [begun - at for path, at in list(self._news.items()) if at < begun and path not in page]
