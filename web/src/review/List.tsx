import { useEffect, useState } from "react";
import { type Api, Refusal } from "./api.ts";
import { State } from "./State.tsx";
import type { MergeRequest } from "./types.ts";
import { since } from "./words.ts";

interface Props {
  api: Api;
  place: { base: string; workspace: string };
  onRefused: (message: string) => void;
}

const shown = [
  ["open", "Open"],
  ["merged", "Merged"],
  ["closed", "Closed"],
] as const;

export function List({ api, place, onRefused }: Props) {
  const [status, setStatus] = useState<string>("open");
  const [items, setItems] = useState<MergeRequest[]>();
  const [failed, setFailed] = useState("");
  useEffect(() => {
    document.title = "Reviews";
    const stop = new AbortController();
    setItems(undefined);
    setFailed("");
    api
      .get<{ items: MergeRequest[] }>(`/merge-requests?status=${status}&limit=100`, stop.signal)
      .then((page) => setItems(page.items))
      .catch((error) => {
        if (stop.signal.aborted) return;
        if (error instanceof Refusal && error.status === 401) onRefused(error.message);
        else setFailed(error instanceof Error ? error.message : String(error));
      });
    return () => stop.abort();
  }, [api, status, onRefused]);
  const query = place.workspace && `?workspace=${encodeURIComponent(place.workspace)}`;
  return (
    <main className="page narrow" id="content">
      <h1 className="title">Pull requests</h1>
      <fieldset className="switch">
        <legend className="visually-hidden">Which to show</legend>
        {shown.map(([value, label]) => (
          <button key={value} type="button" aria-pressed={status === value} onClick={() => setStatus(value)}>
            {label}
          </button>
        ))}
      </fieldset>
      {failed && (
        <p className="failure" role="alert">
          {failed}
        </p>
      )}
      {items?.length === 0 && (
        <p className="empty-list">
          {status === "open" ? "Nothing waits for a review." : `None is ${status}.`}
        </p>
      )}
      <ul className="requests" aria-busy={!items && !failed}>
        {items?.map((item) => {
          const elsewhere = item.external_id !== null && item.web_url !== null;
          return (
            <li key={item.id}>
              <State request={item} />
              <div>
                <a href={elsewhere ? (item.web_url ?? "") : `${place.base}/review/${item.id}${query}`}>
                  {item.title}
                </a>
                <p>
                  <code>{item.source_branch}</code> into <code>{item.target_branch}</code>,{" "}
                  <time dateTime={item.updated_at}>{since(item.updated_at)}</time>
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </main>
  );
}
