import { DefaultChatTransport, type UIMessage } from "ai";
import type { Config } from "./config.ts";
import { proofHeader } from "./proof.ts";

/** A conversation as the tab remembers it, so that a reload continues it. */
export interface Conversation {
  /** The chat's id: random, since a running answer is found again by it. */
  id: string;
  messages: UIMessage[];
  threadId?: string;
  threadKey?: string;
}

const slot = (config: Config) => `docent:${config.baseUrl}:${config.domain}`;

export function newConversation(): Conversation {
  return { id: randomId(), messages: [] };
}

/** crypto.randomUUID exists on secure origins only; a server in the house is often plain http. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function loadConversation(config: Config): Conversation {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(slot(config)) ?? "null");
    const known = stored as Conversation | null;
    if (known && typeof known.id === "string" && Array.isArray(known.messages)) return known;
  } catch {
    // Storage is closed to the page, or holds something else.
  }
  return newConversation();
}

export function saveConversation(config: Config, conversation: Conversation): void {
  try {
    sessionStorage.setItem(slot(config), JSON.stringify(conversation));
  } catch {
    // Full or closed: the conversation then lives as long as the page.
  }
}

export const endpoint = (config: Config) =>
  `${config.baseUrl}/v2/assistant/${encodeURIComponent(config.domain)}/message`;

const authorization = (config: Config): Record<string, string> =>
  config.key ? { Authorization: `Bearer ${config.key}` } : {};

/** The AI SDK's own transport; the thread's id and key travel in headers and come back in the body. */
export function makeTransport(config: Config, conversation: Conversation): DefaultChatTransport<UIMessage> {
  return new DefaultChatTransport({
    api: endpoint(config),
    headers: authorization(config),
    body: () => ({
      fp: "anonymous",
      retrievalPageSize: 5,
      ...(conversation.threadId ? { threadId: conversation.threadId } : {}),
      ...(conversation.threadKey ? { threadKey: conversation.threadKey } : {}),
    }),
    fetch: async (input, init) => {
      const proof = init?.method === "POST" ? await proofHeader(config) : {};
      const headers = new Headers(init?.headers);
      for (const [name, value] of Object.entries(proof)) headers.set(name, value);
      const response = await fetch(input, { ...init, headers });
      conversation.threadId = response.headers.get("x-thread-id") ?? conversation.threadId;
      conversation.threadKey = response.headers.get("x-thread-key") ?? conversation.threadKey;
      return response;
    },
  });
}

/** A closed connection alone does not end an answer: the server cannot tell it from a reload. */
export async function stopOnServer(config: Config, conversation: Conversation): Promise<void> {
  await fetch(`${endpoint(config)}/${conversation.id}/stop`, {
    method: "POST",
    headers: { ...authorization(config), "Content-Type": "application/json" },
    body: JSON.stringify({ threadId: conversation.threadId, threadKey: conversation.threadKey }),
  }).catch(() => undefined);
}
