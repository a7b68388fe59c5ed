import { CommentForm } from "./CommentForm.tsx";
import { CommentView } from "./CommentView.tsx";
import { Prose } from "./Prose.tsx";
import type { Review } from "./types.ts";
import type { Loaded } from "./use_review.ts";

/** The description, and what people and the agent said since. */
export function Conversation({ review, loaded }: { review: Review; loaded: Loaded }) {
  const working = loaded.activity.status !== "idle";
  return (
    <div className="conversation">
      <section className="card" aria-label="Description">
        {review.description.trim() ? (
          <Prose text={review.description} />
        ) : (
          <p className="note">There is no description.</p>
        )}
      </section>
      {loaded.comments.length > 0 && (
        <section aria-label="Comments">
          {loaded.comments.map((comment) => (
            <CommentView key={comment.id} comment={comment} head={review.head_sha} working={working} place />
          ))}
        </section>
      )}
      <CommentForm
        label={review.status === "open" ? "Comment, or ask the agent for a change" : "Comment"}
        agent={review.status === "open"}
        onSend={loaded.comment}
      />
    </div>
  );
}
