import { useId, useState } from "react";
import type { Config } from "./config.ts";
import { Down, Up } from "./icons.tsx";

interface Props {
  /** The answer's id, as the server gave it. */
  messageId: string;
  config: Config;
}

async function send(config: Config, body: Record<string, unknown>): Promise<boolean> {
  try {
    const response = await fetch(
      `${config.baseUrl}/v2/assistant/${encodeURIComponent(config.domain)}/feedback`,
      {
        method: "POST",
        headers: { Authorization: `Bearer ${config.key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ fp: "anonymous", ...body }),
      },
    );
    return response.ok;
  } catch {
    return false;
  }
}

/** Two thumbs under an answer, and room for a sentence once one was given. */
export function Feedback({ messageId, config }: Props) {
  const [helpful, setHelpful] = useState<boolean>();
  const [comment, setComment] = useState("");
  const [state, setState] = useState<"open" | "done" | "failed">("open");
  const label = useId();

  const rate = async (value: boolean) => {
    setHelpful(value);
    setState("open");
    const kept = await send(config, { messageId, helpful: value });
    if (!kept) {
      setHelpful(undefined);
      setState("failed");
    }
  };
  const tell = async () => {
    if (!comment.trim()) return setState("done");
    setState((await send(config, { messageId, helpful, comment })) ? "done" : "failed");
  };

  return (
    <div className="feedback">
      <fieldset className="thumbs" aria-label="Did this answer help?">
        <button
          type="button"
          className="quiet"
          aria-pressed={helpful === true}
          aria-label="This answer helped"
          title="This answer helped"
          onClick={() => void rate(true)}
        >
          <Up />
        </button>
        <button
          type="button"
          className="quiet"
          aria-pressed={helpful === false}
          aria-label="This answer did not help"
          title="This answer did not help"
          onClick={() => void rate(false)}
        >
          <Down />
        </button>
      </fieldset>
      {helpful !== undefined && state !== "done" && (
        <form
          className="comment"
          onSubmit={(event) => {
            event.preventDefault();
            void tell();
          }}
        >
          <label htmlFor={label}>
            {helpful ? "What was good? (optional)" : "What was wrong? (optional)"}
          </label>
          <textarea
            id={label}
            rows={2}
            maxLength={2000}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          <button type="submit" className="quiet">
            Send
          </button>
        </form>
      )}
      <output className="note">
        {state === "done" && "Thank you."}
        {state === "failed" && "This could not be sent. Try again."}
      </output>
    </div>
  );
}
