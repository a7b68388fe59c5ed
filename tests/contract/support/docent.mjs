// Starts a real `docent serve` on a free port with a data directory of its own.
import { spawn, execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const here = dirname(dirname(fileURLToPath(import.meta.url)));
export const fixtures = join(here, "fixtures");
const binary = process.env.DOCENT_BINARY;
if (!binary) throw new Error("DOCENT_BINARY: set it to the docent program (run.sh does)");

async function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** @returns {Promise<{url: string, key: string, adminKey: string, set: (...entries: string[]) => Promise<unknown>, stop: () => Promise<void>}>} */
export async function startDocent({ docs = join(fixtures, "docs"), script, env: own = {} } = {}) {
  const data = await mkdtemp(join(tmpdir(), "docent-contract-"));
  const port = await freePort();
  const env = { ...process.env, no_proxy: "127.0.0.1", DOCENT_LOG_LEVEL: "warn", ...own };
  if (script) Object.assign(env, { DOCENT_MODEL_PROVIDER: "scripted", DOCENT_MODEL_SCRIPT: script });
  const child = spawn(binary, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--docs", docs], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const url = `http://127.0.0.1:${port}`;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  for (let tries = 0; ; ++tries) {
    const ready = await fetch(`${url}/readyz`).then((r) => r.ok, () => false);
    if (ready) break;
    if (child.exitCode !== null || tries > 300) throw new Error(`docent did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const makeKey = async (kind) => {
    const made = await promisify(execFile)(binary, ["key", "create", "--project", "default", "--kind", kind, "--data", data]);
    return made.stdout.trim();
  };
  /** Changes settings of the project: set("challenge=true"). */
  const set = (...entries) => promisify(execFile)(binary, ["project", "set", "default", ...entries, "--data", data]);
  const key = await makeKey("assistant");
  const adminKey = await makeKey("admin");
  return {
    url,
    key,
    adminKey,
    set,
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      await exited;
      await rm(data, { recursive: true, force: true });
    },
  };
}
