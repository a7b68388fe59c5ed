import { useCallback, useEffect, useRef, useState } from "react";
import { type Api, Refusal } from "./api.ts";
import type { Comment, Commit, Files, NewComment, Review, Session, SessionEvent } from "./types.ts";

/** What the agent does now, as its session's stream tells. */
export interface Activity {
  status: string;
  /** The event that it works on, "" when it rests. */
  doing: string;
  /** What it said last. */
  words: string;
}

export interface Loaded {
  review?: Review;
  comments: Comment[];
  files?: Files;
  commits?: Commit[];
  activity: Activity;
  failed: string;
  /** Of the diff: the commits may be gone while the rest is there. */
  filesFailed: string;
  reload: () => void;
  take: (review: Review) => void;
  comment: (said: NewComment) => Promise<void>;
}

const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A merge request with all that belongs to it, kept current by the session's stream. */
export function useReview(api: Api, id: string, onRefused: (message: string) => void): Loaded {
  const [review, setReview] = useState<Review>();
  const [comments, setComments] = useState<Comment[]>([]);
  const [files, setFiles] = useState<Files>();
  const [commits, setCommits] = useState<Commit[]>();
  const [failed, setFailed] = useState("");
  const [filesFailed, setFilesFailed] = useState("");
  const [activity, setActivity] = useState<Activity>({ status: "idle", doing: "", words: "" });
  const [turn, setTurn] = useState(0);
  const path = `/merge-requests/${encodeURIComponent(id)}`;
  const seen = useRef(""); // the head whose files are here

  const reload = useCallback(() => setTurn((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for it again
  useEffect(() => {
    const stop = new AbortController();
    const load = async () => {
      const [now, said] = await Promise.all([
        api.get<Review>(path, stop.signal),
        api.all<Comment>(`${path}/comments`),
      ]);
      if (stop.signal.aborted) return;
      setReview(now);
      setComments(said);
      setFailed("");
      setActivity((a) => ({ ...a, status: now.session.agent_status }));
      if (seen.current === now.head_sha) return;
      try {
        const [changed, made] = await Promise.all([
          api.get<Files>(`${path}/files`, stop.signal),
          api.get<{ items: Commit[] }>(`${path}/commits`, stop.signal),
        ]);
        seen.current = now.head_sha;
        setFiles(changed);
        setCommits(made.items);
        setFilesFailed("");
      } catch (error) {
        if (!stop.signal.aborted) setFilesFailed(sentenceOf(error));
      }
    };
    load().catch((error) => {
      if (stop.signal.aborted) return;
      if (error instanceof Refusal && error.status === 401) onRefused(error.message);
      else setFailed(sentenceOf(error));
    });
    return () => stop.abort();
  }, [api, path, turn, onRefused]);

  const session = review?.session.id;
  const since = useRef(0);
  if (review?.session.details && !since.current) since.current = review.session.details.last_change;
  useEffect(() => {
    if (!session) return;
    const stop = new AbortController();
    let status = "";
    const take = (type: string, data: unknown) => {
      if (type === "session") {
        const now = (data as Session).agent_status;
        if (status && now !== status && (now === "idle" || now === "waiting_for_user")) reload();
        status = now;
        setActivity((a) => ({ ...a, status: now, doing: now === "idle" ? "" : a.doing }));
      } else if (type === "session_event") {
        const event = data as SessionEvent;
        if (event.type.startsWith("merge_request_") || event.type === "session_finished") reload();
        const words = event.type === "agent_message" ? (event.payload.message ?? "") : "";
        const doing = event.status === "processing" ? doingOf(event) : "";
        setActivity((a) => ({ ...a, words: words || a.words, doing: doing || a.doing }));
      }
    };
    api.follow(`/sessions/${session}/events/stream`, since.current, take, stop.signal);
    return () => stop.abort();
  }, [api, session, reload]);

  const comment = useCallback(
    async (said: NewComment) => {
      const made = await api.post<Comment>(`${path}/comments`, said);
      setComments((all) => [...all.filter((c) => c.id !== made.id), made]);
    },
    [api, path],
  );
  return {
    review,
    comments,
    files,
    commits,
    activity,
    failed,
    filesFailed,
    reload,
    take: setReview,
    comment,
  };
}

/** "agent_file_edit" of guides/a.md: "file edit: guides/a.md". */
function doingOf(event: SessionEvent): string {
  if (event.type === "agent_message") return "writing";
  const name = event.type.replace(/^agent_/, "").replaceAll("_", " ");
  const what = event.payload.path ?? event.payload.command ?? "";
  return what ? `${name}: ${what}` : name;
}
