/** Pure: what went wrong, as it is told at the command line. */
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { Refused } from "./client.ts";

export interface Failure {
  code: string;
  /** What happened. */
  message: string;
  details: Readonly<Record<string, unknown>>;
  /** What to do about it, where the sentence does not say so itself. */
  todo?: string;
  /** 1: refused or failed. 2: the command was not given right. */
  exitCode: 1 | 2;
}

export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof MillraceError || thrown instanceof Refused) return describedFailure(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "INTERNAL", message: `Millrace met a fault of its own: ${message}`, details: {}, exitCode: 1 };
}

function describedFailure({ code, message, details }: MillraceError | Refused): Failure {
  const about = (name: string) => (typeof details[name] === "string" ? details[name] : undefined);
  const row = advice[code]?.(about, details) ?? {};
  return { code, message, details, exitCode: code === "USAGE" ? 2 : 1, ...row };
}

type Advice = (about: (name: string) => string | undefined, details: Failure["details"]) => { message?: string; todo?: string };

/** What is wrong with a flow, a line for each place. */
function problemLines({ problems }: Failure["details"]): string[] {
  const all = Array.isArray(problems) ? problems.filter(isObject) : [];
  return all.map(({ where, at, problem }) => `  ${String(where ?? at)}: ${String(problem)}`);
}

const replaceSecret: Advice = (about) => ({
  todo: `Give it a new login: millrace connect replace-secret ${about("connection") ?? "NAME"}`,
});
const lists: Record<string, string> = { flow: "millrace flow list", run: "millrace run list", connection: "millrace connect list" };

const advice: Record<string, Advice> = {
  NOT_SIGNED_IN: () => ({
    message: "Millrace did not accept the API key.",
    todo: "Run this where Millrace runs, with the same MILLRACE_DATA, or set MILLRACE_API_KEY.",
  }),
  TOO_MANY_WRONG_KEYS: (_, { seconds }) => ({
    message: `Millrace did not accept the API key, and too many wrong ones came from this address. Wait ${String(seconds)} s before trying another.`,
    todo: "Run this where Millrace runs, with the same MILLRACE_DATA, or set MILLRACE_API_KEY.",
  }),
  SERVER_UNREACHABLE: () => ({ todo: "Start it with 'millrace start', or set MILLRACE_URL to where it runs." }),
  SERVER_STRANGE: () => ({ todo: "Set MILLRACE_URL to the address of Millrace, without a path." }),
  SETTINGS_INVALID: () => ({ todo: "docs/settings.md says what each setting may be." }),
  NOT_FOUND: (about) => {
    const list = lists[about("what") ?? ""];
    return list === undefined ? {} : { todo: `See what is there: ${list}` };
  },
  OPERATION_UNKNOWN: () => ({ todo: "Look for it: millrace catalog --search WORDS" }),
  CONNECTION_UNKNOWN: (about) => ({
    message: `There is no connection '${about("connection") ?? "?"}'.`,
    todo: "See what is there: millrace connect list",
  }),
  CONNECTION_EXPIRED: replaceSecret,
  CONNECTION_REVOKED: replaceSecret,
  APP_UNINSTALLED: replaceSecret,
  CLIENT_REFUSED: replaceSecret,
  SECRET_UNREADABLE: replaceSecret,
  FLOW_INVALID: (_, details) => {
    const problems = problemLines(details);
    return problems.length < 2 ? {} : { message: `The flow cannot be saved:\n${problems.join("\n")}` };
  },
  FLOW_NOT_READY: (about, details) => ({
    message: `'${about("flow") ?? "The flow"}' is not ready yet:\n${problemLines(details).join("\n")}`,
    todo: "Complete the draft and save it again.",
  }),
  FLOW_WOULD_FAIL: (about, details) => {
    const findings = Array.isArray(details["findings"]) ? details["findings"].filter(isObject) : [];
    const lines = findings.map(({ where, problem, fix }) => `  ${String(where)}: ${String(problem)}\n    ${String(fix)}`);
    return {
      message: `'${about("flow") ?? "The flow"}' was not published, because ${about("because") ?? "its runs would fail"}:\n${lines.join("\n")}`,
      todo: "Fix it, or publish it anyway with --anyway.",
    };
  },
  FLOW_NOT_PUBLISHED: (about) => ({ todo: `Publish it: millrace flow publish ${about("id") ?? "FLOW"}` }),
};
