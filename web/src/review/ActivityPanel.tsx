import { useState } from "react";
import type { Api } from "./api.ts";
import { Prose } from "./Prose.tsx";
import type { Review } from "./types.ts";
import type { Activity } from "./use_review.ts";

const names: Record<string, string> = {
  idle: "Resting",
  queued: "Waits for its turn",
  starting: "Starting",
  running: "Working",
  waiting_for_user: "Waits for an answer",
  stopping: "Stopping",
  error: "Stopped with an error",
};

/** What the agent does at this moment, and what it said last. */
export function ActivityPanel({ api, review, activity }: { api: Api; review: Review; activity: Activity }) {
  const [failed, setFailed] = useState("");
  const ended = review.session.status === "merged" || review.session.status === "closed";
  const busy = ["queued", "starting", "running"].includes(activity.status);
  const stop = () =>
    api
      .post(`/sessions/${review.session_id}/stop`)
      .then(() => setFailed(""))
      .catch((error: Error) => setFailed(error.message));
  return (
    <section className="panel" aria-label="Agent">
      <h2>Agent</h2>
      <output className="status">
        <span className={`dot ${busy ? "busy" : activity.status}`} />
        {ended ? "Its session has ended" : (names[activity.status] ?? activity.status)}
      </output>
      {busy && activity.doing && <p className="note doing">{activity.doing}</p>}
      {activity.words && (
        <div className="last-words">
          <Prose text={activity.words} />
        </div>
      )}
      {busy && (
        <button type="button" className="button" onClick={stop}>
          Stop
        </button>
      )}
      {failed && (
        <p className="failure" role="alert">
          {failed}
        </p>
      )}
    </section>
  );
}
