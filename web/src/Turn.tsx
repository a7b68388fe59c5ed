import type { UIMessage } from "ai";
import { Answer, CopyButton } from "./Answer.tsx";
import type { Config } from "./config.ts";
import { Feedback } from "./Feedback.tsx";
import { Search } from "./icons.tsx";
import { pageHref, pageLabel } from "./links.ts";
import { splitSuggestions } from "./suggestions.ts";

export const textOf = (message: UIMessage) =>
  message.parts
    .filter((part) => part.type === "text")
    .map((part) => part.text)
    .join("");

/** The pages an answer names, each once: two passages of a page are one source. */
export function sourcesOf(message: UIMessage) {
  const seen = new Map<string, { url: string; title: string }>();
  for (const part of message.parts) {
    if (part.type !== "source-url") continue;
    const page = part.url.replace(/#.*$/, "");
    if (!seen.has(page)) seen.set(page, { url: part.url, title: part.title || pageLabel(part.url) });
  }
  return [...seen.values()];
}

/** What was searched for, from the search tool's calls. */
function searchesOf(message: UIMessage): string[] {
  const queries = [];
  for (const part of message.parts) {
    if (part.type !== "tool-search" || !("input" in part)) continue;
    const query = (part.input as { query?: unknown } | undefined)?.query;
    if (typeof query === "string" && query) queries.push(query);
  }
  return queries;
}

interface Props {
  question: UIMessage;
  answer: UIMessage | undefined;
  /** The answer is being made. */
  busy: boolean;
  stopped: boolean;
  config: Config;
}

export function Turn({ question, answer, busy, stopped, config }: Props) {
  const { text, suggestions } = splitSuggestions(answer ? textOf(answer) : "");
  const sources = answer ? sourcesOf(answer) : [];
  const searches = answer ? searchesOf(answer) : [];
  return (
    <article className="turn" aria-busy={busy}>
      <h2>{textOf(question)}</h2>
      {busy && !text && (
        <p className="working">
          <Search />
          {searches.length > 0 ? "Reading what was found" : "Searching the documentation"}
          <span className="dots" aria-hidden="true" />
        </p>
      )}
      {text && <Answer text={text} streaming={busy} config={config} />}
      {!busy && answer && !text && <p className="note">There is no answer. Try asking in other words.</p>}
      {stopped && text && <p className="note">Stopped.</p>}
      {text && sources.length > 0 && (
        <section className="sources" aria-label="Sources">
          <h3>Sources</h3>
          <ol>
            {sources.map((source) => (
              <li key={source.url}>
                <a href={pageHref(source.url, config) || undefined} target="_blank" rel="noreferrer">
                  <span className="title">{source.title}</span>
                  <span className="where">{pageLabel(source.url)}</span>
                </a>
              </li>
            ))}
          </ol>
        </section>
      )}
      {!busy && suggestions.length > 0 && (
        <nav className="related" aria-label="Related pages">
          <h3>Read on</h3>
          <ul>
            {suggestions.map((page) => (
              <li key={page.path}>
                <a
                  className="chip"
                  href={pageHref(page.path, config) || undefined}
                  target="_blank"
                  rel="noreferrer"
                >
                  {page.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {!busy && text && (
        <div className="actions">
          <CopyButton label="Copy answer" text={() => text} />
          {answer?.id.startsWith("msg_") && <Feedback messageId={answer.id} config={config} />}
        </div>
      )}
    </article>
  );
}
