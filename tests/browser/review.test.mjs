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

test("a reviewer reads, comments at a line, and merges with a squash", async () => {
  const made = await proposed();
  const { page, complaints, close } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await enter(page, made.web_url);
  assert.equal(await page.locator(".state").textContent(), "Open");
  assert.match(await page.locator(".card").textContent(), /They were missing\./);

  await page.getByRole("tab", { name: /Files/ }).click();
  const cages = page.getByRole("region", { name: "cages.md" });
  assert.match(await cages.locator(".diff").textContent(), /Cages are large\./);
  await page.getByRole("button", { name: "Side by side" }).click();
  await cages.locator(".diff.split .text.removed").getByText("Cages are small.").waitFor();
  await page.getByRole("button", { name: "Inline" }).click();
  const apes = page.getByRole("region", { name: "apes.md" });
  await apes.getByRole("button", { name: "Rendered" }).click();
  await apes.getByText("They climb.").waitFor();
  assert.equal(await apes.locator(".page-title").textContent(), "Apes");

  await cages.getByRole("button", { name: /^Line 3, added/ }).click();
  await cages.getByLabel("Comment on line 3").fill("Really large?");
  await cages.getByRole("button", { name: "Comment", exact: true }).click();
  await cages.getByText("It is large now.").waitFor();

  await page.getByRole("tab", { name: /Conversation/ }).click();
  await page.getByText("Really large?").waitFor();
  await page.getByRole("radio", { name: /One commit/ }).check();
  await page.getByRole("button", { name: "Squash and merge" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Squash and merge" }).click();
  await page.locator(".state-merged").waitFor();
  assert.equal(git("-C", "repo", "log", "--format=%s", "main"), "Add apes\nfirst\n");
  assert.match(git("-C", "repo", "show", "main:cages.md"), /large/);
  await page.reload();
  await page.locator(".state-merged").waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("everything works with the keyboard, in the dark and on a phone", async () => {
  git("-C", "repo", "reset", "-q", "--hard", "main~1");
  const made = await proposed();
  const options = { colorScheme: "dark", viewport: { width: 390, height: 800 }, bypassCSP: true };
  const { page, close } = await openPage(browser, options);
  await enter(page, made.web_url);
  const narrow = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  assert.ok(await narrow());
  assert.deepEqual(await faults(page), []);

  await page.getByRole("tab", { name: /Conversation/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("region", { name: "cages.md" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "tab-files");
  assert.ok(await narrow());
  assert.deepEqual(await faults(page), []);
  await page.locator(".file[aria-label='cages.md'] button.number[tabindex='0']").focus();
  for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => /^Line 3, added/.test(document.activeElement?.ariaLabel ?? ""));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.press("Escape");

  await page.getByRole("tab", { name: /Files/ }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("button", { name: "Close without merging" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Close without merging" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".state-closed").waitFor();
  await page.getByRole("button", { name: "Reopen" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".state-open").waitFor();
  await close();
});

test("the list shows what is open, and a wrong key is asked for again", async () => {
  const { page, close } = await openPage(browser);
  await page.goto(`${docent.url}/review`);
  await page.getByLabel("Key").fill("mint_wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Key").fill(docent.adminKey);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Add apes" }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.getByRole("button", { name: "Merged" }).click();
  await page.locator(".requests .state-merged").waitFor();
  await page.getByRole("link", { name: "Add apes" }).click();
  await page.getByRole("heading", { name: "Add apes" }).waitFor();
  await close();
});
