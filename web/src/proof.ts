import type { Config } from "./config.ts";

interface Challenge {
  required: boolean;
  challenge: string;
  difficulty: number;
  header: string;
}

/** The header that a message needs where the project asks for a solved challenge; none elsewhere. */
export async function proofHeader(config: Config): Promise<Record<string, string>> {
  if (!config.challenge) return {};
  const response = await fetch(
    `${config.baseUrl}/v2/assistant/${encodeURIComponent(config.domain)}/challenge`,
    { headers: { Authorization: `Bearer ${config.key}` } },
  );
  // The message then says itself what is missing.
  if (!response.ok) return {};
  const given = (await response.json()) as Challenge;
  if (!given.required) return {};
  return { [given.header]: await solve(given) };
}

function solve({ challenge, difficulty }: Challenge): Promise<string> {
  const worker = new Worker(new URL("./proof.worker.ts", import.meta.url), { type: "module" });
  return new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = () => reject(new Error("The browser could not solve the server's challenge."));
    worker.postMessage({ challenge, difficulty });
  }).finally(() => worker.terminate());
}
