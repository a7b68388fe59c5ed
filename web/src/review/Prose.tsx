import { memo, useMemo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

interface Node {
  type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  position?: { start: { line: number }; end: { line: number } };
  children?: Node[];
}

const blocks = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "hr", "img"]);

/** Marks the innermost blocks that stand on one of these lines. */
function markChanged(node: Node, lines: Set<number>) {
  for (const child of node.children ?? []) {
    markChanged(child, lines);
    // A list item without paragraphs is a block itself.
    const item = child.tagName === "li" && !child.children?.some((c) => blocks.has(c.tagName ?? ""));
    if (!child.position || !(blocks.has(child.tagName ?? "") || item)) continue;
    const nested = item ? child.children?.find((c) => c.tagName === "ul" || c.tagName === "ol") : undefined;
    const last = (nested?.position?.start.line ?? child.position.end.line + 1) - 1;
    for (let line = child.position.start.line; line <= last; line++)
      if (lines.has(line)) {
        child.properties = { ...child.properties, className: "changed" };
        break;
      }
  }
}

const components: Components = {
  a: ({ node: _, href, children, ...rest }) =>
    href && /^(https?:|mailto:)/i.test(href) ? (
      <a {...rest} href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    ) : (
      <span className="link" title={href}>
        {children}
      </span>
    ),
  img: ({ node: _, src, alt }) => (
    <span className="picture">
      {alt || "Image"}
      {typeof src === "string" && <small>{src}</small>}
    </span>
  ),
  pre: ({ node: _, ...props }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide block is scrolled with the keyboard
    <pre className="block" tabIndex={0} {...props} />
  ),
  table: ({ node: _, ...props }) => (
    <div className="wide">
      <table {...props} />
    </div>
  ),
};

/** Markdown of people, agents and pages. HTML in it is shown as text, nothing is fetched. */
export const Prose = memo(function Prose({ text, changed }: { text: string; changed?: Set<number> }) {
  const plugins = useMemo(
    () => (changed?.size ? [() => (tree: Node) => markChanged(tree, changed)] : []),
    [changed],
  );
  return (
    <div className="prose">
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={plugins}
        components={components}
        urlTransform={(url) => url}
      >
        {text}
      </Markdown>
    </div>
  );
});
