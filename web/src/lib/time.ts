const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const shortDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const longDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const calendarDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const exact = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/** "4 min ago", "in 2 h"; beyond a week the date. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 10 * second) return "just now";
  if (distance >= 7 * day) return dateOf(at, now);
  // A week that has just begun ends in 7 days, not in 6.
  const words = roughly(at > now && distance >= day ? Math.round(distance / day) * day : distance);
  return at > now ? `in ${words}` : `${words} ago`;
}

function roughly(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / (5 * second)) * 5} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  const days = Math.floor(ms / day);
  return days === 1 ? "1 day" : `${days} days`;
}

function dateOf(at: number, now: number): string {
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? shortDate : longDate).format(at);
}

/** Where all times are shown: the reader's own zone, by its name and how far it is from UTC now: "Europe/Berlin (GMT+1)". */
export function ownZone(now: number, zone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" })
    .formatToParts(now)
    .find(({ type }) => type === "timeZoneName")?.value;
  return offset === undefined || zone === "UTC" ? zone : `${zone} (${offset})`;
}

/** "Today", "Yesterday", "28 Nov": the day of a moment, where the reader is. */
export function dayTitle(at: number, now: number): string {
  const daysAgo = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / day);
  return daysAgo === 0 ? "Today" : daysAgo === 1 ? "Yesterday" : dateOf(at, now);
}
const ofDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "14:03:27": under the day it is of. */
export const timeOfDay = (at: number): string => ofDay.format(at);

const toTheMinute = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

/** "7 Dec 2026, 21:00 CET": until when something can be done. */
export const minuteOf = (at: number): string => toTheMinute.format(at);

/** The whole truth, with the zone: what stands behind a relative time. */
export function exactTime(at: number): string {
  return exact.format(at);
}

/** The moment that a text stands for, where it is a full time as computers write it; undefined for every other. */
export function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** "7 Dec 2026" for `2026-12-07`; undefined for a text that is no day. */
export function dayWords(text: string): string | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : calendarDay.format(at);
}

/** "320 ms", "1.2 s", "2 min 4 s", "3 h 20 min". */
export function durationWords(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * second) return `${trimZero((ms / second).toFixed(1))} s`;
  if (ms < minute) return `${Math.round(ms / second)} s`;
  if (ms < hour) return two(ms, minute, "min", second, "s");
  if (ms < day) return two(ms, hour, "h", minute, "min");
  return two(ms, day, "d", hour, "h");
}

/** Rests shorter than this are part of any work. */
const shortestRest = second;

/**
 * "took 1.2 s, waited 3 min": work apart from waits and from the rest between a failure and its replay. Null while it is under way, and where
 * it ended before it did anything: "0 ms" would be read as a fault.
 */
export function tookWords({
  createdAt,
  finishedAt,
  workedMs,
}: {
  createdAt: number;
  finishedAt: number | null;
  workedMs: number | null;
}): string | null {
  if (finishedAt === null) return null;
  const whole = finishedAt - createdAt;
  if (workedMs === null) return `took ${durationWords(whole)}`;
  const rest = whole - workedMs;
  if (workedMs < 1 && rest < shortestRest) return null;
  return `took ${durationWords(workedMs)}${rest >= shortestRest ? `, waited ${durationWords(rest)}` : ""}`;
}

/** How long a step was worked on: its attempts, not what lay between them. Null where that says nothing. */
export function stepWork({
  attempts,
  startedAt,
  finishedAt,
  kind,
}: {
  attempts: readonly { durationMs: number }[];
  startedAt: number;
  finishedAt: number | null;
  kind: string;
}): number | null {
  if (finishedAt === null || kind === "wait") return null;
  if (attempts.length > 0) return attempts.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return finishedAt === startedAt ? null : finishedAt - startedAt;
}

function two(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ""}`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, "");
}

/** The start of a day given as `2026-11-22`, in the viewer's zone; undefined for anything else. */
export function dayStart(date: string | undefined): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? "");
  if (!parts) return undefined;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** The first moment after that day. */
export function dayEnd(date: string | undefined): number | undefined {
  const start = dayStart(date);
  if (start === undefined) return undefined;
  const next = new Date(start);
  next.setDate(next.getDate() + 1);
  return next.getTime();
}
