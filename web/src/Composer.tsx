import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from "react";
import { Send, Stop } from "./icons.tsx";

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  first: boolean;
  busy: boolean;
  onAsk: (question: string) => void;
  onStop: () => void;
}

export function Composer({ field, first, busy, onAsk, onStop }: Props) {
  const [text, setText] = useState("");
  const ready = text.trim().length > 0;

  // After every render: the field grows with what is in it.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  });

  const ask = () => {
    if (!ready || busy) return;
    onAsk(text.trim());
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends an input method's composition: that one is not for us.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      ask();
    }
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={8000}
        aria-label="Your question"
        placeholder={first ? "Ask a question" : "Ask a follow-up"}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {busy ? (
        <button
          type="button"
          className="round"
          onClick={onStop}
          aria-label="Stop the answer"
          title="Stop (Esc)"
        >
          <Stop />
        </button>
      ) : (
        <button type="submit" className="round" disabled={!ready} aria-label="Ask" title="Ask (Enter)">
          <Send />
        </button>
      )}
    </form>
  );
}
