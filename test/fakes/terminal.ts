import { TestClock } from "#kernel/clock.ts";
import type { Terminal } from "#cli/terminal.ts";
import { runCommandLine } from "#cli/program.ts";

export interface Asked {
  method: string;
  url: string;
  /** Below /api/v1, with its query. */
  path: string;
  headers: Record<string, string>;
  body: unknown;
  /** What is done about an answer that points elsewhere. */
  redirect: string | undefined;
}

export interface FakeOptions {
  /** By `GET /flows`: what is answered.. */
  answers?: Record<string, unknown>;
  env?: Record<string, string>;
  /** What standard input holds. */
  input?: string;
  /** What a person at the keyboard answers, in turn; without them nobody is there. */
  keyboard?: (string | boolean)[];
  width?: number;
  colour?: boolean;
}

/** One command line against a Millrace that is not there: what was asked of it, and what was printed. */
export async function runCli(args: readonly string[], options: FakeOptions = {}) {
  const asked: Asked[] = [];
  const printed = { out: "", err: "" };
  const questions: string[] = [];
  const answerNext = (message: string) => {
    questions.push(message);
    return options.keyboard!.shift();
  };
  const terminal: Terminal = {
    env: { MILLRACE_URL: "http://127.0.0.1:4400", MILLRACE_API_KEY: "mr_test-key-0123456789", ...options.env },
    clock: new TestClock(),
    fetch: fakeFetch(asked, options.answers ?? {}),
    write: (text) => void (printed.out += text),
    out: (text) => void (printed.out += `${text}\n`),
    err: (text) => void (printed.err += `${text}\n`),
    readInput: async () => options.input ?? "",
    ask: { secret: async (message) => String(answerNext(message)), confirm: async (message) => answerNext(message) === true },
    interactive: options.keyboard !== undefined,
    colour: options.colour ?? false,
    width: options.width ?? Infinity,
    stopped: async () => {},
    exitCode: 0,
  };
  const code = await runCommandLine(args, terminal, "1.2.3");
  return { code, asked, questions, ...printed };
}

function fakeFetch(asked: Asked[], answers: Record<string, unknown>): typeof fetch {
  return async (address, { method = "GET", headers = {}, body, redirect } = {}) => {
    const { pathname, search, href } = new URL(String(address));
    const path = pathname.replace(/^\/api\/v1/, "");
    const request: Asked = {
      method,
      url: href,
      path: path + search,
      headers: headers as Record<string, string>,
      body: typeof body === "string" ? JSON.parse(body) : undefined,
      redirect,
    };
    asked.push(request);
    const answer = answers[`${method} ${path}`];
    if (answer instanceof Error) throw answer;
    if (answer instanceof Response) return answer;
    if (answer === undefined) return errorAnswer("NOT_FOUND", `There is no address '${method} ${path}' here.`, 404);
    return Response.json(answer);
  };
}

/** An error answer as the API gives it. */
export const errorAnswer = (code: string, message: string, status: number, details: Record<string, unknown> = {}): Response =>
  Response.json({ error: { code, message, details } }, { status });
