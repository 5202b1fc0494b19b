import { text as readText } from "node:stream/consumers";
import { systemClock, type Clock } from "#kernel/clock.ts";

/** All that a command touches of the world outside. Tests give their own. */
export interface Terminal {
  env: Record<string, string | undefined>;
  clock: Clock;
  fetch: typeof fetch;
  /** Text to standard output as it is. */
  write(text: string): void;
  /** A line, or several, to standard output. */
  out(text: string): void;
  /** The same to standard error: what is not the result. */
  err(text: string): void;
  /** Standard input to its end. */
  readInput(): Promise<string>;
  /** Asks the person at the keyboard. */
  ask: Questions;
  /** Whether a person is at the keyboard and sees the questions. */
  interactive: boolean;
  colour: boolean;
  /** Columns of the screen; Infinity where the output goes elsewhere. */
  width: number;
  /** Resolves when the process is asked to end. It ends `withinMs` after that in any case, and at once when it is asked again. */
  stopped(withinMs?: number): Promise<void>;
  /** What the command ends with when nothing is thrown. A command that did its work and found trouble sets it to 1. */
  exitCode: 0 | 1;
}

/** Each throws USAGE when the person breaks off. */
export interface Questions {
  /** Not shown while it is typed. */
  secret(message: string): Promise<string>;
  confirm(message: string): Promise<boolean>;
}

export function processTerminal(ask: Questions): Terminal {
  const { stdin, stdout, stderr, env } = process;
  stdout.on("error", endQuietly);
  return {
    env,
    clock: systemClock,
    fetch: (...request) => fetch(...request),
    write: (text) => void stdout.write(text),
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    readInput: () => readText(stdin),
    ask,
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    colour: stdout.isTTY === true && !env["NO_COLOR"],
    width: (stdout.isTTY && stdout.columns) || Infinity, // some screens say they have no columns
    stopped,
    exitCode: 0,
  };
}

/** The reader of a pipe went away (`| head`): there is nobody left to tell. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

/** The first signal asks; a second one, or the end of patience, is obeyed at once. */
function stopped(withinMs = 5000): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        setTimeout(endNow, withinMs).unref();
        resolve();
      });
    }
  });
}

function endNow(): void {
  process.stderr.write("Something did not finish in time and was cut off. What was accepted is kept, and goes on at the next start.\n");
  process.exit(1);
}
