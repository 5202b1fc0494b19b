import { InvalidArgumentError, type Command } from "commander";
import { listReadInWords } from "#surfaces/list-read.ts";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import { readObjectArgument, readTextFile } from "../input.ts";
import type { CallReply } from "../shapes.ts";
import { clean, json, type Paper } from "../text.ts";
import type { Tools } from "../tools.ts";
import { callLines } from "./call-batch.ts";
import { effectLines } from "../views/effects.ts";

interface Options {
  connection?: string;
  input: string;
  app?: string;
  rows?: number;
  dryRun?: boolean;
  batch?: string;
  idempotencyKey?: string;
  json?: boolean;
}

export function addCallCommand(program: Command, { terminal, api, show }: Tools): void {
  const command = withJson(
    program
      .command("call")
      .description("Call one operation now and print its result")
      .argument("<operation>", "its key in the catalog, such as contacts.get")
      .option("-c, --connection <name>", "the login to call it with")
      .option("-i, --input <json>", "its input: JSON, @file, or - for standard input", "{}")
      .option("--app <id>", "the app it belongs to; the main one by default")
      .option("--rows <number>", "how many rows of a list to read at most (default: 1000)", rowsFrom)
      .option("--dry-run", "do not write; show what would change")
      .option("--batch <file>", "make a call for each line of JSON in a file, or - for standard input; a result is printed for each")
      .option("--idempotency-key <key>", "a key of your own: the same call with the same key is made once within 24 hours"),
  ).action(async (key: string, { connection, input, app, rows, dryRun = false, batch, idempotencyKey, json: asJson }: Options) => {
    const operation = app === undefined ? key : `${app}.${key}`;
    if (batch !== undefined) {
      const lines = await readTextFile(batch, terminal);
      return callLines(lines, { operation, connection, rows, dryRun, idempotencyKey }, api(), terminal);
    }
    const fields = await readObjectArgument(input, "--input", terminal);
    const reply = await api().operations.call({
      operation,
      body: { input: fields, dryRun, ...defined({ connection, rows, idempotencyKey }) },
    });
    for (const notice of [...readOf(reply), ...(reply.notices ?? [])]) terminal.err(clean(notice));
    show(reply, asJson, (paper) => resultOf(reply, dryRun, paper));
  });
  withExamples(
    command,
    `millrace call contacts.search -c acme -i '{"query": "ada@example.com"}'`,
    "millrace call contacts.upsert -c acme -i @contact.json --dry-run",
    "millrace call contacts.upsert -c acme --batch contacts.jsonl --idempotency-key import-1",
    `millrace call locations/create-custom-field -c acme -i '{"locationId": "…", "name": "Treatment", "dataType": "SINGLE_OPTIONS", "$more": {"options": ["Implants"]}}'`,
  );
}

function rowsFrom(text: string): number {
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= 1) return rows;
  throw new InvalidArgumentError("Give a whole number, 1 or more.");
}

/** The notices already report a list that was not read to its end. */
const readOf = ({ list }: CallReply): string[] => (list?.complete && list.requests > 1 ? [listReadInWords(list)] : []);

function resultOf({ output, effects = [] }: CallReply, dry: boolean, paper: Paper): string {
  if (!dry || effects.length === 0) return json(output);
  return [...effects.flatMap((effect) => effectLines(effect, paper)), "Nothing was written."].join("\n");
}
