import { sentence } from "../errors.ts";

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Where the page is: its own path ends in /review or /review/ID, behind a proxy's prefix as well. */
export function placeOf(href: string): { base: string; id: string; workspace: string } {
  const url = new URL(href);
  const [, prefix = "", id = ""] = /^(.*?)\/review(?:\/([^/]*))?\/?$/.exec(url.pathname) ?? [];
  return {
    base: `${url.origin}${prefix}`,
    id: decodeURIComponent(id),
    workspace: url.searchParams.get("workspace") ?? "",
  };
}

export class Api {
  readonly base: string;
  private readonly headers: Record<string, string>;

  constructor(base: string, key: string, workspace: string) {
    this.base = `${base}/api/v1`;
    this.headers = { "x-api-key": key };
    if (workspace) this.headers["x-workspace-id"] = workspace;
  }

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.call<T>("GET", path, undefined, signal);
  }
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>("POST", path, body);
  }
  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>("PATCH", path, body);
  }

  /** A list whole: page after page, up to `most` items. */
  async all<T>(path: string, most = 1000): Promise<T[]> {
    const items: T[] = [];
    let cursor = "";
    do {
      const more = `${path.includes("?") ? "&" : "?"}limit=100${cursor && `&cursor=${cursor}`}`;
      const page = await this.get<{ items: T[]; next_cursor: string | null }>(path + more);
      items.push(...page.items);
      cursor = page.next_cursor ?? "";
    } while (cursor && items.length < most);
    return items;
  }

  /** Server-sent events, until the signal ends it; comes back by itself when the connection is lost. */
  async follow(
    path: string,
    after: number,
    take: (type: string, data: unknown) => void,
    signal: AbortSignal,
  ) {
    let last = String(after);
    for (let pause = 500; !signal.aborted; pause = Math.min(pause * 2, 15_000)) {
      try {
        const headers = { ...this.headers, accept: "text/event-stream", "last-event-id": last };
        const response = await fetch(this.base + path, { headers, signal });
        if (response.status >= 400 && response.status < 500) return;
        if (response.ok && response.body) {
          pause = 500;
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          const stream = new EventLines((id, type, data) => {
            if (id) last = id;
            take(type, data);
          });
          for (let piece = await reader.read(); !piece.done; piece = await reader.read())
            stream.add(piece.value);
        }
      } catch {
        if (signal.aborted) return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  private async call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    let response: Response;
    const headers = {
      ...this.headers,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    try {
      response = await fetch(this.base + path, { method, headers, signal, body: JSON.stringify(body) });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Refusal(0, "unreachable", sentence(new Error("failed to fetch")));
    }
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    let code = "";
    try {
      code = String(JSON.parse(text).code ?? "");
    } catch {
      // A proxy's page.
    }
    throw new Refusal(response.status, code, sentence(new Error(text)));
  }
}

/** Cuts a stream of server-sent events into events. */
export class EventLines {
  private rest = "";
  private readonly take: (id: string, type: string, data: unknown) => void;
  constructor(take: (id: string, type: string, data: unknown) => void) {
    this.take = take;
  }

  add(text: string) {
    const blocks = (this.rest + text).split("\n\n");
    this.rest = blocks.pop() ?? "";
    for (const block of blocks) {
      let id = "";
      let type = "message";
      let data = "";
      for (const line of block.split("\n")) {
        if (line.startsWith("id:")) id = line.slice(3).trim();
        else if (line.startsWith("event:")) type = line.slice(6).trim();
        else if (line.startsWith("data:")) data += line.slice(5);
      }
      if (data) this.take(id, type, JSON.parse(data));
    }
  }
}
