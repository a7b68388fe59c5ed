// The review page: read the changes, comment, merge; with the keyboard alone; in both colour schemes and on a phone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startDocent } from "../contract/support/docent.mjs";
import { launch, openPage } from "./support/browser.mjs";

const script = [
  {
    match: "write about apes",
    calls: [
      { name: "create_file", args: { path: "apes.md", content: "---\ntitle: Apes\n---\n\nThey climb.\n" } },
      { name: "edit_file", args: { path: "cages.md", edits: [{ old_text: "small", new_text: "large" }] } },
    ],
  },
  { match: "write about apes", text: "Wrote a page about apes." },
  { match: "really large", text: "It is large now." },
  { text: "Fine.", repeat: true },
];
let folder, docent, browser, repository;
const git = (...words) =>
  execFileSync("git", ["-c", "user.name=Person", "-c", "user.email=p@example.com", ...words], {
    cwd: folder,
    encoding: "utf8",
  });
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "docent-review-"));
  const played = join(folder, "script.json");
  writeFileSync(played, JSON.stringify(script));
  git("init", "-q", "-b", "main", "repo");
  writeFileSync(join(folder, "repo", "cages.md"), "# Cages\n\nCages are small.\n");
  git("-C", "repo", "add", ".");
  git("-C", "repo", "commit", "-qm", "first");
  [docent, browser] = await Promise.all([
    startDocent({ script: played, env: { DOCENT_AGENT_LOCAL_REPOSITORIES: folder } }),
    launch(),
  ]);
  const provider = await call("POST", "code-providers", { platform: "git", name: "here", metadata: { type: "none" } });
  repository = await call("POST", "repositories", {
    code_provider_id: provider.id,
    name: "repo",
    full_name: "zoo/repo",
    clone_url: join(folder, "repo"),
    default_branch: "main",
    platform: "git",
    external_id: "1",
    enabled: true,
  });
});
after(async () => {
  await browser?.close();
  await docent?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function call(method, path, body) {
  const response = await fetch(`${docent.url}/api/v1/${path}`, {
    method,
    headers: { "x-api-key": docent.adminKey, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
/** The address of a pull request that the agent just made. */
async function proposed() {
  const session = await call("POST", "sessions", { repository_id: repository.id, branch_name: null });
  let last = await call("POST", `sessions/${session.id}/messages`, { message: "Write about apes" });
  while ((await call("GET", `sessions/${session.id}`)).agent_status !== "idle") {
    const events = await call("GET", `sessions/${session.id}/events?wait=2&after=${last.id}`);
    last = events.at(-1) ?? last;
  }
  const made = await call("POST", `sessions/${session.id}/merge-request`, { title: "Add apes", description: "They were **missing**." });
  assert.match(made.web_url, /\/review\//);
  return made;
}
async function enter(page, url) {
  await page.goto(url);
  await page.getByLabel("Key").fill(docent.adminKey);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Add apes" }).waitFor();
}
async function faults(page) {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const result = await page.evaluate(() => window.axe.run());
  return result.violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target).join(" ")}`);
}


test("shots", async () => {
  const made = await proposed();
  const counts = {};
  const get = async (p) => { const r = await fetch(`${docent.url}/api/v1/merge-requests/${made.id}${p}`, { headers: { "x-api-key": docent.adminKey } }); const t = await r.text(); const k = `${p} ${r.status} ${r.ok ? "" : t}`; counts[k] = (counts[k] ?? 0) + 1; };
  for (let i = 0; i < 15; ++i) await Promise.all([get(""), get("/files"), get("/commits"), get("/comments"), get("")]);
  console.log(JSON.stringify(counts));
});
