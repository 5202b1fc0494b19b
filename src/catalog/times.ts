import { parseDuration } from "#kernel/durations.ts";
import { textOf } from "./text.ts";
import type { JsonSchema } from "./types.ts";

/** How a time is written on the wire where that is not ISO 8601. A schema carries it as its `format`. */
export type TimeFormat = "epoch-ms" | "epoch-s" | "mm-dd-yyyy";

const fitted: Record<TimeFormat, RegExp> = { "epoch-ms": /^\d+$/, "epoch-s": /^\d+$/, "mm-dd-yyyy": /^\d{2}-\d{2}-\d{4}$/ };

export const isTimeFormat = (format: string | undefined): format is TimeFormat => format !== undefined && Object.hasOwn(fitted, format);
/** Whether a text is written as the format wants it. */
export const isFitted = (format: TimeFormat, text: string): boolean => fitted[format].test(text);

/** A time as people write it (`2026-02-01T09:00:00+01:00`, `2026-02-01`, `now+7d`) in the wire's way. What is no time stays, for the check to tell. */
export function fitTime(format: TimeFormat, type: JsonSchema["type"], value: unknown, now: number): unknown {
  if (typeof value !== "string" && typeof value !== "number") return value;
  const text = textOf(value).trim();
  const wire = isFitted(format, text) ? text : write(format, text, now);
  if (wire === null) return value;
  return type === "string" ? wire : Number(wire);
}

function write(format: TimeFormat, text: string, now: number): string | null {
  const ms = instantOf(text, now);
  if (ms === null) return null;
  if (format === "epoch-ms") return String(ms);
  if (format === "epoch-s") return String(Math.floor(ms / 1000));
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(/^\d{4}-/.test(text) ? text : new Date(ms).toISOString()) ?? [];
  return `${month}-${day}-${year}`;
}

const zoneless = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/** Epoch milliseconds of a time people write; null when it is none. A time without a zone is read as UTC. */
function instantOf(text: string, now: number): number | null {
  const relative = /^now(?:\s*([+-])\s*(.+))?$/i.exec(text);
  if (relative) return relative[2] ? shifted(now, relative[1] === "-" ? -1 : 1, relative[2]) : now;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const ms = Date.parse(zoneless.test(text) ? `${text.replace(" ", "T")}Z` : text);
  return Number.isNaN(ms) ? null : ms;
}

function shifted(now: number, sign: 1 | -1, by: string): number | null {
  try {
    return now + sign * parseDuration(by);
  } catch {
    return null;
  }
}
