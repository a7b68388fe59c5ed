#!/usr/bin/env python3
"""Sessions of Docent beside those of opencode's server, in turns, under the same client.

  bench/sessions.py build/release/docent [appends] [lists] [start] [followers] [--opencode FOLDER] [--seconds 3]

appends    durable messages a second with 1 and 8 clients; no model answers them
lists      lists of 100 events a second, of a session with 600
start      start to ready with 1,000 sessions stored, and resident memory then
followers  1,000 event streams on one session, then 100 on each server: memory of each, and how long 50 messages take to
           reach them

FOLDER is where `npm install opencode-ai` was run (default: a new one below the system's temporary folder). Without npm,
or with "none", only Docent is measured. The load client is build/bench/bench/http_load. Docent flushes each group of appends to
the disk; with TMPDIR=/dev/shm that costs nothing. All of it is on 127.0.0.1 and ends by itself.
"""
import argparse
import http.server
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
from ports import free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOAD = ROOT / "build/bench/bench/http_load"
TEXT = "Look at the pages about installation and tell me which of them speak of a version that is gone. "
END = "end-of-message"  # what a follower looks for
TEXT = TEXT * 2 + END


class Silent(http.server.BaseHTTPRequestHandler):
    """A model that takes a question and says nothing: what comes after the first message waits."""

    def do_POST(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        try:
            while self.connection.recv(1 << 16):
                pass
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server:
    """A process, and what is asked of it."""
    headers = ""

    def call(self, method, path, body=None, timeout=60):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers=dict(line.split(": ", 1) for line in self.headers.splitlines()))
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def wait(self, path):
        began = time.perf_counter()
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - began
            except OSError:
                pass
            if self.process.poll() is not None or time.perf_counter() - began > 90:
                sys.exit(f"{self.name} did not start; see {self.log}")
            time.sleep(0.002)

    def spawn(self, argv, cwd=None, env=None):
        self.log = self.folder / "server.log"
        self.process = subprocess.Popen(argv, cwd=cwd, env=env, stdout=open(self.log, "ab"), stderr=subprocess.STDOUT)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024

    def load(self, method, path, clients, seconds, body=""):
        before = self.cpu()
        out = subprocess.run([LOAD, "load", str(self.port), method, path, str(clients), str(seconds), self.headers, body],
                             check=True, capture_output=True, text=True).stdout
        got = json.loads(out)
        got["cpu"] = 1000 * (self.cpu() - before) / max(1, got["count"])
        return got


class Docent(Server):
    name = "docent"

    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder / "docent", free_port()
        self.folder.mkdir()
        model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
        model.daemon_threads = True
        threading.Thread(target=model.serve_forever, daemon=True).start()
        repo = self.folder / "repo"
        repo.mkdir()
        (repo / "index.md").write_text("# Hello\n")
        subprocess.run("git init -q -b main . && git add . && git -c user.name=t -c user.email=t@localhost commit -qm first",
                       shell=True, check=True, cwd=repo)
        (self.folder / "docent.toml").write_text(
            "[agent]\nmax_queued = 100000000\nmax_open = 1000000\n"
            f'[models.m]\nprovider = "openai"\nbase_url = "http://127.0.0.1:{model.server_address[1]}/v1"\n'
            'name = "m"\napi_key = "x"\n')

    def start(self):
        self.spawn([self.program, "serve", "--config", self.folder / "docent.toml", "--data", self.folder / "data",
                    "--docs", self.folder / "repo", "--listen", f"127.0.0.1:{self.port}"])
        took = self.wait("/readyz")
        if not self.headers:
            key = subprocess.run([self.program, "key", "create", "--data", self.folder / "data", "--project", "default",
                                  "--kind", "sessions"], check=True, capture_output=True, text=True).stdout.strip()
            self.headers = f"x-api-key: {key}\ncontent-type: application/json\n"
        return took

    def session(self):
        return self.call("POST", "/api/v1/sessions", {"branch_name": None})["id"]

    def append_to(self, session):
        return f"/api/v1/sessions/{session}/messages", json.dumps({"message": TEXT, "client_id": "m{n}"})

    def list_of(self, session):
        return f"/api/v1/sessions/{session}/events?limit=100"

    def stream_of(self, session):
        return f"/api/v1/sessions/{session}/events/stream"


