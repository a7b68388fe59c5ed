export const count = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 hours ago"; a date when it is long ago. */
export function since(time: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds > 30 * 86_400) return new Date(time).toLocaleDateString("en", { dateStyle: "medium" });
  for (const [unit, size] of units)
    if (seconds >= size)
      return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
  return "just now";
}

export const short = (sha: string) => sha.slice(0, 8);
