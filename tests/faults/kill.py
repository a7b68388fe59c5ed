#!/usr/bin/env python3
"""Kills a busy server again and again, and compares what it acknowledged with what is there afterwards.

  kill.py PROGRAM [--rounds 24] [--seed 1] [--sessions 3] [--patience 240] [--no-windows]

First one kill in each window that a crash could fall into (windows.py): before a message is committed, after that and
before its answer, during the model's stream, during a command, between a command's end and its event, during
compaction, during a push.

Then random kills while clients send messages, some of them twice, and readers follow the streams: after a random time,
or just after a message was sent or the model was asked; now and then the process that starts is killed, too, while it
recovers. What must hold:

  - every acknowledged message is in its session's timeline, once, and in the order of the acknowledgements
  - every reader that comes back with Last-Event-ID gets every change, once, without a gap
  - no event that was seen complete has changed; a call that was cut off is canceled and says why
  - no command and no push happens twice, and no process of a command is left
  - when all is quiet nothing is queued or processing, every session is idle, and the files that completed calls
    made are there and in the patch that can be fetched

The last line is "N passed, N failed". The same seed plays the same kills; how far the work is at each differs.
"""
import argparse
import http.client
import json
import pathlib
import random
import sys
import tempfile
import threading
import time
import urllib.error

import harness
import windows


class Client(threading.Thread):
    """Sends numbered messages to one session; each goes out again with its client id until it is acknowledged."""

    def __init__(self, server, session, rng, commands, sending):
        super().__init__(daemon=True)
        self.server, self.session, self.rng, self.sending = server, session, rng, sending
        self.letters = "crcrm" if commands else "ccbm"
        self.acknowledged, self.errors, self.ending = [], [], False

    def run(self):
        number = 0
        while not self.ending:
            plan = ",".join(self.rng.choice(self.letters) for _ in range(self.rng.randint(1, 4)))
            self.send(number, f"do {plan} as s{self.session[-4:]}n{number}")
            number += 1
            time.sleep(self.rng.random() * 0.3)

    def send(self, number, text):
        for _ in range(2 if self.rng.random() < 0.2 else 1):  # now and then the answer is taken for lost
            self.sending.set()
            try:
                event = harness.retry(lambda: self.server.send(self.session, text, f"c{number}"))
            except urllib.error.HTTPError as error:
                self.errors.append(f"{error.code}: {error.read()[:200]}")
                return
            if self.acknowledged and self.acknowledged[-1][0] == number:
                if self.acknowledged[-1][1] != event["id"]:
                    self.errors.append(f"client id c{number} became two messages")
            else:
                self.acknowledged.append((number, event["id"], text))


