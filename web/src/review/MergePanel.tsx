import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Api, Refusal } from "./api.ts";
import { Warning } from "./icons.tsx";
import type { Method, Review } from "./types.ts";
import type { Loaded } from "./use_review.ts";
import { count, short } from "./words.ts";

const methods: { value: Method; label: string; says: string; does: string }[] = [
  { value: "squash", label: "Squash and merge", says: "One commit", does: "All changes become one commit." },
  {
    value: "merge",
    label: "Merge",
    says: "Merge commit",
    does: "The commits stay, joined by a merge commit.",
  },
  {
    value: "rebase",
    label: "Rebase and merge",
    says: "Each commit",
    does: "The commits are made anew on top.",
  },
];

/** Whether it can be merged, and the buttons that end it. */
export function MergePanel({ api, review, loaded }: { api: Api; review: Review; loaded: Loaded }) {
  const [asking, setAsking] = useState<"merge" | "close">();
  const [method, setMethod] = useState<Method>("squash");
  const [busy, setBusy] = useState("");
  const [failed, setFailed] = useState("");
  const path = `/merge-requests/${review.id}`;
  const working = ["queued", "starting", "running", "stopping"].includes(loaded.activity.status);

  const act = async (name: string, work: () => Promise<unknown>) => {
    setBusy(name);
    setFailed("");
    try {
      await work();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
      if (error instanceof Refusal && error.status === 409) loaded.reload();
    } finally {
      setBusy("");
    }
  };
  const end = (what: "merge" | "close" | "reopen", body: object = {}) =>
    act(what, async () => {
      setAsking(undefined);
      loaded.take(await api.post<Review>(`${path}/${what}`, body));
      loaded.reload();
    });
  const tell = (body: string) =>
    act("tell", async () => {
      await loaded.comment({ body, for_agent: true, client_id: `${Date.now()}-${Math.random()}` });
    });

  if (review.status === "merged")
    return (
      <section className="panel" aria-label="Merge">
        <h2>Merged</h2>
        <p>
          The changes are in <code>{review.target_branch}</code>
          {review.merge_commit_sha && (
            <>
              {" "}
              with <code>{short(review.merge_commit_sha)}</code>
            </>
          )}
          .
        </p>
      </section>
    );
  if (review.status === "closed")
    return (
      <section className="panel" aria-label="Merge">
        <h2>Closed</h2>
        <p>It was closed without a merge. The branch is kept.</p>
        <button type="button" className="button" disabled={busy !== ""} onClick={() => end("reopen")}>
          Reopen
        </button>
        <Failure text={failed} />
      </section>
    );
  const conflicts = review.mergeable === false;
  const target = <code>{review.target_branch}</code>;
  return (
    <section className="panel" aria-label="Merge">
      <h2>Merge</h2>
      {conflicts && (
        <div className="notice alarm">
          <Warning />
          <div>
            <p>
              It conflicts with {target}
              {review.conflicting_files.length > 0 && " in:"}
            </p>
            <ul>
              {review.conflicting_files.slice(0, 10).map((file) => (
                <li key={file}>
                  <code>{file}</code>
                </li>
              ))}
            </ul>
            <button
              type="button"
              className="button"
              disabled={busy !== "" || working}
              onClick={() =>
                tell(
                  `Merge the branch \`${review.target_branch}\` into yours, resolve the conflicts so that both sides keep what they meant, and commit.`,
                )
              }
            >
              Ask the agent to resolve them
            </button>
          </div>
        </div>
      )}
      {!conflicts && (review.behind_by ?? 0) > 0 && (
        <div className="notice">
          <div>
            <p>
              {target} has moved on by {count(review.behind_by ?? 0, "commit")}. It can still be merged.
            </p>
            <button
              type="button"
              className="button"
              disabled={busy !== "" || working}
              onClick={() =>
                tell(`Merge the branch \`${review.target_branch}\` into yours, so that it is up to date.`)
              }
            >
              Ask the agent to bring it up to date
            </button>
          </div>
        </div>
      )}
      {review.has_newer_work && !working && (
        <div className="notice">
          <div>
            <p>The agent has changed more since. This page shows what was proposed before.</p>
            <button
              type="button"
              className="button"
              disabled={busy !== ""}
              onClick={() =>
                act("update", async () => {
                  await api.post(`/sessions/${review.session_id}/merge-request`);
                  loaded.reload();
                })
              }
            >
              Bring in the new work
            </button>
          </div>
        </div>
      )}
      {review.draft ? (
        <>
          <p>It is a draft: not yet to be merged.</p>
          <button
            type="button"
            className="button primary"
            disabled={busy !== ""}
            onClick={() =>
              act("ready", async () => {
                await api.patch(`/sessions/${review.session_id}/merge-request`, { draft: false });
                loaded.reload();
              })
            }
          >
            Mark as ready
          </button>
        </>
      ) : (
        <>
          <fieldset className="methods">
            <legend>How</legend>
            {methods.map((one) => (
              <label key={one.value}>
                <input
                  type="radio"
                  name="method"
                  value={one.value}
                  checked={method === one.value}
                  onChange={() => setMethod(one.value)}
                />
                <span>
                  {one.says}
                  <small>{one.does}</small>
                </span>
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            className="button primary wide-label"
            disabled={busy !== "" || conflicts || working}
            onClick={() => setAsking("merge")}
          >
            {busy === "merge" ? "Merging…" : methods.find((m) => m.value === method)?.label}
          </button>
        </>
      )}
      {working && <p className="note">Wait until the agent has finished, or stop it.</p>}
      <button
        type="button"
        className="button plain-button"
        disabled={busy !== ""}
        onClick={() => setAsking("close")}
      >
        Close without merging
      </button>
      <Failure text={failed} />
      {asking === "merge" && (
        <Confirm
          title={`Merge into ${review.target_branch}?`}
          yes={methods.find((m) => m.value === method)?.label ?? "Merge"}
          onYes={() => end("merge", { method, head_sha: review.head_sha })}
          onNo={() => setAsking(undefined)}
        >
          {methods.find((m) => m.value === method)?.does} Then it is in {target} of {review.repository}, and
          the agent's session ends.
        </Confirm>
      )}
      {asking === "close" && (
        <Confirm
          title="Close without merging?"
          yes="Close"
          alarm
          onYes={() => end("close")}
          onNo={() => setAsking(undefined)}
        >
          Nothing of it comes into {target}. The branch is kept, and it can be reopened.
        </Confirm>
      )}
    </section>
  );
}

const Failure = ({ text }: { text: string }) =>
  text ? (
    <p className="failure" role="alert">
      {text}
    </p>
  ) : null;

interface ConfirmProps {
  title: string;
  yes: string;
  alarm?: boolean;
  onYes: () => void;
  onNo: () => void;
  children: ReactNode;
}

function Confirm({ title, yes, alarm, onYes, onNo, children }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onNo} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      <p>{children}</p>
      <div className="row">
        <span className="grow" />
        <button type="button" className="button" onClick={onNo}>
          Cancel
        </button>
        <button type="button" className={`button primary ${alarm ? "alarm" : ""}`} onClick={onYes}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
