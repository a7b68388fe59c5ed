import type { ReactNode } from "react";
import type { Piece } from "./diff.ts";

/** What a reader of documentation looks for in its source; one pass, no grammar. */
const markdown =
  /(?<heading>^#{1,6} .*$)|(?<code>`[^`\n]+`)|(?<link>(?<=\]\()[^)\s]+(?=\))|https?:\/\/[^\s)>"']+)|(?<tag><\/?[A-Za-z][\w.]*|\/?>)|(?<string>"[^"\n]*")|(?<key>^\s*[\w-]+:(?=\s|$)|^(?:import|export)\b|^(?:```|~~~|---).*$)/g;
const data =
  /(?<key>"[^"\n]*"(?=\s*:)|^\s*[\w.-]+(?=\s*[:=]))|(?<string>"[^"\n]*"|'[^'\n]*')|(?<code>\b(?:true|false|null|\d+(?:\.\d+)?)\b)|(?<tag>^\s*(?:#|\/\/).*$)/g;

function ruleFor(path: string): RegExp | undefined {
  if (/\.(mdx?|markdown|mdoc)$/i.test(path)) return markdown;
  if (/\.(json|ya?ml|toml)$/i.test(path)) return data;
  return undefined;
}

/** A line's pieces with the source lightly coloured. */
export function highlighted(pieces: Piece[], path: string): ReactNode {
  const text = pieces.map((p) => p.text).join("");
  const rule = ruleFor(path);
  const spans: { from: number; to: number; name: string }[] = [];
  if (rule && text.length < 2000)
    for (const match of text.matchAll(rule)) {
      const name = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? "";
      spans.push({ from: match.index, to: match.index + match[0].length, name });
    }
  const out: ReactNode[] = [];
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.text.length;
    const inside: ReactNode[] = [];
    for (let from = at; from < end; ) {
      const span = spans.find((s) => s.to > from && s.from < end);
      const start = span ? Math.max(span.from, from) : end;
      if (start > from) inside.push(text.slice(from, start));
      if (!span) break;
      const to = Math.min(span.to, end);
      inside.push(
        <span key={start} className={`tok-${span.name}`}>
          {text.slice(start, to)}
        </span>,
      );
      from = to;
    }
    out.push(piece.changed ? <mark key={at}>{inside}</mark> : <span key={at}>{inside}</span>);
    at = end;
  }
  return out;
}
