/** What the server tells the page about itself: GET ui/config.json. */
export interface Config {
  domain: string;
  name: string;
  /** The public assistant key; empty when the page has to ask for one. */
  key: string;
  /** Where the API is: the folder that this page came from, behind a proxy as well. */
  baseUrl: string;
  /** Messages need a solved challenge. */
  challenge: boolean;
  /** Questions to begin with. */
  examples: string[];
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

export function readConfig(json: unknown, page: string): Config {
  const fields = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  const domain = text(fields.domain) || "default";
  const examples = Array.isArray(fields.examples) ? fields.examples.filter((e) => typeof e === "string") : [];
  return {
    domain,
    name: text(fields.name) || domain,
    key: text(fields.key),
    baseUrl: new URL(".", page).href.replace(/\/+$/, ""),
    challenge: fields.challenge === true,
    examples: examples.slice(0, 4),
  };
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch("./ui/config.json", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return readConfig(await response.json(), document.baseURI);
}