class Opencode(Server):
    name = "opencode"
    headers = "content-type: application/json\n"

    def __init__(self, binary, folder):
        self.binary, self.folder, self.port = binary, folder / "opencode", free_port()
        self.repo = self.folder / "repo"
        self.repo.mkdir(parents=True)
        subprocess.run("git init -q -b main . && git -c user.name=t -c user.email=t@localhost commit -q --allow-empty -m first",
                       shell=True, check=True, cwd=self.repo)

    def start(self):
        home = self.folder / "home"
        env = {**os.environ, "HOME": str(home), **{f"XDG_{n}_HOME": str(home / n.lower())
                                                   for n in ("DATA", "CONFIG", "CACHE", "STATE")},
               **{f"OPENCODE_DISABLE_{n}": "1" for n in ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS",
                                                         "SHARE")}}
        self.spawn([self.binary, "serve", "--hostname", "127.0.0.1", "--port", str(self.port), "--pure"], self.repo, env)
        return self.wait("/global/health")

    def session(self):
        return self.call("POST", "/api/session", {"location": {"directory": str(self.repo)}})["data"]["id"]

    def append_to(self, session):
        return f"/api/session/{session}/prompt", json.dumps(
            {"id": f"msg_{time.time_ns() % 10**14:014}" + "{n}", "prompt": {"text": TEXT}, "delivery": "queue", "resume": False})

    def list_of(self, session):
        return f"/api/session/{session}/history?limit=100&after=0"

    def stream_of(self, session):
        return f"/api/session/{session}/event?after=0"


def pressure():
    try:
        return pathlib.Path("/proc/pressure/cpu").read_text().split()[1]
    except OSError:
        return "?"


def table(title, rows):
    print(f"\n{title} (cpu pressure {pressure()})\n\n| server | clients | a second | p50, p99 ms | server's CPU ms each |")
    print("|---|---|---|---|---|")
    for name, clients, got in rows:
        codes = "" if set(got["codes"]) <= {"200", "201"} else f" {got['codes']}"
        print(f"| {name} | {clients} | {got['rate']:,.0f}{codes} | {got['p50']:.2f}, {got['p99']:.2f} | {got['cpu']:.2f} |",
              flush=True)


def in_turns(servers, seconds, what):
    """Each server twice, in turns; of the two runs the better one."""
    rows = []
    for clients in (1, 8):
        best = {}
        for _ in range(2):
            for server in servers:
                got = what(server, clients, seconds)
                if got["rate"] > best.get(server, {"rate": 0})["rate"]:
                    best[server] = got
        rows += [(server.name, clients, got) for server, got in best.items()]
        if len(servers) > 1:
            print(f"{clients} clients: {best[servers[0]]['rate'] / best[servers[1]]['rate']:.1f} times", flush=True)
    return rows


def filled(server, count):
    """A session with so many messages."""
    session = server.session()
    path, body = server.append_to(session)
    for n in range(count):
        server.call("POST", path, json.loads(body.replace("{n}", f"{n:012}")))
    return session


def appends(servers, seconds):
    def run(server, clients, time_of_it):
        path, body = server.append_to(server.session())
        return server.load("POST", path, clients, time_of_it, body)

    for server in servers:
        run(server, 1, 0.5)
    table("Durable appends", in_turns(servers, seconds, run))


def lists(servers, seconds):
    sessions = {server: filled(server, 600) for server in servers}

    def run(server, clients, time_of_it):
        return server.load("GET", server.list_of(sessions[server]), clients, time_of_it)

    for server in servers:
        print(f"{server.name}: {run(server, 1, 0.5)['bytes']} bytes a list")
    table("Lists of 100 of 600 events", in_turns(servers, seconds, run))


