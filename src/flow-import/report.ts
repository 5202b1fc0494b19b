import { cutText } from "#kernel/characters.ts";
import type { Json } from "#kernel/json.ts";

/** Why something is not in the flow as it was, and what a person can do about it. */
export interface Why {
  /** Where it was, as people called it in the other tool: a node, and its field. */
  at: string;
  why: string;
  todo: string;
  /** Its value must not be repeated. */
  secret?: boolean;
}

/** A line of the report. */
export interface ReportLine {
  at: string;
  /** What was there, shortened; absent where it is a secret or a whole node. */
  value?: string;
  why: string;
  /** Absent where nothing is to be done. */
  todo?: string;
  /** How many values of the file it stands for. */
  count: number;
}

/** How many values of a file went which way. Each is in exactly one of them. */
export interface Counts {
  converted: number;
  toCheck: number;
  ignored: number;
  /** Values that nobody accounted for. */
  lost: number;
}

interface Span {
  start: number;
  end: number;
  value: Json;
}

const open = 0;
const isConverted = 1;
const isToCheck = 2;
const isIgnored = 3;
/** Of a value that a line repeats. */
const longestValue = 300;

/**
 * Keeps account of every value of a file. What is listed stays listed, whoever else says of it that it is converted: a line too many does no harm,
 * and a line too few does.
 */
export class ImportReport {
  #outcomes: number[] = [];
  readonly #lines: { span: Span; line: ReportLine; what: number }[] = [];

  get size(): number {
    return this.#outcomes.length;
  }

  add(): void {
    this.#outcomes.push(open);
  }

  converted(span: Span): void {
    this.#claim(span, isConverted);
  }

  check(span: Span, { at, why, todo, secret }: Why): void {
    const count = this.#claim(span, isToCheck);
    if (count === 0 && this.#lines.some(({ line, span: other }) => other.start === span.start && line.why === why)) return;
    this.#lines.push({ span, what: isToCheck, line: { at, ...(secret ? {} : valueOf(span.value)), why, todo, count } });
  }

  ignore(span: Span, at: string, reason: string): void {
    const count = this.#claim(span, isIgnored);
    if (count > 0) this.#lines.push({ span, what: isIgnored, line: { at, why: reason, count } });
  }

  /** Whether every value in it is accounted for. */
  isSettled({ start, end }: Pick<Span, "start" | "end">): boolean {
    for (let i = start; i < end; i++) if (this.#outcomes[i] === open) return false;
    return true;
  }

  counts({ start, end }: Pick<Span, "start" | "end">): Counts {
    const of = (outcome: number) => this.#outcomes.slice(start, end).filter((each) => each === outcome).length;
    return { converted: of(isConverted), toCheck: of(isToCheck), ignored: of(isIgnored), lost: of(open) };
  }

  /** What a person has to do, in the order of the file. */
  todo({ start, end }: Pick<Span, "start" | "end">): ReportLine[] {
    return this.#within(start, end, isToCheck).map(({ line }) => line);
  }

  /** What was ignored and needs nothing, by the reason: each place once. */
  ignored({ start, end }: Pick<Span, "start" | "end">): ReportLine[] {
    const byReason = new Map<string, { places: Set<string>; count: number }>();
    for (const { line } of this.#within(start, end, isIgnored)) {
      const same = byReason.get(line.why) ?? { places: new Set(), count: 0 };
      byReason.set(line.why, { places: same.places.add(line.at), count: same.count + line.count });
    }
    return [...byReason].map(([why, { places, count }]) => ({ at: cut([...places].join(", ")), why, count }));
  }

  #within(start: number, end: number, what: number) {
    return this.#lines
      .filter((each) => each.what === what && each.span.start >= start && each.span.end <= end)
      .sort((a, b) => a.span.start - b.span.start);
  }

  /** How many values it decides. What is mapped or left can still be listed. */
  #claim({ start, end }: Span, outcome: number): number {
    let count = 0;
    for (let i = start; i < end; i++) {
      const now = this.#outcomes[i];
      if (now !== open && (outcome !== isToCheck || now === isToCheck)) continue;
      this.#outcomes[i] = outcome;
      count++;
    }
    return count;
  }
}

const cut = (text: string): string => shortened(text, longestValue);

/** A text that is no longer than this; where something was cut off, it says so. */
export const shortened = (text: string, longest: number): string => (text.length > longest ? `${cutText(text, longest)} …` : text);

/** Whether a line can repeat all of a value: how much room is left then, or less than nothing. */
function roomAfter(value: Json, room: number): number {
  if (room < 0) return room;
  if (value === null || typeof value !== "object") return room - (typeof value === "string" ? value.length : String(value).length) - 3;
  return Object.entries(value).reduce((left, [key, member]) => (left < 0 ? left : roomAfter(member, left - key.length - 4)), room);
}

export const fitsLine = (value: Json): boolean => roomAfter(value, longestValue) >= 0;

function valueOf(value: Json): { value?: string } {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { value: cut(text) };
}
