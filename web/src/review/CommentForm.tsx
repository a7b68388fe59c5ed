import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import type { NewComment, Side } from "./types.ts";

interface Props {
  label: string;
  agent: boolean; // there is one to send it to
  at?: { path: string; side: Side; line?: number };
  onSend: (said: NewComment) => Promise<void>;
  onCancel?: () => void;
}

export function CommentForm({ label, agent, at, onSend, onCancel }: Props) {
  const [text, setText] = useState("");
  const [forAgent, setForAgent] = useState(true);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState("");
  // The same words keep their name, so that a second try adds no second comment.
  const name = useRef({ text: "", id: "" });
  const id = useId();

  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    const body = text.trim();
    if (!body || sending) return;
    if (name.current.text !== body)
      name.current = { text: body, id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
    setSending(true);
    setFailed("");
    try {
      await onSend({ ...at, body, for_agent: agent && forAgent, client_id: name.current.id });
      setText("");
      name.current = { text: "", id: "" };
      onCancel?.();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
    if (event.key === "Escape" && onCancel && !text.trim()) onCancel();
  };
  return (
    <form className="comment-form" onSubmit={send}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={keys}
        maxLength={20_000}
        // biome-ignore lint/a11y/noAutofocus: the form was just asked for
        autoFocus={at !== undefined}
      />
      {failed && (
        <p className="failure" role="alert">
          {failed}
        </p>
      )}
      <div className="row">
        {agent ? (
          <label className="check">
            <input
              type="checkbox"
              checked={forAgent}
              onChange={(event) => setForAgent(event.target.checked)}
            />
            Send to the agent
          </label>
        ) : (
          <span className="note">Kept as a note: the agent has finished.</span>
        )}
        <span className="grow" />
        {onCancel && (
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" className="button primary" disabled={!text.trim() || sending}>
          {sending ? "Sending…" : "Comment"}
        </button>
      </div>
    </form>
  );
}
