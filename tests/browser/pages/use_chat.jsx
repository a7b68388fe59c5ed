// The snippet of the assistant page, with the thread kept in a fetch wrapper as embedders do. Its settings
// are in the address: api, key, id, resume.
import { DefaultChatTransport } from "ai-6";
import { useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { useChat } from "react-sdk-6";

const settings = new URLSearchParams(location.search);
const thread = {};
const transport = new DefaultChatTransport({
  api: settings.get("api"),
  headers: { Authorization: `Bearer ${settings.get("key")}` },
  body: () => ({ fp: "anonymous", retrievalPageSize: 5, ...thread }),
  fetch: async (input, init) => {
    const response = await fetch(input, init);
    if (response.headers.get("x-thread-id")) thread.threadId = response.headers.get("x-thread-id");
    if (response.headers.get("x-thread-key")) thread.threadKey = response.headers.get("x-thread-key");
    return response;
  },
});

function Page() {
  const [input, setInput] = useState("");
  const pieces = useRef(new Set());
  const { messages, sendMessage, stop, status, error } = useChat({
    id: settings.get("id") ?? undefined,
    transport,
    resume: settings.has("resume"),
  });
  const textOf = (message) =>
    message.parts
      .filter((part) => part.type === "text")
      .map((part) => part.text)
      .join("");
  if (messages.at(-1)?.role === "assistant") pieces.current.add(textOf(messages.at(-1)).length);
  return (
    <div>
      {messages.map((message) => (
        <div key={message.id} className={message.role}>
          {textOf(message)}
          {message.parts
            .filter((part) => part.type === "source-url")
            .map((part) => (
              <a key={part.sourceId} href={part.url}>
                {part.title}
              </a>
            ))}
        </div>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sendMessage({ text: input });
          setInput("");
        }}
      >
        <input value={input} onChange={(event) => setInput(event.target.value)} />
        <button type="submit">Send</button>
      </form>
      <button id="stop" type="button" onClick={stop}>
        Stop
      </button>
      <p id="status">{status}</p>
      <p id="error">{error?.message}</p>
      <p id="thread">{thread.threadId}</p>
      <p id="thread-key">{thread.threadKey}</p>
      <p id="pieces">{pieces.current.size}</p>
    </div>
  );
}

createRoot(document.getElementById("root")).render(<Page />);
