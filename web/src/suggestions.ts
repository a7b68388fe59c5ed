export interface Suggestion {
  title: string;
  path: string;
}

const open = "```suggestions";

/**
 * Parts an answer from the fenced block of related pages at its end: one "(Title)[/path]" a line. While
 * the block is still arriving, what is there of it is kept out of the text.
 */
export function splitSuggestions(answer: string): { text: string; suggestions: Suggestion[] } {
  const begin = answer.lastIndexOf(open);
  if (begin < 0 || (begin > 0 && answer[begin - 1] !== "\n"))
    return { text: hideOpening(answer), suggestions: [] };
  const after = answer.slice(begin + open.length);
  const end = after.indexOf("```");
  const block = end < 0 ? after : after.slice(0, end);
  const rest = end < 0 ? "" : after.slice(end + 3).trim();
  const suggestions = [];
  for (const line of block.split("\n")) {
    const match = /^\s*\((.+)\)\[([^\]]+)\]\s*$/.exec(line);
    if (match?.[1] && match[2]) suggestions.push({ title: match[1], path: match[2] });
  }
  const text = answer.slice(0, begin).trimEnd();
  return { text: rest ? `${text}\n\n${rest}` : text, suggestions };
}

/** A last line that may become the block's opening is not shown yet; one that closes a code block is. */
function hideOpening(answer: string): string {
  const line = answer.slice(answer.lastIndexOf("\n") + 1);
  if (!line || !open.startsWith(line)) return answer;
  const fences = answer.match(/^```/gm)?.length ?? 0;
  return line.length < 3 || fences % 2 === 1 ? answer.slice(0, -line.length) : answer;
}
