import { type ComponentProps, memo, useMemo, useRef, useState } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import remend from "remend";
import type { Config } from "./config.ts";
import { Check, Copy } from "./icons.tsx";
import { pageHref } from "./links.ts";

export function CopyButton({ text, label }: { text: () => string; label: string }) {
  const [done, setDone] = useState(false);
  const timer = useRef<number>(undefined);
  const copy = async () => {
    await navigator.clipboard?.writeText(text());
    setDone(true);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setDone(false), 1600);
  };
  // Browsers give pages of plain http no clipboard.
  if (!navigator.clipboard) return null;
  return (
    <button type="button" className="quiet" onClick={copy}>
      {done ? <Check /> : <Copy />}
      <span className="label">{done ? "Copied" : label}</span>
    </button>
  );
}

function CodeBlock(props: ComponentProps<"pre">) {
  const block = useRef<HTMLPreElement>(null);
  const child = props.children as { props?: { className?: string } } | undefined;
  const language = /language-(\S+)/.exec(child?.props?.className ?? "")?.[1];
  return (
    <figure className="code">
      <figcaption>
        <span>{language ?? "text"}</span>
        <CopyButton label="Copy" text={() => block.current?.textContent?.trimEnd() ?? ""} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide block is scrolled with the keyboard */}
      <pre ref={block} tabIndex={0}>
        {props.children}
      </pre>
    </figure>
  );
}

interface Props {
  text: string;
  streaming: boolean;
  config: Config;
}

/** An answer's Markdown. HTML in it is shown as text; what has not arrived yet is closed for the time being. */
export const Answer = memo(function Answer({ text, streaming, config }: Props) {
  const components = useMemo<Components>(
    () => ({
      pre: ({ node: _, ...props }) => <CodeBlock {...props} />,
      a: ({ node: _, href, children }) => {
        const target = href ? pageHref(href, config) : "";
        if (!target) return <span>{children}</span>;
        return (
          <a href={target} target="_blank" rel="noreferrer">
            {children}
          </a>
        );
      },
      // Pictures of the documentation are not fetched by this page: their text stands for them.
      img: ({ alt }) => (alt ? <em className="picture">{alt}</em> : null),
      table: ({ node: _, ...props }) => (
        <div className="wide">
          <table {...props} />
        </div>
      ),
    }),
    [config],
  );
  const shown = streaming ? remend(text, { linkMode: "text-only" }) : text;
  return (
    <div className="prose">
      <Markdown remarkPlugins={[remarkGfm]} components={components} urlTransform={(url) => url}>
        {shown}
      </Markdown>
    </div>
  );
});
