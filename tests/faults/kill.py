#!/usr/bin/env python3
"""Kills a busy server at random moments and compares what it acknowledged with what is there afterwards.

  kill.py PROGRAM [--rounds 24] [--seed 1] [--sessions 3]

Each round: clients send messages to several sessions, with repeated client ids, while the agent edits files and
runs commands for the messages before; at a random moment the process gets SIGKILL; the next one starts on the same
data. What must hold then:

  - every acknowledged message is in its session's timeline, once, and in the order of the acknowledgements
  - changes are numbered without a gap, and no event that was seen complete has changed
  - when all is quiet: nothing is queued or processing, every session is idle, every file that a completed
    call made is there
  - no process of a command is left

The last line is "N passed, N failed". The same seed plays the same kills; how far the work is at each differs.
"""
import argparse
import http.server
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

MARK = f"docent-kill-test-{os.getpid()}"


class Model(http.server.BaseHTTPRequestHandler):
    """A model without a memory: what it answers follows from the conversation. A message "do N" gets N calls."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        messages = request["messages"]
        wanted, done, name = 0, 0, "none"
        for message in messages:
            text = message.get("content") or ""
            if message["role"] == "user":
                found = re.findall(r"do (\d+) as (\w+)", text if isinstance(text, str) else json.dumps(text))
                if found:
                    wanted, name, done = int(found[-1][0]), found[-1][1], 0
            elif message["role"] == "tool":
                done += 1
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()

        def send(delta, finish=None):
            chunk = {"id": "c", "object": "chat.completion.chunk", "model": "m",
                     "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        try:
            if done < wanted:
                if done % 2 == 0:
                    call = ("create_file", {"path": f"work/{name}-{done}.txt", "content": f"{name} {done}\n",
                                            "overwrite": True})
                else:
                    call = ("run_command", {"command": f"sleep 0.05; echo {MARK} {name} {done}"})
                send({"role": "assistant", "content": f"step {done} of {name}"})
                time.sleep(0.005)
                send({"tool_calls": [{"index": 0, "id": f"call_{name}_{done}", "type": "function",
                                      "function": {"name": call[0], "arguments": json.dumps(call[1])}}]})
                send({}, "tool_calls")
            else:
                for word in f"{name} is done .".split():
                    send({"role": "assistant", "content": word + " "})
                    time.sleep(0.002)
                send({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass  # the server was killed


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder, free_port()
        self.process, self.key = None, ""

    def start(self):
        log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--config", str(self.folder / "docent.toml"), "--data", str(self.folder / "data"),
             "--docs", str(self.folder / "repo"), "--listen", f"127.0.0.1:{self.port}"], stdout=log, stderr=log)
        began = time.monotonic()
        while time.monotonic() - began < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return time.monotonic() - began
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.005)
        sys.exit("the server did not start:\n" + (self.folder / "server.log").read_text()[-3000:])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def call(self, method, path, body=None, timeout=30):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1{path}", data, method=method,
                                         headers={"x-api-key": self.key, "content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            return json.loads(text) if text else None


class Client(threading.Thread):
    """Sends numbered messages to one session; each goes out again with its client id until it is acknowledged."""

    def __init__(self, server, session, rng):
        super().__init__(daemon=True)
        self.server, self.session, self.rng = server, session, rng
        self.sent, self.acknowledged, self.ending = 0, [], False
        self.errors = []

    def run(self):
        while not self.ending:
            number = self.sent
            body = {"message": f"do {self.rng.randint(1, 4)} as {self.session[-4:]}n{number}",
                    "client_id": f"{self.session}-{number}"}
            while True:
                try:
                    event = self.server.call("POST", f"/sessions/{self.session}/messages", body)
                    if self.acknowledged and self.acknowledged[-1][0] == number:
                        if self.acknowledged[-1][1] != event["id"]:
                            self.errors.append(f"client id {number} became two messages")
                    else:
                        self.acknowledged.append((number, event["id"], body["message"]))
                    # Now and then the answer is taken for lost, and the same message goes out again.
                    if self.rng.random() < 0.8:
                        break
                except urllib.error.HTTPError as error:
                    if error.code != 429:
                        self.errors.append(f"{error.code}: {error.read()[:200]}")
                        return
                    time.sleep(0.05)
                except OSError:
                    time.sleep(0.02)
                if self.ending and not (self.acknowledged and self.acknowledged[-1][0] == number):
                    return
            self.sent += 1
            time.sleep(self.rng.random() * 0.15)


def left_processes():
    left = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if MARK in command:
            left.append(command)
    return left


def quiet(server, sessions, limit):
    """True once every session is idle with nothing open."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        if all(server.call("GET", f"/sessions/{s}")["agent_status"] in ("idle", "error") and
               not any(e["status"] in ("queued", "processing") for e in server.call("GET", f"/sessions/{s}/events"))
               for s in sessions):
            return True
        time.sleep(0.1)
    return False


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--rounds", type=int, default=24)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sessions", type=int, default=3)
    options = options.parse_args()
    rng = random.Random(options.seed)
    passed, problems = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        repo = folder / "repo"
        repo.mkdir()
        (repo / "index.md").write_text("# Hello\n\nA page.\n")
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-C", str(repo)]
        subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
        model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
        threading.Thread(target=model.serve_forever, daemon=True).start()
        (folder / "docent.toml").write_text(
            f'[models.m]\nprovider = "openai"\nbase_url = "http://127.0.0.1:{model.server_address[1]}/v1"\n'
            'name = "m"\napi_key = "x"\n')
        server = Server(options.program, folder)
        server.start()
        server.key = subprocess.run(
            [options.program, "key", "create", "--data", str(folder / "data"), "--project", "default", "--kind",
             "sessions"], check=True, capture_output=True, text=True).stdout.strip()
        sessions = [server.call("POST", "/sessions", {"branch_name": None})["id"] for _ in range(options.sessions)]
        clients = [Client(server, session, random.Random(rng.random())) for session in sessions]
        for client in clients:
            client.start()
        seen = {session: {} for session in sessions}  # what was complete before a kill
        slowest = 0.0
        for _ in range(options.rounds):
            time.sleep(rng.uniform(0.02, 0.9))
            for session in sessions:
                if rng.random() < 0.3:
                    for event in server.call("GET", f"/sessions/{session}/events"):
                        if event["status"] in ("completed", "canceled"):
                            seen[session][event["id"]] = event
            server.kill()
            time.sleep(0.05)
            if left := left_processes():
                problems.append(f"left behind: {left[:3]}")
            slowest = max(slowest, server.start())
            passed += 1
        for client in clients:
            client.ending = True
        for client in clients:
            client.join(60)
        if not quiet(server, sessions, 240):
            problems.append("sessions did not come to rest")
        for client in clients:
            problems += client.errors
            events = server.call("GET", f"/sessions/{client.session}/events")
            messages = [e for e in events if e["type"] == "user_message"]
            if [(e["id"], e["payload"]["message"]) for e in messages if e["client_id"]] != \
                    [(i, m) for _, i, m in client.acknowledged]:
                problems.append(f"{client.session}: {len(messages)} messages stored, {len(client.acknowledged)} acknowledged, "
                                "or in another order")
            by_id = {e["id"]: e for e in events}
            for event_id, event in seen[client.session].items():
                if by_id.get(event_id) != event:
                    problems.append(f"{event_id} was complete and has changed")
            for event in events:
                if event["type"] == "agent_file_create" and event["status"] == "completed" and \
                        not event["payload"]["error"]:
                    path = folder / "data" / "trees" / client.session / "tree" / event["payload"]["path"]
                    if not path.exists():
                        problems.append(f"{event['payload']['path']} is lost")
        if left := left_processes():
            problems.append(f"left behind at the end: {left[:3]}")
        server.process.terminate()
        if server.process.wait(30) != 0:
            problems.append(f"the server ended with {server.process.returncode}")
        log = (folder / "server.log").read_text()
        if "ERROR: AddressSanitizer" in log or "WARNING: ThreadSanitizer" in log or "runtime error" in log:
            problems.append(log[-3000:])
        total = sum(len(c.acknowledged) for c in clients)
        made = sum(1 for _ in (folder / "data" / "trees").glob("*/tree/work/*"))
        if made < total / 4:
            problems.append(f"only {made} files were made for {total} messages")
        print(f"{options.rounds} kills, {total} acknowledged messages, {made} files, slowest start {slowest * 1000:.0f} ms, "
              f"seed {options.seed}")
        model.shutdown()
    for problem in problems[:20]:
        print("FAIL", problem)
    print(f"{passed + (0 if problems else 1)} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
