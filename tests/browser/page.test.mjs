// The page at /: ask, read, follow sources, stop, reload, start over; with the keyboard, in both colour schemes.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fixtures, startDocent } from "../contract/support/docent.mjs";
import { launch, openPage } from "./support/browser.mjs";

let plain, scripted, browser;
before(async () => {
  [plain, scripted, browser] = await Promise.all([
    startDocent(),
    startDocent({ script: join(fixtures, "slow_script.json") }),
    launch(),
  ]);
});
after(async () => {
  await browser?.close();
  await Promise.all([plain?.stop(), scripted?.stop()]);
});

const field = (page) => page.getByRole("textbox", { name: "Your question" });
async function ask(page, question) {
  await field(page).fill(question);
  await page.keyboard.press("Enter");
}
const done = (page, n = 1) => page.getByRole("button", { name: "Copy answer" }).nth(n - 1).waitFor();

test("an answer shows its sources, and they can be opened", async () => {
  const { page, complaints, close } = await openPage(browser);
  await page.goto(plain.url);
  await ask(page, "How do I verify the signature of a webhook?");
  await done(page);
  assert.match(await page.locator(".prose").textContent(), /HMAC-SHA256/);
  assert.doesNotMatch(await page.locator("main").textContent(), /suggestions|\)\[\//);
  const source = page.getByRole("region", { name: "Sources" }).getByRole("link").first();
  const [opened] = await Promise.all([page.waitForEvent("popup"), source.click()]);
  await opened.waitForLoadState();
  assert.match(new URL(opened.url()).pathname, /^\/default\/webhooks\.md$/);
  assert.match(await opened.locator("body").textContent(), /X-Lumen-Signature/);

  await ask(page, "And how often is it retried?");
  await done(page, 2);
  assert.match(await page.locator(".prose").last().textContent(), /five times/);
  assert.deepEqual(complaints, []);
  await close();
});

test("the whole page works with the keyboard", async () => {
  const { page, close } = await openPage(browser);
  await page.goto(scripted.url);
  await field(page).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.type("stop me");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("please");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => (document.querySelector(".prose")?.textContent.length ?? 0) > 20);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Ask", exact: true }).waitFor();
  await page.getByText("Stopped.").waitFor();
  const length = (await page.locator(".prose").textContent()).length;
  assert.ok(length > 20);
  await ask(page, "Tell me about webhooks");
  await done(page, 2);
  assert.match(await page.locator(".prose").last().textContent(), /short answer/);
  assert.equal((await page.locator(".prose").first().textContent()).length, length);
  await close();
});

test("a reload keeps the conversation and goes on with a running answer", async () => {
  const { page, complaints, close } = await openPage(browser);
  await page.goto(scripted.url);
  await ask(page, "Tell me about webhooks");
  await done(page);
  await ask(page, "slow please");
  await page.waitForFunction(() => (document.querySelectorAll(".prose")[1]?.textContent.length ?? 0) > 10);
  await page.reload();
  await done(page, 2);
  assert.match(await page.locator(".prose").first().textContent(), /short answer/);
  assert.match(await page.locator(".prose").last().textContent(), /^One two .*omega\./s);
  assert.equal(await page.locator(".turn").count(), 2);

  await page.getByRole("button", { name: "New chat" }).click();
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("a refused question is one sentence, and can be asked again", async () => {
  const { page, close } = await openPage(browser);
  await page.route("**/message", (route) =>
    route.fulfill({ status: 429, contentType: "application/json", body: '{"error":"this key has no requests left this hour"}' }),
  );
  await page.goto(plain.url);
  await ask(page, "How large may an event be?");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.textContent(), /^This key has no requests left this hour\./);
  await page.unroute("**/message");
  await page.getByRole("button", { name: "Try again" }).click();
  await done(page);
  assert.match(await page.locator(".prose").textContent(), /64 KB/);
  assert.equal(await alert.count(), 0);
  await close();
});

test("a server without the page's settings is said so", async () => {
  const { page, close } = await openPage(browser);
  await page.route("**/ui/config.json", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto(plain.url);
  await page.getByRole("heading", { name: "This page is not set up" }).waitFor();
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`no fault of accessibility, and nothing wider than a phone (${colorScheme})`, async () => {
    const { page, close } = await openPage(browser, { colorScheme, viewport: { width: 360, height: 740 }, bypassCSP: true });
    await page.goto(plain.url);
    await field(page).waitFor();
    const check = async () => {
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
      const result = await page.evaluate(() => window.axe.run());
      assert.deepEqual(
        result.violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target).join(" ")}`),
        [],
      );
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    };
    await check();
    await ask(page, "How do I install the command line tool?");
    await done(page);
    await check();
    await close();
  });
}
