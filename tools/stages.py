#!/usr/bin/env python3
"""Runs named stages one after another, counts their tests and says what came of it.

  stages.py lint   formatting, layers
  stages.py test   lint, sanitized build, unit and end-to-end tests, real clients, kills, browser   (make test)
  stages.py ci     what `test` found, then the optimised build, ThreadSanitizer, clang-tidy   (.ci/run)

The last line is "N passed, N failed"; the exit code is 1 when something failed. Each stage writes its
output to build/results/STAGE.log and its counts to build/results/STAGE.json.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "results"
JOBS = os.environ.get("JOBS") or str(os.cpu_count() or 2)
CPP = ["src/*.cpp", "src/*.hpp", "tests/*.cpp", "tests/*.hpp", "fuzz/*.cpp", "bench/*.cpp", "bench/*.hpp"]


def run(log, argv, limit, env=None):
    """Runs a program with its output in `log`; its exit code, 124 when it took too long."""
    print(f"+ {' '.join(argv)}", file=log, flush=True)
    process = subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                               env={**os.environ, **(env or {})})
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        print(f"stopped after {limit} s", file=log, flush=True)
        return 124


def counted(ok):
    return (1, 0) if ok else (0, 1)


# --- stages: each takes the log file and returns (passed, failed), or None when there is nothing to run ---

def format_check(log):
    files = subprocess.run(["git", "ls-files", *CPP], cwd=ROOT, capture_output=True, text=True).stdout.split()
    wrong = 0
    for n in range(0, len(files), 50):
        wrong |= run(log, ["clang-format", "--dry-run", "-Werror", *files[n:n + 50]], 120)
    if wrong:
        print("run `make format`", file=log)
    return counted(not wrong)


def layers(log):
    passed = failed = 0
    for lint in sorted((ROOT / "tools").glob("check_*.py")):
        if run(log, [sys.executable, str(lint)], 120) == 0:
            passed += 1
        else:
            failed += 1
    return passed, failed


def web_lint(log):
    if not (ROOT / "web" / "package.json").exists():
        return None
    return counted(run(log, ["web/lint.sh"], 600) == 0)


def build(preset):
    def stage(log):
        if run(log, ["cmake", "--preset", preset], 300) != 0:
            return 0, 1
        return counted(run(log, ["cmake", "--build", f"build/{preset}", "-j", JOBS], 3000) == 0)
    return stage


def ctest(preset, limit, *more):
    def stage(log):
        junit = RESULTS / f"{preset}-ctest.xml"
        cases = RESULTS / f"{preset}-cases"
        subprocess.run(["rm", "-rf", str(cases), str(junit)])
        cases.mkdir(parents=True)
        code = run(log, ["ctest", "--preset", preset, "-j", JOBS, "--timeout", "900", "--output-junit", str(junit), *more], limit,
                   {"GTEST_OUTPUT": f"xml:{cases}/", "GTEST_BRIEF": "1"})
        return count_ctest(junit, cases, code)
    return stage


def count_ctest(junit, cases, code):
    """GoogleTest binaries count by their cases, everything else as one; a crashed binary as one failure."""
    passed = failed = 0
    by_binary = {}
    for file in cases.glob("*.xml"):
        try:
            suite = ElementTree.parse(file).getroot()
        except ElementTree.ParseError:
            continue
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = len(suite.findall(".//skipped"))
        by_binary[re.sub(r"(_\d+)?$", "", file.stem)] = (int(suite.get("tests", 0)) - bad - skipped, bad)
    try:
        tests = ElementTree.parse(junit).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError):
        return 0, 1
    for test in tests:
        ok = test.get("status") == "run"
        counts = by_binary.get("test_" + test.get("name", "").removeprefix("unit."))
        if counts:
            passed, failed = passed + counts[0], failed + counts[1]
        if counts is None or (not ok and counts[1] == 0):
            passed, failed = (passed + 1, failed) if ok else (passed, failed + 1)
    if code != 0 and failed == 0:
        failed = 1
    return passed, failed


def script(path, limit, *args):
    """A test script of another language. Its own counts are taken from what it prints last."""
    def stage(log):
        if not (ROOT / path).exists():
            return None
        start = log.tell()
        code = run(log, [str(ROOT / path), *args], limit)
        log.flush()
        text = pathlib.Path(log.name).read_text(errors="replace")[start:]
        counts = re.findall(r"(\d+) passed, (\d+) failed", text)
        if counts:
            passed, failed = map(int, counts[-1])
        else:
            passed = sum(map(int, re.findall(r"^(?:#|ℹ) pass (\d+)", text, re.M)))
            failed = sum(map(int, re.findall(r"^(?:#|ℹ) fail (\d+)", text, re.M)))
        if not passed and not failed:
            return counted(code == 0)
        return passed, failed or int(code != 0)
    return stage


def tidy(log):
    """Eight files of a module at once, as they are compiled: most of the time goes into the headers they share."""
    if run(log, ["cmake", "--preset", "tidy"], 300) != 0:
        return 0, 1
    commands = json.loads((ROOT / "build" / "tidy" / "compile_commands.json").read_text())
    files = [c["file"] for c in commands if re.search(r"/docent_\w+\.dir/Unity/|^" + re.escape(f"{ROOT}/src/"), c["file"])]
    code = run(log, ["run-clang-tidy-19", "-quiet", "-p", "build/tidy", "-j", JOBS,
                     "-extra-arg=-Wno-error", "-extra-arg=-Wno-unknown-warning-option", *map(re.escape, files)], 2400)
    text = pathlib.Path(log.name).read_text(errors="replace")
    bad = {m for m in re.findall(r"^(\S+\.(?:cpp|hpp)):\d+:\d+: error:", text, re.M)}
    return len(list((ROOT / "src").rglob("*.cpp"))) - len(bad), len(bad) or int(code != 0)


LINT = [("format", format_check), ("layers", layers)]
TEST = LINT + [
    ("build", build("asan")),
    ("web", web_lint),
    ("tests", ctest("asan", 1500)),
    ("contract", script("tests/contract/run.sh", 600, "build/asan/docent")),
    ("faults", script("tests/faults/kill.py", 400, "build/asan/docent", "--rounds", "20")),
    ("browser", script("tests/browser/run.sh", 600, "build/asan/docent")),
]
# Tests of code that knows no threads: ThreadSanitizer has nothing to see there.
ONE_THREAD = "^(unit.docs|unit.maintenance|fuzz[.].*)$"

CI = [("release", build("release")), ("tsan-build", build("tsan")), ("tsan-tests", ctest("tsan", 1800, "--exclude-regex", ONE_THREAD)), ("clang-tidy", tidy)]
# What is pointless to try when the named stage failed.
NEEDS = {"tests": "build", "web": "build", "contract": "build", "faults": "build", "browser": "build", "tsan-tests": "tsan-build"}


def why(lines, most=80):
    """What failed, in the words of GoogleTest, node's runner, the sanitizers and the compilers: it stands far from the end."""
    told = []
    for i, text in enumerate(lines):
        if re.search(r": Failure$|^\s*not ok \d|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|: error: |^PROBLEM", text):
            told += ["", *lines[i:i + 8]]
        if len(told) > most:
            break
    return told[:most]


