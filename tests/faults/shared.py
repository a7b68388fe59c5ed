#!/usr/bin/env python3
"""Two servers on one PostgreSQL database: what one is asked reaches a turn that the other runs, and what one that is
gone, or was only frozen, left behind is closed by the other.

  shared.py PROGRAM

The last line is "N passed, N failed".
"""
import argparse
import pathlib
import signal
import sys
import tempfile
import time
import urllib.error

import harness
import postgres
import windows
from harness import wait


class Node(harness.Server):
    """Another server for the same people, with data of its own."""

    def __init__(self, first, name):
        self.program, self.folder, self.port = first.program, first.folder, harness.free_port()
        self.data, self.config, self.output = first.folder / name, first.config, first.folder / f"{name}.log"
        self.process, self.key, self.starts = None, first.key, []
        self.mark, self.model = first.mark, first.model


def busy(server, name, plan="s"):
    """A session whose command runs, with a message that waits."""
    session = server.session(recovery="hold")
    server.send(session, f"do {plan} as {name}", "first")
    if not wait(lambda: f"{name}-0" in server.marks(session), 30):
        sys.exit(f"the command of {name} does not begin")
    server.send(session, f"do c as {name}b", "second")
    return session


def statuses(server, session):
    return [e["status"] for e in server.events(session, "user_message")]


def stopped(first, second, database, wrong):
    session = busy(first, "stop")
    if second.call("POST", f"/sessions/{session}/stop", {})["agent_status"] != "stopping":
        wrong("a stop is not shown as one")
    if not wait(lambda: statuses(second, session) == ["canceled", "completed"], 20):
        wrong(f"the turn did not end: {statuses(second, session)}")
    if "stopped" not in windows.codes(second.events(session)):
        wrong("the log does not say that it was stopped")
    if not wait(lambda: second.get(session)["agent_status"] == "idle", 20):
        wrong("it does not come to rest")


def closed(first, second, database, wrong):
    session = busy(first, "close")
    second.call("PATCH", f"/sessions/{session}", {"status": "closed"})
    if not wait(lambda: second.get(session)["agent_status"] == "idle", 20):
        wrong("a closed session goes on")
    if statuses(first, session)[1] != "canceled":
        wrong(f"what waited was not withdrawn: {statuses(first, session)}")


def deleted(first, second, database, wrong):
    session = busy(first, "delete")
    began = time.monotonic()
    second.call("DELETE", f"/sessions/{session}")
    if time.monotonic() - began > 10:
        wrong("it took long")
    for server in (first, second):
        try:
            server.get(session)
            wrong("the session is still there")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                wrong(f"{error.code} for a session that is gone")
    database.sql("SELECT 1")


def taken_over(second, session, wrong):
    if not wait(lambda: "interrupted" in windows.codes(second.events(session)), 40):
        return wrong("nobody took it over")
    if not wait(lambda: second.get(session)["agent_status"] == "idle", 20):
        wrong("it does not come to rest")
    if statuses(second, session) != ["completed", "queued"]:
        wrong(f"messages are {statuses(second, session)}")
    call = second.events(session, "agent_run_repository_command")[0]
    if call["status"] != "canceled" or call["payload"]["error"]["code"] != "interrupted":
        wrong("the command that ran is not closed")


def end_lease(database, session):
    database.sql(f"UPDATE processes SET seen = 0 WHERE id = (SELECT owner FROM sessions WHERE id = '{session}')")


def frozen(first, second, database, wrong):
    """Past its lease, and then awake again: what it still writes is refused."""
    session = busy(first, "frozen", "e")
    first.process.send_signal(signal.SIGSTOP)
    end_lease(database, session)
    taken_over(second, session, wrong)
    before = second.events(session)
    first.process.send_signal(signal.SIGCONT)
    (first.tree(session) / "frozen-go").touch()
    if not wait(lambda: "taken over" in first.log(), 30):
        wrong("the late write was not refused")
    if not wait(lambda: first.get(session)["agent_status"] == "idle", 10):
        wrong("the one that woke still says that it works")
    if second.events(session) != before or first.events(session) != before:
        wrong("the one that woke has written")
    second.send(session, "do c as frozenc", "third")
    if not wait(lambda: statuses(first, session) == ["completed"] * 3, 30):
        wrong(f"it does not go on: {statuses(first, session)}")


def killed(first, second, database, wrong):
    session = busy(first, "killed")
    first.kill()
    if left := first.left():
        wrong(f"left behind: {left[:3]}")
    end_lease(database, session)
    taken_over(second, session, wrong)


CASES = [stopped, closed, deleted, frozen, killed]


def play(program, folder, database, problems):
    first = harness.Server(program, folder, f'[store]\nurl = "{database.url}"\nsecret_key = "{"ab" * 32}"\n')
    first.start()
    first.connect()
    second = Node(first, "second")
    second.start()
    try:
        for case in CASES:
            found = []
            case(first, second, database, found.append)
            if case is not killed and (left := first.left()):
                found.append(f"left behind: {left[:3]}")
            print(f"{case.__name__}: {'; '.join(found) or 'ok'}", flush=True)
            problems += [f"{case.__name__}: {what}" for what in found]
    finally:
        for server in (first, second):
            if server.process.poll() is None:
                server.kill()
            for sign in ("ERROR: AddressSanitizer", "WARNING: ThreadSanitizer", "runtime error"):
                if sign in server.log():
                    problems.append(server.log()[-3000:])
        first.model.close()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    program = str(pathlib.Path(options.parse_args().program).resolve())
    problems = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        database = postgres.Postgres(folder / "pg")
        try:
            play(program, folder, database, problems)
        finally:
            database.close()
    for problem in problems:
        print("FAIL", problem)
    print(f"{len(CASES) - min(len(CASES), len(problems))} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
