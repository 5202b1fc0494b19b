import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { MillraceError } from "#kernel/errors.ts";
import { isObject, parseJson } from "#kernel/json.ts";
import { parseDuration } from "#kernel/durations.ts";
import { clean } from "./text.ts";
import type { Terminal } from "./terminal.ts";

/** A fault of how the command was given: exit code 2. */
export const usage = (problem: string, cause?: unknown) => new MillraceError("USAGE", { cause, details: { problem } });

/** JSON as it is given on the command line: itself, `@file`, or `-` for standard input. */
export async function readJsonArgument(argument: string, option: string, terminal: Pick<Terminal, "readInput">): Promise<unknown> {
  if (argument === "-") return parsed(await terminal.readInput(), `${option}: standard input`);
  if (argument.startsWith("@")) return parsed(readText(argument.slice(1)), `${option}: ${argument.slice(1)}`);
  return parsed(argument, option);
}

/** The same where nothing but an object will do. */
export async function readObjectArgument(
  argument: string,
  option: string,
  terminal: Pick<Terminal, "readInput">,
): Promise<Record<string, unknown>> {
  return asObject(await readJsonArgument(argument, option, terminal), option);
}

/** A text on one line, itself or in a `@file`. */
export const readLineArgument = (argument: string): string => (argument.startsWith("@") ? readText(argument.slice(1)).trim() : argument);

/** A JSON object in a file; `-` is standard input. */
export async function readObjectFile(file: string, terminal: Pick<Terminal, "readInput">): Promise<Record<string, unknown>> {
  return asObject(parsed(file === "-" ? await terminal.readInput() : readText(file), file === "-" ? "standard input" : file), file);
}

/** The text of a file; `-` is standard input. */
export const readTextFile = async (file: string, terminal: Pick<Terminal, "readInput">): Promise<string> =>
  file === "-" ? terminal.readInput() : readText(file);

/** `2h` as the instant two hours ago. */
export const since = (duration: string, now: number): number => now - parseDuration(duration, "--since");

/** A whole number as an option. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** Pairs of names, written as old=new. Throws USAGE for anything else. */
export function pairsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, from, to] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
      if (from === undefined || to === undefined) throw usage(`'${clean(text)}' is no pair of connections; write it as old=new`);
      return [from, to];
    }),
  );
}

function parsed(text: string, source: string): unknown {
  try {
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw usage(`${source} is not valid JSON (${(cause as Error).message})`, cause);
  }
}

function asObject(value: unknown, source: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw usage(`${source} must be a JSON object, such as {"email": "ada@example.com"}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw usage(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown"})`, cause);
  }
}