def perform(stages, results):
    for name, stage in stages:
        if NEEDS.get(name) and results.get(NEEDS[name], {}).get("failed"):
            result = {"passed": 0, "failed": 1, "seconds": 0, "said": f"not run: {NEEDS[name]} failed"}
        else:
            began = time.monotonic()
            with open(RESULTS / f"{name}.log", "w") as log:
                try:
                    counts = stage(log)
                except Exception as e:  # a stage that breaks is a failure, not the end of the others
                    print(f"{type(e).__name__}: {e}", file=log)
                    counts = (0, 1)
            if counts is None:
                continue
            result = {"passed": counts[0], "failed": counts[1], "seconds": round(time.monotonic() - began, 1)}
        results[name] = result
        (RESULTS / f"{name}.json").write_text(json.dumps({"stage": name, **result}))
        print(line(name, result), flush=True)
        if result["failed"] and "said" not in result:
            said = (RESULTS / f"{name}.log").read_text(errors="replace").splitlines()
            print("\n".join("    " + text for text in said[-60:] + why(said)), flush=True)
    return results


def line(name, r):
    said = r.get("said", "")
    return f"{'ok  ' if not r['failed'] else 'FAIL'} {name:<12} {r['passed']:>5} passed {r['failed']:>3} failed {r['seconds']:>8.1f} s  {said}".rstrip()


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what not in ("lint", "test", "ci"):
        sys.exit(__doc__)
    os.chdir(ROOT)
    RESULTS.mkdir(parents=True, exist_ok=True)
    results = {}
    if what == "ci":
        for name, _ in TEST:
            if (RESULTS / f"{name}.json").exists():
                results[name] = json.loads((RESULTS / f"{name}.json").read_text())
        if "tests" not in results:
            results["tests"] = {"passed": 0, "failed": 1, "seconds": 0, "said": "make test did not get that far"}
    else:
        for name, _ in TEST:
            (RESULTS / f"{name}.json").unlink(missing_ok=True)
    perform({"lint": LINT, "test": TEST, "ci": CI}[what], results)
    print()
    for name, result in results.items():
        print(line(name, result))
    passed = sum(r["passed"] for r in results.values())
    failed = sum(r["failed"] for r in results.values())
    print(f"{sum(r['seconds'] for r in results.values()):.0f} s in all; logs in build/results")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
