/** Pure: how things are written on a terminal. */
import { styleText } from "node:util";
import { formatDuration } from "#kernel/durations.ts";

export type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** What the text is written for. */
export interface Paper {
  colour: boolean;
  /** Columns; Infinity where nothing is to be cut. */
  width: number;
  now: number;
}

export const paint = ({ colour }: Paper, style: Style | undefined, text: string): string =>
  colour && style !== undefined ? styleText(style, text, { validateStream: false }) : text;

/** Text of others on one line, without what could steer the terminal it is shown on. */
export const clean = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");

/** JSON for people and machines; the control characters that JSON lets stand are escaped. */
export const json = (value: unknown): string =>
  JSON.stringify(value ?? null, null, 2).replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escaped);

/** A value within a sentence. */
export const brief = (value: unknown): string => clean(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"));

export const ago = ({ now }: Paper, at: number): string =>
  now - at < 1000 ? "just now" : `${formatDuration(Math.round((now - at) / 1000) * 1000)} ago`;

/** "27 Nov 2026, 08:28:50" on the clock of the machine that prints it. */
export const localTime = (at: number): string => new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" }).format(at);

/** `1 run`, `2 runs`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
