import { Mark } from "../icons.tsx";
import { Prose } from "./Prose.tsx";
import type { Comment } from "./types.ts";
import { since } from "./words.ts";

const unsent: Record<string, string> = {
  job_ended: "The agent was not told: its job has ended.",
  session_closed: "The agent was not told: its session has ended.",
  model_unavailable: "The agent was not told: no language model is configured.",
};

interface Props {
  comment: Comment;
  head: string;
  working: boolean;
  place?: boolean; // say which file and line it is of
}

export function CommentView({ comment, head, working, place }: Props) {
  const { answer } = comment;
  const waits = comment.message_id !== null && !answer && working;
  return (
    <article className="comment" aria-label={`Comment of ${comment.author || "a reviewer"}`}>
      <header>
        <strong>{comment.author || "Reviewer"}</strong>
        <time dateTime={comment.created_at}>{since(comment.created_at)}</time>
        {comment.head_sha !== head && <span className="tag">on an earlier version</span>}
        {comment.message_id === null && !comment.not_sent && <span className="tag">note</span>}
      </header>
      {place && comment.path && (
        <p className="of">
          <code>
            {comment.path}
            {comment.line !== null && `:${comment.line}`}
          </code>
        </p>
      )}
      {place && comment.quote && <pre className="quote">{comment.quote}</pre>}
      <Prose text={comment.body} />
      {comment.not_sent && <p className="note">{unsent[comment.not_sent] ?? "The agent was not told."}</p>}
      {waits && (
        <p className="working">
          The agent works on it
          <span className="dots" />
        </p>
      )}
      {answer && (
        <div className="answer">
          <header>
            <Mark />
            <strong>Agent</strong>
            <time dateTime={answer.created_at}>{since(answer.created_at)}</time>
          </header>
          <Prose text={answer.message} />
        </div>
      )}
    </article>
  );
}
