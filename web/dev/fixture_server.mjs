// A stand-in for Docent: plays a recorded v2 answer, so that the page can be worked on and looked at alone.
//   npm run fixture -- [port]     serves web/dist too, when it is there
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "dist");
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The chunks of an answer: what the question holds decides which. */
export async function* chunks(question, delay) {
  const id = `msg-${Math.random().toString(36).slice(2)}`;
  yield { type: "start", messageId: id, messageMetadata: { threadId: "thread-1" } };
  yield { type: "start-step" };
  yield {
    type: "tool-input-available",
    toolCallId: "call-1",
    toolName: "search",
    input: { query: question },
  };
  await sleep(delay * 20);
  yield { type: "tool-output-available", toolCallId: "call-1", output: { type: "search", results: [] } };
  yield { type: "finish-step" };
  yield { type: "start-step" };
  const answer = await readFile(join(here, "answer.md"), "utf8");
  yield { type: "text-start", id: "text-1" };
  for (const word of answer.match(/\S+\s*/g)) {
    await sleep(delay);
    yield { type: "text-delta", id: "text-1", delta: word };
    if (/fail/.test(question) && word.startsWith("Open")) {
      yield { type: "error", errorText: "the model did not answer in time" };
      return;
    }
  }
  yield { type: "text-end", id: "text-1" };
  const sources = [
    ["/quickstart#edit-your-pages", "Quickstart"],
    ["/organize/navigation", "Navigation and how pages are found in it"],
    ["https://docs.example.com/components/cards", "Cards"],
  ];
  for (const [n, [url, title]] of sources.entries())
    yield { type: "source-url", sourceId: `source-${n}`, url, title };
  yield { type: "finish-step" };
  yield { type: "finish", messageMetadata: { threadId: "thread-1" } };
}

async function answer(request, response) {
  let body = "";
  for await (const piece of request) body += piece;
  const question = JSON.parse(body)
    .messages.at(-1)
    .parts.map((part) => part.text ?? "")
    .join("");
  if (/wrong key/.test(question)) {
    response.writeHead(401, { "content-type": "application/json" });
    return response.end(
      '{"error":"this assistant key has expired","message":"this assistant key has expired"}\n',
    );
  }
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-vercel-ai-ui-message-stream": "v1",
    "x-thread-id": "thread-1",
    "x-thread-key": "secret",
  });
  for await (const chunk of chunks(question, /slow/.test(question) ? 60 : 4)) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end("data: [DONE]\n\n");
}

const config = {
  domain: "default",
  name: "Acme",
  key: "mint_dsc_fixture",
  examples: ["How do I install it?", "How do I add a page to the navigation?", "What do webhooks send?"],
};

async function serve(request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  if (request.method === "POST" && path.endsWith("/message")) return answer(request, response);
  if (request.method === "POST") return response.writeHead(204).end();
  if (path.endsWith("/stream")) return response.writeHead(204).end();
  if (path === "/ui/config.json") return response.end(JSON.stringify(config));
  const file = normalize(join(dist, path === "/" ? "index.html" : path));
  if (!file.startsWith(dist)) return response.writeHead(404).end();
  try {
    const bytes = await readFile(file);
    response.writeHead(200, {
      "content-type": types[extname(file)] ?? "text/plain",
      "content-security-policy": policy,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end("not found");
  }
}

const port = Number(process.argv[2] ?? 8899);
createServer((request, response) => {
  serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(port, "127.0.0.1", function () {
  console.log(`http://127.0.0.1:${this.address().port}/`);
});
