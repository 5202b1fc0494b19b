import { cutText } from "./characters.ts";
import { MillraceError } from "./errors.ts";

/** Milliseconds of a minute. */
export const minuteMs = 60_000;
/** Milliseconds of an hour. */
export const hourMs = 60 * minuteMs;
/** Milliseconds of a day. */
export const dayMs = 24 * hourMs;

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: minuteMs, min: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs };

/** Nobody writes a longer one; text that comes with an event may be of any length. */
const longestDuration = 100;

/** Milliseconds of a duration people write: `30s`, `5m`, `2h`, `1d`, `1h 30m`. Throws BAD_INPUT naming `field`. */
export function parseDuration(text: string, field = "duration"): number {
  let total = 0;
  const trimmed = text.trim();
  const rest =
    trimmed.length > longestDuration
      ? trimmed
      : trimmed.replace(/(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)(?![a-z])/gi, (_, n: string, unit: string) => {
          total += Number(n) * unitsMs[unit.toLowerCase()]!;
          return "";
        });
  if (rest.trim() !== "" || total <= 0) {
    throw new MillraceError("BAD_INPUT", {
      details: { field, problem: `'${cutText(text, longestDuration)}' is not a duration; write it like 30s, 5m, 2h or 1d` },
    });
  }
  return total;
}

const unitWords: Record<string, string> = { ms: "millisecond", s: "second", m: "minute", min: "minute", h: "hour", d: "day", w: "week" };
const durationParts = /(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)(?![a-z])/gi;

/** Whether a text is a duration as people write them. */
export const isDuration = (text: string): boolean => {
  const trimmed = text.trim();
  return trimmed !== "" && trimmed.length <= longestDuration && trimmed.replace(durationParts, "").trim() === "";
};

/** A duration in words: `1m` is "1 minute", `1h 30m` "1 hour 30 minutes". What is none stays as it is written. */
export const durationInWords = (text: string): string =>
  isDuration(text)
    ? [...text.matchAll(durationParts)].map(([, n, unit]) => `${n} ${unitWords[unit!.toLowerCase()]}${n === "1" ? "" : "s"}`).join(" ")
    : text;

/** How often something happens: `15m` is "every 15 minutes", `1h` "every hour". */
export const everyWords = (text: string): string => `every ${durationInWords(text).replace(/^1 (\w+)$/, "$1")}`;

/** `850 ms`, `4.2 s`, `3 min`, `2 h 5 min`, `4 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} d`;
}

/** "5 minutes", rounded up, for a remaining wait. */
export function roughDuration(ms: number): string {
  const [size, unit] = (
    [
      [dayMs, "day"],
      [hourMs, "hour"],
      [minuteMs, "minute"],
    ] as const
  ).find(([most]) => ms >= 2 * most) ?? [1000, "second"];
  const n = Math.max(1, Math.ceil(ms / size));
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
}

/** "1 Dec 2026, 10:00 UTC", for text that is stored and read in any time zone. */
export const momentInWords = (at: number): string => `${moments.format(at)} UTC`;

const moments = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
