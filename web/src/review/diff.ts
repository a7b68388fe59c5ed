import type { Side } from "./types.ts";

/** A stretch of a line; `changed` where it differs from the line that it stands for. */
export interface Piece {
  text: string;
  changed: boolean;
}

export interface Line {
  kind: "same" | "added" | "removed";
  before: number; // line number, 0: not on that side
  after: number;
  pieces: Piece[];
}

export interface Hunk {
  before: number;
  after: number;
  heading: string;
  lines: Line[];
}

/** The hunks of one file's unified diff. */
export function parseDiff(text: string): Hunk[] {
  const hunks: Hunk[] = [];
  let hunk: Hunk | undefined;
  let before = 0;
  let after = 0;
  for (const line of text.split("\n")) {
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/.exec(line);
    if (head) {
      before = Number(head[1]);
      after = Number(head[2]);
      hunk = { before, after, heading: head[3] ?? "", lines: [] };
      hunks.push(hunk);
      continue;
    }
    if (!hunk) continue;
    const pieces = [{ text: line.slice(1).replace(/\r$/, ""), changed: false }];
    if (line.startsWith("+")) hunk.lines.push({ kind: "added", before: 0, after: after++, pieces });
    else if (line.startsWith("-")) hunk.lines.push({ kind: "removed", before: before++, after: 0, pieces });
    else if (line.startsWith(" "))
      hunk.lines.push({ kind: "same", before: before++, after: after++, pieces });
  }
  for (const one of hunks) for (const [a, b] of pairs(one.lines)) if (a && b && a !== b) markWords(a, b);
  return hunks;
}

/** What stands beside each other: a run of removed lines beside the run of added ones that follows it. */
export function pairs(lines: Line[]): [Line | undefined, Line | undefined][] {
  const out: [Line | undefined, Line | undefined][] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as Line;
    if (line.kind === "same") {
      out.push([line, line]);
      at++;
      continue;
    }
    const start = at;
    while (lines[at]?.kind === "removed") at++;
    const middle = at;
    while (lines[at]?.kind === "added") at++;
    for (let i = 0; i < Math.max(middle - start, at - middle); i++)
      out.push([
        start + i < middle ? lines[start + i] : undefined,
        middle + i < at ? lines[middle + i] : undefined,
      ]);
  }
  return out;
}

/** Marks what differs between two lines, in whole words, when the lines are much alike. */
function markWords(a: Line, b: Line) {
  const one = words(a);
  const two = words(b);
  if (one.length * two.length > 40_000) return;
  const kept = commonWords(one, two);
  const same = kept.filter(([i]) => /\w/.test(one[i] ?? "")).length;
  const most = Math.max(one.filter((w) => /\w/.test(w)).length, two.filter((w) => /\w/.test(w)).length);
  if (same * 3 < most) return;
  a.pieces = toPieces(one, new Set(kept.map(([i]) => i)));
  b.pieces = toPieces(two, new Set(kept.map(([, j]) => j)));
}

const words = (line: Line) =>
  line.pieces
    .map((p) => p.text)
    .join("")
    .match(/\w+|\s+|[^\w\s]/gu) ?? [];

function toPieces(all: string[], kept: Set<number>): Piece[] {
  const out: Piece[] = [];
  all.forEach((text, i) => {
    const changed = !kept.has(i);
    const last = out.at(-1);
    if (last && last.changed === changed) last.text += text;
    else out.push({ text, changed });
  });
  return out;
}

/** The longest common subsequence, as pairs of places. */
export function commonWords(a: string[], b: string[]): [number, number][] {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  const out: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) out.push([i++, j++]);
    else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return out;
}

/** The lines of `text` (from 1) that `other` does not have at that place. */
export function changedLines(text: string, other: string): Set<number> {
  const a = text.split("\n");
  const b = other.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const middle = a.slice(start, a.length - end);
  const others = b.slice(start, b.length - end);
  const big = middle.length * others.length > 4_000_000;
  const kept = new Set(big ? [] : commonWords(middle, others).map(([i]) => i));
  const out = new Set<number>();
  middle.forEach((line, i) => {
    if (!kept.has(i) && line.trim()) out.add(start + i + 1);
  });
  return out;
}

/** The place that a comment on this line is of. */
export function placeOfLine(line: Line): { side: Side; line: number } {
  return line.kind === "removed"
    ? { side: "before", line: line.before }
    : { side: "after", line: line.after };
}
