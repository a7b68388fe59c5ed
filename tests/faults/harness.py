"""The real program on data of its own, with a git remote and a model, to be killed and started again."""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import model as playing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from ports import free_port

PRE_RECEIVE = """#!/bin/sh
read old new ref
echo "$ref $new" >> "{folder}/pushes"
n=0
while [ -e "{folder}/hold" ] && [ $n -lt 200 ]; do sleep 0.1; n=$((n+1)); done
"""


def git(folder, *words):
    return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-C", str(folder), *words],
                          check=True, capture_output=True, text=True).stdout


class Server:
    """One data directory. Each start is a new process on it, at the same port."""

    def __init__(self, program, folder, settings=""):
        self.program, self.folder, self.port = program, folder, free_port()
        self.data, self.config, self.output = folder / "data", folder / "docent.toml", folder / "server.log"
        self.process, self.key, self.starts = None, "", []
        self.mark = f"docent-kill-test-{os.getpid()}"
        self.model = playing.Model(self.mark)
        self.make_remote()
        (folder / "docs").mkdir()
        (folder / "docs" / "index.md").write_text("# Hello\n\nA page.\n")
        self.config.write_text(
            settings + f'[agent]\nlocal_repositories = ["{folder}"]\nmax_running = 6\n' +
            "".join(f'[models.{name}]\nprovider = "openai"\nbase_url = "{self.model.url}"\nname = "m"\napi_key = "x"\n'
                    f"context_tokens = {tokens}\nretries = 0\n" for name, tokens in (("m", 100_000), ("small", 14_000))))

    def make_remote(self):
        work, bare = self.folder / "work", self.folder / "remote.git"
        work.mkdir()
        (work / "README.md").write_text("# Hello\n\nA page.\n")
        (work / "big.txt").write_text("".join(f"In line {n} there are some words to be read, no more.\n"
                                              for n in range(150)))
        git(work, "init", "-q", "-b", "main")
        git(work, "add", ".")
        git(work, "commit", "-q", "-m", "first")
        git(self.folder, "clone", "-q", "--bare", str(work), str(bare))
        hook = bare / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(PRE_RECEIVE.format(folder=self.folder))
        hook.chmod(0o755)

    def connect(self):
        """A key, and the remote as the workspace's repository."""
        self.key = subprocess.run(
            [self.program, "key", "create", "--config", str(self.config), "--data", str(self.data), "--project", "default", "--kind", "sessions"],
            check=True, capture_output=True, text=True).stdout.strip()
        provider = self.call("POST", "/code-providers", {"platform": "git", "name": "here", "metadata": {"type": "none"}})
        self.call("POST", "/repositories", {
            "code_provider_id": provider["id"], "platform": "git", "name": "remote", "full_name": "t/remote",
            "external_id": "1", "clone_url": str(self.folder / "remote.git"), "default_branch": "main", "enabled": True,
            "settings": {"allow_push": True}})

    def spawn(self):
        log = open(self.output, "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--config", str(self.config), "--data", str(self.data),
             "--docs", str(self.folder / "docs"), "--listen", f"127.0.0.1:{self.port}"], stdout=log, stderr=log)

    def start(self):
        began = time.monotonic()
        self.spawn()
        while time.monotonic() - began < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    self.starts.append(time.monotonic() - began)
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.005)
        sys.exit("the server did not start:\n" + self.log()[-3000:])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def log(self):
        return self.output.read_text(errors="replace")

    def open(self, method, path, body=None, timeout=30, headers=()):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1{path}", data, method=method, headers={
            "x-api-key": self.key, "content-type": "application/json", **dict(headers)})
        return urllib.request.urlopen(request, timeout=timeout)

    def call(self, method, path, body=None, timeout=30):
        try:
            with self.open(method, path, body, timeout) as answer:
                text = answer.read()
        except http.client.HTTPException as error:  # cut off in the middle
            raise OSError(str(error)) from error
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise OSError("the answer was cut off") from error

    def session(self, **more):
        return self.call("POST", "/sessions", {"branch_name": None, **more})["id"]

    def send(self, session, text, client_id):
        return self.call("POST", f"/sessions/{session}/messages", {"message": text, "client_id": client_id})

    def events(self, session, types=""):
        return self.call("GET", f"/sessions/{session}/events" + (f"?types={types}" if types else ""))

    def get(self, session):
        return self.call("GET", f"/sessions/{session}")

    def tree(self, session):
        return self.data / "trees" / session / "tree"

    def marks(self, session):
        try:
            return (self.tree(session) / "marks.txt").read_text().split()
        except OSError:
            return []

    def pushes(self):
        try:
            return (self.folder / "pushes").read_text().split("\n")[:-1]
        except OSError:
            return []

    def left(self):
        """Processes of commands, and git at work in the data, that outlived the server. They are given a moment: the
        kernel ends them after it has ended their parent."""
        until = time.monotonic() + 3
        while found := list(self.living()):
            if time.monotonic() > until:
                return found
            time.sleep(0.02)
        return []

    def living(self):
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) in (os.getpid(), self.process.pid):
                continue
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z" and (self.mark in words or str(self.data) in words):
                yield f"{entry.name}: {words[:200]}"


def retry(call, limit=600):
    """Again until the server answers. What it refuses is raised; a full queue is waited for."""
    until = time.monotonic() + limit
    while True:
        try:
            return call()
        except urllib.error.HTTPError as error:
            if error.code != 429 or time.monotonic() > until:
                raise
            time.sleep(0.05)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def wait(condition, limit=60):
    """True once `condition` holds."""
    until = time.monotonic() + limit
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
