import assert from "node:assert/strict";
import { test } from "node:test";
import { EventLines, placeOf } from "./api.ts";
import { changedLines, pairs, parseDiff, placeOfLine } from "./diff.ts";

const diff = `diff --git a/a.md b/a.md
index 1..2 100644
--- a/a.md
+++ b/a.md
@@ -1,4 +1,5 @@ # Title
 # Title
-Open the old menu and press Save.
+Open the new menu and press Save.
+Then wait.
 
 End
\\ No newline at end of file
`;

test("lines get their numbers, and changed words are marked", () => {
  const [hunk] = parseDiff(diff);
  assert.equal(hunk?.heading, "# Title");
  const lines = hunk?.lines ?? [];
  assert.deepEqual(
    lines.map((l) => [l.kind, l.before, l.after]),
    [
      ["same", 1, 1],
      ["removed", 2, 0],
      ["added", 0, 2],
      ["added", 0, 3],
      ["same", 3, 4],
      ["same", 4, 5],
    ],
  );
  assert.deepEqual(
    lines[2]?.pieces.filter((p) => p.changed).map((p) => p.text),
    ["new"],
  );
  assert.deepEqual(placeOfLine(lines[1] as never), { side: "before", line: 2 });
});

test("removed and added lines stand side by side", () => {
  const rows = pairs(parseDiff(diff)[0]?.lines ?? []);
  assert.deepEqual(
    rows.map(([a, b]) => [a?.before ?? 0, b?.after ?? 0]),
    [
      [1, 1],
      [2, 2],
      [0, 3],
      [3, 4],
      [4, 5],
    ],
  );
});

test("the lines that changed are found", () => {
  assert.deepEqual([...changedLines("a\nb\nx\nc", "a\nb\nc")], [3]);
  assert.deepEqual([...changedLines("same", "same")], []);
});

test("the page finds its server and its merge request", () => {
  assert.deepEqual(placeOf("https://docs.example/help/review/0190"), {
    base: "https://docs.example/help",
    id: "0190",
    workspace: "",
  });
  assert.deepEqual(placeOf("http://127.0.0.1:8080/review?workspace=docs"), {
    base: "http://127.0.0.1:8080",
    id: "",
    workspace: "docs",
  });
});

test("events are taken from pieces of a stream", () => {
  const seen: unknown[] = [];
  const lines = new EventLines((id, type, data) => seen.push([id, type, data]));
  lines.add(": hello\n\nid: 4\nevent: session\nda");
  lines.add('ta: {"a":1}\n\n');
  assert.deepEqual(seen, [["4", "session", { a: 1 }]]);
});
