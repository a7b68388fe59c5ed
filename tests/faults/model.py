"""A model for fault tests: it has no memory, so what it answers follows from the conversation alone.

A message "do c,r,p as NAME" is a plan of one call for each letter; after the last one the model says "NAME is done":

  c  creates a file of its own           r  a command that appends a line to marks.txt
  s  the same, and then runs for long    e  the same, and a second line when the test says so: NAME-go is there
  b  reads a large file                  m  commits
  p  pushes                              h  the model begins to speak and says no more

A summary of the conversation keeps the plan and how far it is. Where a test waits for a moment (a stream that has
begun, a summary that is asked for), the model tells it and hangs.
"""
import http.server
import json
import re
import threading

PLAN = re.compile(r"do ([a-z](?:,[a-z])*) as (\w+)(?: done=(\d+))?")


class Moments:
    """Things that happen once and that a test waits for, by name."""

    def __init__(self):
        self.lock, self.events, self.hung = threading.Lock(), {}, set()
        self.anything = threading.Event()  # set at each request

    def of(self, name):
        with self.lock:
            return self.events.setdefault(name, threading.Event())

    def first(self, name):
        with self.lock:
            fresh = name not in self.hung
            self.hung.add(name)
            return fresh


def plan_of(messages):
    """The letters, the name, and how many calls were made."""
    steps, name, done = [], "none", 0
    for message in messages:
        text = message.get("content") or ""
        text = text if isinstance(text, str) else json.dumps(text)
        if message["role"] == "user":
            for found in PLAN.finditer(text):
                steps, name, done = found[1].split(","), found[2], int(found[3] or 0)
        elif message["role"] == "tool":
            done += 1
    return steps, name, done


def call_for(step, name, done, mark):
    if step == "c":
        return "create_file", {"path": f"work/{name}-{done}.txt", "content": f"{name} {done}\n", "overwrite": True}
    if step == "b":
        return "read_file_range", {"path": "big.txt", "start_line": done + 1, "end_line": 140}
    if step == "m":
        return "commit", {"message": f"{name} {done}"}
    if step == "p":
        return "push_to_remote", {}
    line = f": {mark}; echo {name}-{done} >> marks.txt"
    if step == "s":
        line += f"; (sleep 60; : {mark}) & sleep 60"
    if step == "e":
        line += f"; until [ -e {name}-go ]; do sleep 0.05; done; echo {name}-{done}-end >> marks.txt"
    return "run_command", {"command": line}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mark, moments = "", None

    def log_message(self, *_):
        pass

    def send(self, delta, finish=None):
        chunk = {"id": "c", "object": "chat.completion.chunk", "model": "m",
                 "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def hang(self):
        """Until the server is gone."""
        self.connection.settimeout(120)
        try:
            while self.connection.recv(1000):
                pass
        except OSError:
            pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.moments.anything.set()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.close_connection = True
        self.end_headers()
        try:
            self.answer(request["messages"])
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass  # the server was killed

    def answer(self, messages):
        system = messages[0].get("content") or ""
        if "You shorten the log" in system:
            return self.summarise(messages[1]["content"])
        steps, name, done = plan_of(messages)
        if done >= len(steps):
            for word in f"{name} is done .".split():
                self.send({"role": "assistant", "content": word + " "})
            return self.send({}, "stop")
        self.send({"role": "assistant", "content": f"step {done} of {name}"})
        if steps[done] == "h":
            if self.moments.first(f"stream {name}"):
                self.moments.of(f"stream {name}").set()
                return self.hang()
            return self.send({}, "stop")
        tool, args = call_for(steps[done], name, done, self.mark)
        arguments = json.dumps(args)
        call = {"index": 0, "id": f"call_{name}_{done}", "type": "function", "function": {"name": tool, "arguments": ""}}
        self.send({"tool_calls": [call]})
        for part in (arguments[:7], arguments[7:]):
            self.send({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
        self.send({}, "tool_calls")

    def summarise(self, log):
        found = list(PLAN.finditer(log))[-1]
        done = int(found[3] or 0) + log.count("CALL:", found.end())
        if self.moments.first(f"summary {found[2]}"):
            self.moments.of(f"summary {found[2]}").set()
            return self.hang()
        self.send({"role": "assistant", "content": f"SUMMARY: do {found[1]} as {found[2]} done={done}"})
        return self.send({}, "stop")


class Model:
    """Serves on 127.0.0.1 until close()."""

    def __init__(self, mark):
        self.moments = Moments()
        handler = type("Playing", (Handler,), {"mark": mark, "moments": self.moments})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
