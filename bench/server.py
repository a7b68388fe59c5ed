#!/usr/bin/env python3
"""The promises of a running server, measured on the program: bench/server.py build/release/docent

Makes a documentation of 10,000 pages, then prints: the time to index it, start to ready with the index and
1,000 stored threads, resident memory when idle, and the time from a question to the first byte of the
answer's text. A question is on the disk before it is answered, so the disk's own time is printed beside; with
TMPDIR=/dev/shm it is none. Everything is on loopback and ends by itself.
"""
import http.client
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
from ports import free_port

PAGES, THREADS, QUESTIONS = 10_000, 1_000, 300
NOUNS = ["webhook", "invoice", "project", "token", "session", "queue", "worker", "bucket", "alert", "report", "cluster",
         "runner", "schedule", "secret", "region", "quota", "replica", "snapshot", "pipeline", "domain"]
VERBS = ["create", "rotate", "delete", "export", "verify", "retry", "archive", "share", "limit", "monitor"]


def write_docs(folder, rng):
    words = [f"{a}{b}" for a in ("auto", "pre", "multi", "sub", "re", "inter") for b in NOUNS] + NOUNS + VERBS
    for n in range(PAGES):
        verb, noun, name = rng.choice(VERBS), rng.choice(NOUNS), f"unit{n}"
        text = [f"---\ntitle: {verb.title()} a {noun} with {name}\n---\n"]
        for section in range(3):
            text.append(f"\n## {rng.choice(VERBS).title()} the {rng.choice(NOUNS)}\n")
            text += [" ".join(rng.choices(words, k=14)).capitalize() + f" for the {noun} of {name}." for _ in range(4)]
            text.append(f"\n```bash\n{name} {verb} --{noun}={section}\n```\n")
        path = folder / f"part{n // 100:03}" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(text))


def start(binary, data, port, *more):
    began = time.perf_counter()
    server = subprocess.Popen([binary, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", *more],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return server, time.perf_counter() - began
        except OSError:
            pass
        time.sleep(0.001)
        if server.poll() is not None or time.perf_counter() - began > 120:
            server.kill()
            sys.exit("the server did not become ready")


def resident(pid):
    """MiB: all, our own (heap, stacks, changed data), and the mapped index, which the system takes back at need."""
    own = everything = index = 0
    mapped = ""
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        name, *rest = line.split()
        if not name.endswith(":"):
            mapped = line
        elif name == "Rss:":
            everything += int(rest[0])
            index += int(rest[0]) if mapped.endswith(".idx") else 0
        elif name == "Private_Dirty:":
            own += int(rest[0])
    return f"{everything / 1024:.1f} MiB resident: {own / 1024:.1f} our own, {index / 1024:.1f} of the index file"


def cpu_ms(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def disk_ms(folder):
    """What the disk alone takes for one durable write of the size that a question is."""
    times, block = [], b"x" * 40960
    with open(pathlib.Path(folder, "probe"), "wb", buffering=0) as file:
        for _ in range(100):
            began = time.perf_counter()
            file.write(block)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(0.003)
    return times


def first_text(port, key, question):
    body = json.dumps({"fp": "bench", "messages": [{"role": "user", "content": question}]})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    began = time.perf_counter()
    connection.request("POST", "/v2/assistant/default/message", body,
                       {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    response = connection.getresponse()
    seen = b""
    while b'"text-delta"' not in seen:
        piece = response.read1(65536)
        if not piece:
            sys.exit(f"no text: {seen[:200]!r}")
        seen += piece
    took = time.perf_counter() - began
    response.read()
    connection.close()
    return took


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    binary, rng = str(pathlib.Path(sys.argv[1]).resolve()), random.Random(7)
    with tempfile.TemporaryDirectory() as root:
        docs, data = pathlib.Path(root, "docs"), str(pathlib.Path(root, "data"))
        docs.mkdir()
        write_docs(docs, rng)
        server, took = start(binary, data, free_port(), "--docs", str(docs))
        print(f"first start to ready: {took:.2f} s, {PAGES} pages read and indexed")
        server.terminate()
        server.wait()

        store = sqlite3.connect(pathlib.Path(data, "docent.db"))
        columns = [row[1] for row in store.execute("PRAGMA table_info(threads)")]
        kinds = {row[1]: row[2].upper() for row in store.execute("PRAGMA table_info(threads)")}
        project = store.execute("SELECT id FROM projects").fetchone()[0]
        for n in range(THREADS):
            row = [project if c == "project_id" else 1 if "INT" in kinds[c] else f"{n:026}" for c in columns]
            store.execute(f"INSERT INTO threads ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})", row)
        store.commit()
        store.close()

        port, starts = free_port(), []
        for _ in range(5):
            server, took = start(binary, data, port)
            starts.append(took * 1000)
            memory = resident(server.pid)
            server.terminate()
            server.wait()
        print(f"start to ready, {THREADS} threads stored: median {percentile(starts, .5):.0f} ms of 5")
        print(f"memory when idle: {memory}")

        server, _ = start(binary, data, port)
        key = pathlib.Path(data, "assistant-key").read_text().strip()
        cpu = cpu_ms(server.pid)
        times = [first_text(port, key, f"How do I {rng.choice(VERBS)} the {rng.choice(NOUNS)} of unit{rng.randrange(PAGES)}?") * 1000
                 for _ in range(QUESTIONS)]
        cpu, disk = (cpu_ms(server.pid) - cpu) / QUESTIONS, disk_ms(data)
        print(f"question to first text over {PAGES} pages: p50 {percentile(times, .5):.1f} ms, p95 {percentile(times, .95):.1f} ms of {QUESTIONS}")
        print(f"  the server's CPU for one: {cpu:.1f} ms; the disk's durable write: p50 {percentile(disk, .5):.1f} ms, p95 {percentile(disk, .95):.1f} ms")
        print(f"memory after them: {resident(server.pid)}")
        server.terminate()
        server.wait()


main()
