"""The moments at which a kill is most likely to lose or repeat something, each brought about from outside.

In every window there are two sessions, one with recovery "resume" and one with "hold". Both are at the same point of
their turn, with another message waiting, when the process is killed.
"""
import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time

from harness import git, retry, wait

LOCK = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(60)
"""


@contextlib.contextmanager
def writing_stops(server):
    """Nothing can be committed meanwhile. The one who locks is killed, too: it tidies nothing up."""
    locker = subprocess.Popen([sys.executable, "-c", LOCK, str(server.data / "docent.db")], stdout=subprocess.PIPE)
    try:
        locker.stdout.readline()
        yield
    finally:
        locker.kill()
        locker.wait()


class Window:
    name, plan, model = "", "c", "m"
    open = None        # the type of the call that is cut off
    commands = False   # needs a sandbox
    said = True        # after a resume the plan is followed to its end

    def reach(self, server, names):
        """Both sessions are at the moment when this returns. `names`: session -> name of its plan."""

    def before_kill(self, server):
        return contextlib.nullcontext()

    def after_kill(self, server):
        pass


class Stream(Window):
    name, plan, said = "during the model's stream", "c,h", False

    def reach(self, server, names):
        return all(server.model.moments.of(f"stream {name}").wait(30) for name in names.values())


class Command(Window):
    name, plan, open, commands = "during a command", "c,s,c", "agent_run_repository_command", True

    def reach(self, server, names):
        return all(wait(lambda s=session, n=name: f"{n}-1" in server.marks(s), 30) for session, name in names.items())


class Unrecorded(Window):
    """The command has ended, what came of it is not stored."""
    name, plan, open, commands = "between a command's end and its event", "c,e,c", "agent_run_repository_command", True

    def reach(self, server, names):
        return all(wait(lambda s=session, n=name: f"{n}-1" in server.marks(s), 30) for session, name in names.items())

    @contextlib.contextmanager
    def before_kill(self, server):
        with writing_stops(server):
            for session, name in self.names.items():
                (server.tree(session) / f"{name}-go").touch()
            wait(lambda: all(f"{name}-1-end" in server.marks(session) for session, name in self.names.items()), 30)
            time.sleep(0.2)
            yield


class Compaction(Window):
    name, plan, model = "during compaction", "b,b,b,b,b,b,b,b,c", "small"

    def reach(self, server, names):
        return all(server.model.moments.of(f"summary {name}").wait(60) for name in names.values())


class Push(Window):
    name, plan, open = "during a push", "c,m,p,c", "agent_push_to_remote"

    def reach(self, server, names):
        (server.folder / "hold").touch()
        before = len(server.pushes())
        return wait(lambda: len(server.pushes()) >= before + len(names), 60)

    def after_kill(self, server):
        (server.folder / "hold").unlink()


WINDOWS = [Stream, Command, Unrecorded, Compaction, Push]


def texts(events, kind):
    return [e["payload"]["message"] for e in events if e["type"] == kind]


def codes(events):
    return [e["payload"]["code"] for e in events if e["type"] == "system_message"]


def at_rest(server, session):
    return server.get(session)["agent_status"] in ("idle", "error") and not any(
        e["status"] in ("queued", "processing") for e in server.events(session))


def play(server, window, number, problems):
    """One kill in this window, and all that must hold after it."""
    window.names = {}

    def wrong(what):
        problems.append(f"{window.name}: {what}")

    sessions = {policy: server.session(recovery=policy, model=window.model) for policy in ("resume", "hold")}
    for policy, session in sessions.items():
        name = f"w{number}{policy}"
        window.names[session] = name
        server.send(session, f"do {window.plan} as {name}", "first")
        server.send(session, f"do c as {name}b", "second")
    if not window.reach(server, window.names):
        return wrong("the moment did not come")
    with window.before_kill(server):
        server.kill()
        window.after_kill(server)
    if left := server.left():
        wrong(f"left behind: {left[:3]}")
    server.start()
    resume, hold = sessions["resume"], sessions["hold"]
    held = server.events(hold)
    if server.get(hold)["agent_status"] != "idle" or any(e["status"] == "processing" for e in held):
        wrong("a session that holds is not at rest")
    if [e["status"] for e in held if e["type"] == "user_message"] != ["completed", "queued"]:
        wrong("a session that holds took what waits")
    if codes(held).count("interrupted") != 1 or "resumed" in codes(held):
        wrong(f"a session that holds says {codes(held)}")
    if "resumed" not in codes(server.events(resume)):
        wrong("a session that resumes does not")
    if not wait(lambda: at_rest(server, resume), 60):
        return wrong("a session that resumes does not come to rest")
    if server.events(hold) != held:
        wrong("a session that holds went on")
    for session in sessions.values():
        server.send(session, f"do c as {window.names[session]}c", "third")
        if not wait(lambda s=session: at_rest(server, s), 60):
            return wrong("a session does not come to rest")
    for policy, session in sessions.items():
        check_session(server, window, policy, session, wrong)


def check_session(server, window, policy, session, wrong):
    events, name = server.events(session), window.names[session]
    messages = [e for e in events if e["type"] == "user_message"]
    if [(e["client_id"], e["status"]) for e in messages] != [(c, "completed") for c in ("first", "second", "third")]:
        wrong(f"{policy}: the messages are {[(e['client_id'], e['status']) for e in messages]}")
    cut = [e for e in events if e["status"] == "canceled"]
    if [e["type"] for e in cut] != ([window.open] if window.open else []):
        wrong(f"{policy}: cut off are {[e['type'] for e in cut]}")
    if any(e["payload"]["error"]["code"] != "interrupted" for e in cut):
        wrong(f"{policy}: what was cut off does not say so")
    done = [text for text in texts(events, "agent_message") if text.strip().endswith("is done .")]
    expected = [f"{name}{part} is done ." for part in ("", "b", "c")]
    if policy == "hold" or not window.said:
        expected = expected[1:]
    if [text.strip() for text in done] != expected:
        wrong(f"{policy}: said was {done}")
    for part in ("b", "c"):
        if not (server.tree(session) / "work" / f"{name}{part}-0.txt").exists():
            wrong(f"{policy}: what message {part} asks for was not done")
    marks = server.marks(session)
    if len(marks) != len(set(marks)):
        wrong(f"{policy}: a command ran twice: {marks}")
    if len(server.pushes()) != len(set(server.pushes())):
        wrong(f"{policy}: pushed twice: {server.pushes()}")
    check_patch(server, session, wrong)


def patch_of(server, session):
    with server.open("GET", f"/sessions/{session}/diff", headers={"accept": "text/x-diff"}.items()) as answer:
        return answer.read()


def check_patch(server, session, wrong):
    """What the session did can be taken away as a patch, whether it was committed or not."""
    tree = server.tree(session)
    if not tree.exists():
        return
    clone = server.folder / "clones" / session
    if not clone.exists():
        git(server.folder, "clone", "-q", str(server.folder / "work"), str(clone))
    git(clone, "checkout", "-q", "-f", ".")
    git(clone, "clean", "-qfd")
    patch = clone.with_suffix(".patch")
    patch.write_bytes(patch_of(server, session))
    if patch.stat().st_size:
        git(clone, "apply", str(patch))
    for path in tree.rglob("*"):
        name = path.relative_to(tree)
        if not path.is_file() or name.parts[0] == ".git":
            continue
        if not (clone / name).is_file() or (clone / name).read_bytes() != path.read_bytes():
            wrong(f"{name} is not in the patch")


def before_the_commit(server, number, problems):
    """A message that nobody could store yet is not there; sent again, it is there once."""
    sessions = [server.session(recovery=policy) for policy in ("resume", "hold")]
    answers = []

    def send(session):
        try:
            answers.append(server.send(session, f"do c as w{number}", "first"))
        except OSError:
            pass

    senders = [threading.Thread(target=send, args=(session,)) for session in sessions]
    with writing_stops(server):
        for sender in senders:
            sender.start()
        time.sleep(0.2)
        server.kill()
    for sender in senders:
        sender.join(30)
    server.start()
    for session in sessions:
        if answers or server.events(session):
            problems.append("before the commit: something was acknowledged or is there")
        retry(lambda s=session: server.send(s, f"do c as w{number}", "first"))
        if not wait(lambda s=session: at_rest(server, s), 60) or len(server.events(session, "user_message")) != 1:
            problems.append("before the commit: the message is not there once")


def before_the_answer(server, number, problems):
    """A message that is stored, and whose sender never heard of it, is the same one when it is sent again."""
    sessions = {policy: server.session(recovery=policy) for policy in ("resume", "hold")}
    connections, stored = [], {}
    for session in sessions.values():
        body = json.dumps({"message": f"do c as w{number}", "client_id": "first"})
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", f"/api/v1/sessions/{session}/messages", body,
                           {"x-api-key": server.key, "content-type": "application/json"})
        connections.append(connection)  # whose answer is never read
        if not wait(lambda s=session: server.events(s, "user_message"), 30):
            problems.append("before the answer: the message is not stored")
        stored[session] = server.events(session, "user_message")[0]["id"]
    server.kill()
    for connection in connections:
        connection.close()
    server.start()
    for policy, session in sessions.items():
        again = server.send(session, f"do c as w{number}", "first")
        if again["id"] != stored[session]:
            problems.append(f"before the answer: {policy}: sent again, it is another message")
        server.send(session, f"do c as w{number}x", "second")
        if not wait(lambda s=session: at_rest(server, s), 60):
            problems.append(f"before the answer: {policy}: no rest")
        if [e["client_id"] for e in server.events(session, "user_message")] != ["first", "second"]:
            problems.append(f"before the answer: {policy}: the messages are not there once and in order")


def all_windows(server, commands, problems):
    """How many kills that were."""
    before_the_commit(server, 0, problems)
    before_the_answer(server, 1, problems)
    played = 2
    for number, window in enumerate(WINDOWS, 2):
        if window.commands and not commands:
            continue
        play(server, window(), number, problems)
        played += 1
    return played