def start(servers, _):
    print("\n| server | sessions stored | made in s | start to ready ms | resident MiB |\n|---|---|---|---|---|")
    for server in servers:
        began = time.perf_counter()
        for _ in range(1000):
            server.session()
        made = time.perf_counter() - began
        times = []
        for _ in range(3):
            server.stop()
            times.append(server.start())
        print(f"| {server.name} | 1,000 | {made:.1f} | {1000 * min(times):.0f} | {server.resident():.1f} |", flush=True)


def followed(server, count, messages, pause):
    """So many streams on one session, and messages to all of them, one after a pause: the figures, or what went wrong."""
    session = server.session()
    path, body = server.append_to(session)

    def say(number):
        text = json.loads(body.replace("{n}", f"{number:012}").replace(END, f"{time.monotonic_ns():020} {END}"))
        server.call("POST", path, text)

    say(0)  # some streams send no byte before there is an event
    time.sleep(1)
    before = server.resident()
    client = subprocess.Popen([LOAD, "follow", str(server.port), server.stream_of(session), str(count), END, str(messages),
                               "90", server.headers], stdout=subprocess.PIPE, text=True)
    line = client.stdout.readline().strip()
    if line != "ready":
        client.wait()
        return f"not all of {count} streams answered: {line}"
    time.sleep(1)
    each = (server.resident() - before) * 1024 / count
    cpu, began = server.cpu(), time.perf_counter()
    for number in range(1, messages):
        say(number)
        time.sleep(pause)
    got = json.loads(client.stdout.readline())
    got |= {"took": time.perf_counter() - began, "memory": each, "cpu": 1000 * (server.cpu() - cpu) / count / (messages - 1)}
    client.wait()
    return got


def followers(servers, _, messages=50, pause=0.05):
    """Docent with 1,000 streams, then both in turns with as many as opencode takes."""
    print(f"\n{messages} messages of {len(TEXT)} bytes to all streams of a session (cpu pressure {pressure()})\n\n"
          "| server | streams | had all | delay p50, p99 ms | KiB a stream | CPU ms an event and stream | seconds |\n"
          "|---|---|---|---|---|---|---|")
    for count in (1000, 100):
        for _ in range(1 if count == 1000 else 2):
            for server in servers:
                if count == 1000 and server.name != "docent":
                    continue
                got = followed(server, count, messages, pause)
                if isinstance(got, str):
                    print(f"| {server.name} | {count} | {got} |", flush=True)
                else:
                    print(f"| {server.name} | {count} | {got['whole']} | {got['p50']:.1f}, {got['p99']:.1f} | {got['memory']:.0f} "
                          f"| {got['cpu']:.4f} | {got['took']:.1f} |", flush=True)


def find_opencode(folder):
    if folder == "none":
        return None
    found = sorted(pathlib.Path(folder).glob("node_modules/opencode-linux-*/bin/opencode"), key=lambda p: len(str(p)))
    if found or not shutil.which("npm"):
        return found[0] if found else None
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder,
                    "opencode-ai"], check=False)
    found = sorted(pathlib.Path(folder).glob("node_modules/opencode-linux-*/bin/opencode"), key=lambda p: len(str(p)))
    return found[0] if found else None


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("what", nargs="*", default=["appends", "lists", "start", "followers"])
    options.add_argument("--opencode", default=str(pathlib.Path(tempfile.gettempdir()) / "docent-bench-opencode"))
    options.add_argument("--seconds", type=float, default=3)
    options = options.parse_args()
    if not LOAD.exists():
        sys.exit("build it first: cmake --preset bench && cmake --build build/bench --target http_load")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    binary = find_opencode(options.opencode)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        servers = [Docent(str(pathlib.Path(options.program).resolve()), folder)]
        if binary:
            servers.append(Opencode(str(binary), folder))
        else:
            print("only Docent is measured")
        try:
            for server in servers:
                print(f"{server.name} starts in {server.start():.2f} s, {server.resident():.0f} MiB")
            for what in options.what:
                {"appends": appends, "lists": lists, "start": start, "followers": followers}[what](servers, options.seconds)
        finally:
            for server in servers:
                if getattr(server, "process", None) and server.process.poll() is None:
                    server.stop()


if __name__ == "__main__":
    main()
