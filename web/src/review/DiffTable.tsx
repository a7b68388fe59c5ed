import { Fragment, type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { CommentForm } from "./CommentForm.tsx";
import { CommentView } from "./CommentView.tsx";
import { type Line, pairs, parseDiff, placeOfLine } from "./diff.ts";
import type { Layout } from "./FileList.tsx";
import { highlighted } from "./highlight.tsx";
import type { ChangedFile, Comment, Review, Side } from "./types.ts";
import type { Loaded } from "./use_review.ts";

interface Props {
  file: ChangedFile;
  layout: Layout;
  review: Review;
  loaded: Loaded;
  said: Comment[];
}

type Place = { side: Side; line: number };
const keyOf = (place: Place) => `${place.side}:${place.line}`;

/** A file's changes. One stop for the Tab key: arrows go from line to line, Enter comments on one. */
export function DiffTable({ file, layout, review, loaded, said }: Props) {
  const hunks = useMemo(() => parseDiff(file.diff ?? ""), [file.diff]);
  const [writing, setWriting] = useState<Place>();
  const first = hunks[0]?.lines[0];
  const [current, setCurrent] = useState(first ? keyOf(placeOfLine(first)) : "");
  const working = loaded.activity.status !== "idle";

  const keys = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !(event.target instanceof HTMLElement) || !event.target.matches("button.number")) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button.number")];
    all[all.indexOf(event.target as HTMLButtonElement) + step]?.focus();
  };
  const number = (line: Line | undefined, side: Side): ReactNode => {
    const own = line && placeOfLine(line);
    const n = side === "before" ? line?.before : line?.after;
    if (!n) return null;
    if (!own || own.side !== side) return <span className="number">{n}</span>;
    const key = keyOf(own);
    const what = line.kind === "added" ? ", added" : line.kind === "removed" ? ", removed" : "";
    return (
      <button
        type="button"
        className="number"
        tabIndex={key === current ? 0 : -1}
        aria-label={`Line ${n}${what}. Comment on it`}
        onFocus={() => setCurrent(key)}
        onClick={() => setWriting(own)}
      >
        {n}
      </button>
    );
  };
  const text = (line: Line | undefined) => (
    <td className={`text ${line?.kind ?? "none"}`}>{line && highlighted(line.pieces, file.path)}</td>
  );
  const below = (lines: (Line | undefined)[], span: number) => {
    const places = new Map(
      lines.flatMap((l) => (l ? [[keyOf(placeOfLine(l)), placeOfLine(l)] as const] : [])),
    );
    return [...places].map(([key, place]) => {
      const here = said.filter((c) => c.line === place.line && c.side === place.side);
      const open = writing && keyOf(writing) === key;
      if (!here.length && !open) return null;
      return (
        <tr key={key} className="said">
          <td colSpan={span}>
            {here.map((comment) => (
              <CommentView key={comment.id} comment={comment} head={review.head_sha} working={working} />
            ))}
            {open && (
              <CommentForm
                label={`Comment on line ${place.line}`}
                agent={review.status === "open"}
                at={{ path: place.side === "before" ? (file.old_path ?? file.path) : file.path, ...place }}
                onSend={loaded.comment}
                onCancel={() => setWriting(undefined)}
              />
            )}
          </td>
        </tr>
      );
    });
  };
  const split = layout === "split";
  return (
    <table className={`diff ${layout}`} onKeyDown={keys}>
      <caption className="visually-hidden">Changes of {file.path}</caption>
      <colgroup>
        <col className="number-column" />
        <col className={split ? "" : "number-column"} />
        {split && <col className="number-column" />}
        <col />
      </colgroup>
      <tbody>
        {hunks.map((hunk) => (
          <Fragment key={`${hunk.before}-${hunk.after}`}>
            <tr className="hunk">
              <td colSpan={split ? 4 : 3}>
                {`Line ${hunk.after || hunk.before}`}
                {hunk.heading && <span> {hunk.heading}</span>}
              </td>
            </tr>
            {split
              ? pairs(hunk.lines).map(([left, right]) => (
                  <Fragment key={`${left?.before ?? 0}-${right?.after ?? 0}`}>
                    <tr>
                      <td className="numbers">{number(left, "before")}</td>
                      {text(left)}
                      <td className="numbers">{number(right, "after")}</td>
                      {text(right)}
                    </tr>
                    {below(left === right ? [left] : [left, right], 4)}
                  </Fragment>
                ))
              : hunk.lines.map((line) => (
                  <Fragment key={`${line.before}-${line.after}`}>
                    <tr className={line.kind}>
                      <td className="numbers">{number(line, "before")}</td>
                      <td className="numbers">{number(line, "after")}</td>
                      {text(line)}
                    </tr>
                    {below([line], 3)}
                  </Fragment>
                ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
