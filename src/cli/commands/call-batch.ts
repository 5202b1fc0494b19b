import type { z } from "zod";
import type { Client } from "#api/client.ts";
import type { operationBatchReply } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { isObject } from "#kernel/json.ts";
import { usage } from "../input.ts";
import type { Terminal } from "../terminal.ts";

type Result = z.output<typeof operationBatchReply>["results"][number];

/** What all calls of a batch share. */
export interface BatchOptions {
  operation: string;
  connection?: string | undefined;
  rows?: number | undefined;
  dryRun: boolean;
  /** Each line gets it with its number, so that a batch that broke off can be given again. */
  idempotencyKey?: string | undefined;
}

/** How many calls one request makes. */
const atOnce = 100;

/** Makes a call for each line of JSON and prints its result as a line, in their order. A failed call fails the command, at its end. */
export async function callLines(
  text: string,
  { operation, connection, rows, dryRun, idempotencyKey }: BatchOptions,
  api: Client,
  terminal: Terminal,
) {
  const inputs = inputsOf(text);
  let failures = 0;
  for (let from = 0; from < inputs.length; from += atOnce) {
    const calls = inputs.slice(from, from + atOnce).map((input, i) => ({
      input,
      ...defined({ rows, idempotencyKey: idempotencyKey === undefined ? undefined : `${idempotencyKey}/${from + i + 1}` }),
    }));
    const { results, failed } = await api.operations.batch({ body: { operation, calls, dryRun, ...defined({ connection }) } });
    failures += failed;
    for (const [i, result] of results.entries()) terminal.out(JSON.stringify(lineOf(result, from + i + 1)));
  }
  terminal.err(`${inputs.length - failures} of ${inputs.length} calls succeeded.`);
  if (failures > 0) terminal.exitCode = 1;
}

const lineOf = (result: Result, line: number): object =>
  result.ok ? { line, ...result } : { line, ok: false, code: result.error.code, message: result.error.message };

function inputsOf(text: string): Record<string, unknown>[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const inputs = lines.flatMap((line, i) => (line.trim() === "" ? [] : [inputOf(line, i + 1)]));
  if (inputs.length === 0) throw usage("The file of --batch has no line");
  return inputs;
}

function inputOf(line: string, number: number): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(line);
    if (isObject(input)) return input;
  } catch (cause) {
    throw usage(`Line ${number} of --batch is not valid JSON`, cause);
  }
  throw usage(`Line ${number} of --batch must be a JSON object, such as {"email": "ada@example.com"}`);
}
