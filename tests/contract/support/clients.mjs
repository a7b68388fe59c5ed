// The releases of the AI SDK that the v2 endpoint must please: the oldest and the newest of each generation.
const releases = ["5-oldest", "5-latest", "6-oldest", "6-latest", "7-oldest", "7-latest"];

export async function v2Clients() {
  return Promise.all(
    releases.map(async (release) => {
      const { DefaultChatTransport } = await import(`ai-${release}`);
      const { Chat } = await import(`react-sdk-${release}`);
      return { release, DefaultChatTransport, Chat };
    }),
  );
}

/** A chat as the documentation's snippet makes it, with the thread kept in a fetch wrapper as embedders do. */
export function openChat({ DefaultChatTransport, Chat }, { url, key, domain = "default", keepThread = true, id, headers, body = {} }) {
  const seen = { threadId: undefined, threadKey: undefined, responses: [] };
  const transport = new DefaultChatTransport({
    api: `${url}/discovery/v2/assistant/${domain}/message`,
    headers: headers ?? { Authorization: `Bearer ${key}` },
    body: () => ({
      fp: "anonymous",
      retrievalPageSize: 5,
      ...body,
      ...(keepThread && seen.threadId ? { threadId: seen.threadId, threadKey: seen.threadKey } : {}),
    }),
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      seen.responses.push(response);
      seen.threadId = response.headers.get("x-thread-id") ?? seen.threadId;
      seen.threadKey = response.headers.get("x-thread-key") ?? seen.threadKey;
      return response;
    },
  });
  let failure;
  const chat = new Chat({ ...(id ? { id } : {}), transport, onError: (error) => (failure = error) });
  return { chat, seen, failure: () => failure };
}

export const textOf = (message) =>
  message.parts
    .filter((part) => part.type === "text")
    .map((part) => part.text)
    .join("");

/** Resolves when the condition holds; the test's own time limit ends a wait in vain. */
export async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
