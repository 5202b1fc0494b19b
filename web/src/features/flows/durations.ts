const units: Record<string, string> = { ms: "millisecond", s: "second", m: "minute", min: "minute", h: "hour", d: "day", w: "week" };
const durationPattern = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)$/;

export const isDuration = (text: string): boolean => durationPattern.test(text.trim());

/** "2h" as "2 hours". */
export function durationText(text: string): string {
  const [, amount = "", unit = ""] = durationPattern.exec(text.trim()) ?? [];
  return units[unit] === undefined ? text : `${amount} ${units[unit]}${amount === "1" ? "" : "s"}`;
}
