// How Docent reaches a provider: HTTP/2 on a connection that is used again, a certificate bundle of one's own, a proxy.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createSecureServer } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startDocent } from "../support/docent.mjs";

let folder, service, base;
const seen = { versions: [], sessions: 0 };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "docent-transport-"));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-subj", "/CN=model", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
    { stdio: "ignore" });
  service = createSecureServer({
    key: await readFile(join(folder, "key.pem")),
    cert: await readFile(join(folder, "cert.pem")),
    allowHTTP1: true,
  });
  service.on("session", () => ++seen.sessions);
  service.on("request", (request, response) => {
    seen.versions.push(request.httpVersion);
    request.resume();
    request.on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
      response.write(chunk({ content: "Events may be 64 KB." }));
      response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
    });
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  base = `https://127.0.0.1:${service.address().port}/v1`;
});
after(async () => {
  service?.close();
  await rm(folder, { recursive: true, force: true });
});

const model = (extra) => ({
  DOCENT_MODEL_PROVIDER: "openai",
  DOCENT_MODEL_BASE_URL: base,
  DOCENT_MODEL_NAME: "m",
  DOCENT_MODEL_RETRY_WAIT: "10ms",
  // What this machine has must not decide.
  CURL_CA_BUNDLE: "",
  SSL_CERT_FILE: "",
  ...extra,
});

async function ask(docent) {
  const response = await fetch(`${docent.url}/v2/assistant/default/message`, {
    method: "POST",
    headers: { Authorization: `Bearer ${docent.key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ fp: "a", messages: [{ role: "user", content: "How large may an event be?" }] }),
  });
  return response.text();
}

test("HTTP/2 on one connection, with the bundle that SSL_CERT_FILE names", async () => {
  const docent = await startDocent({ env: model({ SSL_CERT_FILE: join(folder, "cert.pem") }) });
  try {
    for (let i = 0; i < 3; ++i) assert.match(await ask(docent), /Events may be 64 KB/);
    assert.ok(seen.versions.length >= 3);
    assert.deepEqual(new Set(seen.versions), new Set(["2.0"]));
    assert.equal(seen.sessions, 1);
  } finally {
    await docent.stop();
  }
});

test("a certificate that is not trusted ends the call, and the reader gets the answer without a model", async () => {
  const before = seen.versions.length;
  const docent = await startDocent({ env: model() });
  try {
    const text = await ask(docent);
    assert.match(text, /64 KB/);
    assert.doesNotMatch(text, /Events may be/);
    assert.equal(seen.versions.length, before);
  } finally {
    await docent.stop();
  }
});

test("https_proxy is used", async () => {
  let tunnels = 0;
  const open = new Set();
  const proxy = createHttpServer().on("connect", (request, socket, head) => {
    ++tunnels;
    const [host, port] = request.url.split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) {
      open.add(one);
      one.on("error", () => {});
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const docent = await startDocent({
    env: model({
      SSL_CERT_FILE: join(folder, "cert.pem"),
      https_proxy: `http://127.0.0.1:${proxy.address().port}`,
      no_proxy: "",
      NO_PROXY: "",
    }),
  });
  try {
    assert.match(await ask(docent), /Events may be 64 KB/);
    assert.ok(tunnels >= 1);
  } finally {
    await docent.stop();
    for (const one of open) one.destroy();
    proxy.close();
  }
});
