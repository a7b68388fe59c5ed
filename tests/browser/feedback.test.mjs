// Thumbs and a comment under an answer, and the challenge that a project can ask of browsers.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { startDocent } from "../contract/support/docent.mjs";
import { launch, openPage } from "./support/browser.mjs";

let docent, browser;
before(async () => {
  [docent, browser] = await Promise.all([startDocent(), launch()]);
});
after(async () => {
  await browser?.close();
  await docent?.stop();
});

async function answered(page) {
  await page.goto(docent.url);
  await page.getByRole("textbox", { name: "Your question" }).fill("How do I verify the signature of a webhook?");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Copy answer" }).waitFor();
}
async function analytics(path) {
  const response = await fetch(`${docent.url}/v1/analytics/default${path}`, {
    headers: { Authorization: `Bearer ${docent.adminKey}` },
  });
  assert.equal(response.status, 200);
  return response.json();
}

test("a thumb and a comment reach those who own the documentation, with the keyboard alone", async () => {
  const { page, complaints, close } = await openPage(browser, { bypassCSP: true });
  await answered(page);
  const up = page.getByRole("button", { name: "This answer helped" });
  const down = page.getByRole("button", { name: "This answer did not help" });
  await up.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "What was wrong? (optional)" }).fill("The header has another name");
  assert.equal(await down.getAttribute("aria-pressed"), "true");
  assert.equal(await up.getAttribute("aria-pressed"), "false");
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const result = await page.evaluate(() => window.axe.run());
  assert.deepEqual(result.violations.map((v) => v.id), []);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Thank you.").waitFor();
  const { feedback } = await analytics("/feedback");
  assert.equal(feedback.length, 1);
  assert.equal(feedback[0].helpful, false);
  assert.equal(feedback[0].comment, "The header has another name");
  assert.equal(feedback[0].source, "contextual");
  const { conversations } = await analytics("/assistant");
  assert.equal(feedback[0].messageId, `msg_${conversations[0].id}`);
  assert.deepEqual(complaints, []);
  await close();
});

test("feedback that does not arrive is said so, and can be given again", async () => {
  const { page, close } = await openPage(browser);
  await answered(page);
  await page.route("**/feedback", (route) => route.fulfill({ status: 503, body: "" }));
  const up = page.getByRole("button", { name: "This answer helped" });
  await up.click();
  await page.getByText("This could not be sent. Try again.").waitFor();
  assert.equal(await up.getAttribute("aria-pressed"), "false");
  await page.unroute("**/feedback");
  await up.click();
  await page.getByRole("textbox", { name: "What was good? (optional)" }).waitFor();
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Thank you.").waitFor();
  await close();
});

test("where the project asks for it, the page solves a challenge and nobody notices", async () => {
  await docent.set("challenge=true", "challenge_bits=12");
  const without = await fetch(`${docent.url}/v2/assistant/default/message`, {
    method: "POST",
    headers: { Authorization: `Bearer ${docent.key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ fp: "anonymous", messages: [{ role: "user", content: "Hello" }] }),
  });
  assert.equal(without.status, 403);
  assert.equal((await without.json()).code, "challenge_required");
  const { page, complaints, close } = await openPage(browser);
  await answered(page);
  assert.match(await page.locator(".prose").textContent(), /HMAC-SHA256/);
  assert.deepEqual(complaints, []);
  await close();
  await docent.set("challenge=");
});

test("the example of the documentation solves a challenge", async () => {
  await docent.set("challenge=true", "challenge_bits=10");
  const { readFile } = await import("node:fs/promises");
  const docs = await readFile(new URL("../../docs/security.mdx", import.meta.url), "utf8");
  const example = docs.match(/```js[^\n]*proof\.js[^\n]*\n([\s\S]*?)```/)[1];
  const { proof } = await import(`data:text/javascript,${encodeURIComponent(example)}`);
  const headers = { Authorization: `Bearer ${docent.key}`, "Content-Type": "application/json" };
  const response = await fetch(`${docent.url}/v2/assistant/default/message`, {
    method: "POST",
    headers: { ...headers, ...(await proof(docent.url, "default", docent.key)) },
    body: JSON.stringify({ fp: "anonymous", messages: [{ role: "user", content: "What is a webhook?" }] }),
  });
  assert.equal(response.status, 200);
  await response.text();
  await docent.set("challenge=");
});
