import type { Config } from "./config.ts";

/**
 * Where a page of the documentation is. Its own site's address is used as it is; a path on a site without
 * an address ("/guides/start#run") leads to the page's Markdown on this server.
 */
export function pageHref(target: string, config: Pick<Config, "domain" | "baseUrl">): string {
  if (/^(https?:|mailto:)/i.test(target)) return target;
  // Whatever else has a scheme is not followed.
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("//")) return "";
  if (target.startsWith("#")) return target;
  const [, path = "", rest = ""] = /^\/?([^?#]*)(.*)$/.exec(target) ?? [];
  const page = path.replace(/\/+$/, "").replace(/\.mdx?$/, "") || "index";
  return `${config.baseUrl}/${encodeURIComponent(config.domain)}/${page}.md${rest.replace(/^\?[^#]*/, "")}`;
}

/** What to show of an address below a title: the host of another site, or the page's path. */
export function pageLabel(target: string): string {
  if (/^https?:/i.test(target)) {
    try {
      const url = new URL(target);
      return url.host + url.pathname.replace(/\/$/, "");
    } catch {
      return target;
    }
  }
  return target.replace(/^\//, "").replace(/#.*$/, "") || "index";
}
