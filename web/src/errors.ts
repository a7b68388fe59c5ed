/** One sentence for people. The AI SDK's error message is the response's body as it came. */
export function sentence(error: Error): string {
  const message = error.message.trim();
  try {
    const body: unknown = JSON.parse(message);
    if (typeof body === "object" && body !== null) {
      for (const field of ["error", "message", "detail"]) {
        const value = (body as Record<string, unknown>)[field];
        if (typeof value === "string" && value) return asSentence(value);
      }
    }
  } catch {
    // Plain text.
  }
  if (/failed to fetch|networkerror|load failed|network error|terminated/i.test(message))
    return "The server cannot be reached. Check that it is running, then try again.";
  if (!message || message.startsWith("<") || message.length > 300)
    return "The answer could not be loaded. Try again.";
  return asSentence(message);
}

function asSentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const upper = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.!?…]$/.test(upper) ? upper : `${upper}.`;
}