class Reader(threading.Thread):
    """Follows a session's stream across every restart."""

    def __init__(self, server, session):
        super().__init__(daemon=True)
        self.server, self.session = server, session
        self.changes, self.errors, self.ending = [], [], False

    def run(self):
        while not self.ending:
            try:
                self.follow()
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    def follow(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("GET", f"/api/v1/sessions/{self.session}/events/stream", headers={
            "x-api-key": self.server.key, "last-event-id": str(len(self.changes))})
        answer = connection.getresponse()
        if answer.status != 200:
            self.errors.append(f"a stream after change {len(self.changes)}: {answer.status} {answer.read()[:200]}")
            self.ending = True
            return
        number = None
        while not self.ending:
            line = answer.readline().decode()
            if not line.endswith("\n"):
                return
            if line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("data: ") and number is not None and line.endswith("}\n"):
                if number != len(self.changes) + 1:
                    self.errors.append(f"change {number} came after change {len(self.changes)}")
                self.changes.append(json.loads(line[6:]))
                number = None


def have_commands(server):
    """Whether commands can run on this machine at all."""
    session = server.session()
    server.send(session, "do r as probe", "first")
    harness.wait(lambda: windows.at_rest(server, session))
    ran = server.events(session, "agent_run_repository_command")
    return bool(ran) and ran[0]["payload"]["error"] is None


def kill_at_random(server, rng, sending, problems):
    how = rng.random()
    if how < 0.5:
        time.sleep(rng.uniform(0.02, 0.9))
    else:
        moment = sending if how < 0.7 else server.model.moments.anything
        moment.clear()
        moment.wait(2)
        time.sleep(rng.uniform(0, 0.03))
    server.kill()
    kills = 1
    while rng.random() < 0.15:  # and the one that recovers
        server.spawn()
        time.sleep(rng.uniform(0, 1.2) * server.starts[0])
        server.kill()
        kills += 1
    if left := server.left():
        problems.append(f"left behind: {left[:3]}")
    server.start()
    return kills


def check(server, client, reader, seen, problems):
    events = server.events(client.session)
    name = client.session[-4:]
    messages = [(e["id"], e["payload"]["message"]) for e in events if e["type"] == "user_message"]
    if messages != [(i, text) for _, i, text in client.acknowledged]:
        problems.append(f"{name}: {len(messages)} messages stored, {len(client.acknowledged)} acknowledged, "
                        "or in another order")
    by_id = {e["id"]: e for e in events}
    problems += [f"{name}: {i} was complete and has changed" for i, e in seen.items() if by_id.get(i) != e]
    for event in events:
        error = event["payload"].get("error") or {}
        if event["status"] == "canceled" and error.get("code") != "interrupted":
            problems.append(f"{name}: {event['type']} is canceled: {error}")
        if event["type"] == "agent_file_create" and event["status"] == "completed" and not error:
            if not (server.tree(client.session) / event["payload"]["path"]).exists():
                problems.append(f"{name}: {event['payload']['path']} is lost")
    # What the agent says it has done is there, in the order of the messages.
    done = [text.split()[0] for text in windows.texts(events, "agent_message") if text.strip().endswith("is done .")]
    plans = {text.split()[-1]: text.split()[1].split(",") for _, _, text in client.acknowledged}
    # A turn that is killed between its last word and its end says it again.
    said = [plan for n, plan in enumerate(done) if n == 0 or done[n - 1] != plan]
    if said != [plan for plan in plans if plan in done]:
        problems.append(f"{name}: worked off in another order: {said}")
    for plan in done:
        missing = [k for k, letter in enumerate(plans[plan]) if letter == "c"
                   and not (server.tree(client.session) / "work" / f"{plan}-{k}.txt").exists()]
        if missing and not any(e["type"] == "system_message" and e["payload"]["code"] == "resumed"
                               and e["session_goal_id"] == i for e in events for _, i, t in client.acknowledged
                               if t.split()[-1] == plan):
            problems.append(f"{name}: {plan} says it is done, and has not done {missing}")
    marks = server.marks(client.session)
    if len(marks) != len(set(marks)):
        problems.append(f"{name}: a command ran twice")
    last = server.get(client.session + "?include=details")["details"]["last_change"]
    if not harness.wait(lambda: len(reader.changes) >= last, 10):
        problems.append(f"{name}: the stream gave {len(reader.changes)} of {last} changes")
    replayed = {}
    for change in reader.changes:
        replayed[change["id"]] = change
    if list(replayed.values()) != events:
        problems.append(f"{name}: what the stream gave is not the timeline")
    windows.check_patch(server, client.session, lambda what: problems.append(f"{name}: {what}"))


def random_kills(server, options, rng, commands, problems):
    sending = threading.Event()
    sessions = [server.session(recovery="hold" if n % 3 == 2 else "resume", auto_commit=n % 3 == 1)
                for n in range(options.sessions)]
    clients = [Client(server, session, random.Random(rng.random()), commands, sending) for session in sessions]
    readers = [Reader(server, session) for session in sessions]
    for thread in clients + readers:
        thread.start()
    seen = {session: {} for session in sessions}  # what was complete before a kill
    kills = 0
    for _ in range(options.rounds):
        session = rng.choice(sessions)
        seen[session].update({e["id"]: e for e in server.events(session) if e["status"] in ("completed", "canceled")
                              and e["type"] != "user_message"})
        kills += kill_at_random(server, rng, sending, problems)
    for client in clients:
        client.ending = True
    for client in clients:
        client.join(90)
        # What was held begins with the next message.
        client.send(1_000_000, f"do c as s{client.session[-4:]}last")
    for client, reader in zip(clients, readers):
        if not harness.wait(lambda s=client.session: windows.at_rest(server, s), options.patience):
            left = sum(1 for e in server.events(client.session) if e["status"] == "queued")
            problems.append(f"{client.session}: does not come to rest: {server.get(client.session)['agent_status']}, "
                            f"{left} messages wait")
        check(server, client, reader, seen[client.session], problems)
        reader.ending = True
        problems += client.errors + reader.errors
    if len(server.pushes()) != len(set(server.pushes())):
        problems.append("pushed twice")
    total = sum(len(c.acknowledged) for c in clients)
    made = sum(1 for session in sessions for _ in server.tree(session).glob("work/*"))
    if made < total / 4:
        problems.append(f"only {made} files were made for {total} messages")
    changes = sum(len(reader.changes) for reader in readers)
    return f"{kills} random kills: {total} acknowledged messages, {made} files, {changes} changes on the streams", kills


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--rounds", type=int, default=24)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sessions", type=int, default=3)
    options.add_argument("--patience", type=float, default=240, help="seconds for the work that is left in the end")
    options.add_argument("--no-windows", action="store_true")
    options = options.parse_args()
    rng = random.Random(options.seed)
    problems, kills = [], 0
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        server = harness.Server(options.program, pathlib.Path(name))
        try:
            server.start()
            server.connect()
            commands = have_commands(server)
            if not commands:
                print("SKIPPED: what needs commands, since none can run here", flush=True)
            if not options.no_windows:
                kills += windows.all_windows(server, commands, problems)
                print(f"{kills} kills in chosen moments, {len(problems)} problems", flush=True)
            said, more = random_kills(server, options, rng, commands, problems)
            kills += more
            print(f"{said}; slowest start {max(server.starts) * 1000:.0f} ms", flush=True)
            if left := server.left():
                problems.append(f"left behind at the end: {left[:3]}")
            if code := server.stop():
                problems.append(f"the server ended with {code}")
            for sign in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error"):
                if sign in server.log():
                    problems.append(server.log()[-3000:])
        finally:
            if server.process and server.process.poll() is None:
                server.kill()
            server.model.close()
    for problem in problems[:20]:
        print("FAIL", problem)
    print(f"{kills - min(kills, len(problems))} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
