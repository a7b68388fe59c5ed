import { useChat } from "@ai-sdk/react";
import type { UIMessage } from "ai";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Composer } from "./Composer.tsx";
import type { Config } from "./config.ts";
import { type Conversation, makeTransport, saveConversation, stopOnServer } from "./conversation.ts";
import { sentence } from "./errors.ts";
import { Mark, Plus, Retry } from "./icons.tsx";
import { sourcesOf, Turn, textOf } from "./Turn.tsx";

interface Props {
  config: Config;
  conversation: Conversation;
  onNew: () => void;
}

export function Chat({ config, conversation, onNew }: Props) {
  const transport = useMemo(() => makeTransport(config, conversation), [config, conversation]);
  const { messages, sendMessage, regenerate, stop, status, error, clearError } = useChat({
    id: conversation.id,
    messages: conversation.messages,
    transport,
    throttle: 40,
    // An answer that ran when the page was reloaded goes on from its first chunk.
    resume: conversation.messages.length > 0,
  });
  const busy = status === "submitted" || status === "streaming";
  const [stopped, setStopped] = useState<ReadonlySet<string>>(new Set());
  const field = useRef<HTMLTextAreaElement>(null);
  const last = useRef<HTMLDivElement>(null);

  const turns = useMemo(() => {
    const list: { question: UIMessage; answer?: UIMessage }[] = [];
    for (const message of messages) {
      const turn = list.at(-1);
      if (message.role === "user") list.push({ question: message });
      else if (turn) turn.answer = message;
    }
    return list;
  }, [messages]);

  // What a reload needs: the questions at once, answers when they are whole (a running one is sent again).
  useEffect(() => {
    if (messages.length === 0) return;
    conversation.messages = busy && messages.at(-1)?.role === "assistant" ? messages.slice(0, -1) : messages;
    saveConversation(config, conversation);
  }, [messages, busy, config, conversation]);

  // A new question goes to the top of the window, and its answer grows below it without moving.
  const count = turns.length;
  const scrolled = useRef(conversation.messages.length > 0 ? count : 0);
  useEffect(() => {
    if (count <= scrolled.current) return;
    scrolled.current = count;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (count > 1) last.current?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }, [count]);

  const failure = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) failure.current?.scrollIntoView({ block: "nearest" });
  }, [error]);

  const halt = useCallback(() => {
    const id = turns.at(-1)?.question.id;
    if (id) setStopped((known) => new Set(known).add(id));
    void stop();
    void stopOnServer(config, conversation);
    field.current?.focus();
  }, [stop, config, conversation, turns]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && /^(input|textarea|select)$/i.test(event.target.tagName);
      if (event.key === "Escape" && busy) halt();
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        field.current?.focus();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [busy, halt]);

  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  const ask = (question: string) => {
    clearError();
    void sendMessage({ text: question });
  };
  const retry = () => {
    clearError();
    void regenerate();
  };
  const empty = turns.length === 0;
  const answer = turns.at(-1)?.answer;
  const announcement = busy
    ? answer && textOf(answer)
      ? "The answer is being written."
      : "Searching the documentation."
    : answer && !error
      ? `The answer is complete, with ${sourcesOf(answer).length} sources.`
      : "";

  return (
    <div className={empty ? "app empty" : "app"}>
      <header>
        <a className="brand" href="./">
          <Mark />
          <span>{config.name}</span>
        </a>
        {!empty && (
          <button type="button" className="quiet" onClick={onNew}>
            <Plus />
            <span className="label">New chat</span>
          </button>
        )}
      </header>
      <main>
        {empty && (
          <div className="welcome">
            <h1>What would you like to know?</h1>
            <p>Answers quote the documentation and link to where they come from.</p>
          </div>
        )}
        {!empty && <h1 className="visually-hidden">Questions about {config.name}</h1>}
        {turns.map((turn, index) => {
          const current = index === turns.length - 1;
          return (
            <div
              key={turn.question.id}
              ref={current ? last : undefined}
              className={current ? "slot current" : "slot"}
            >
              <Turn
                question={turn.question}
                answer={turn.answer}
                busy={busy && current}
                stopped={stopped.has(turn.question.id)}
                config={config}
              />
              {current && error && (
                <div className="failure" role="alert" ref={failure}>
                  <p>{sentence(error)}</p>
                  <button type="button" className="quiet" onClick={retry}>
                    <Retry />
                    <span className="label">Try again</span>
                  </button>
                </div>
              )}
            </div>
          );
        })}
      </main>
      <section className="dock" aria-label="Ask">
        <Composer field={field} first={empty} busy={busy} onAsk={ask} onStop={halt} />
        {empty && config.examples.length > 0 && (
          <ul className="examples" aria-label="Example questions">
            {config.examples.map((question) => (
              <li key={question}>
                <button type="button" className="chip" onClick={() => ask(question)}>
                  {question}
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
      <output className="visually-hidden" aria-live="polite">
        {announcement}
      </output>
    </div>
  );
}
