import { InvalidArgumentError, type Command } from "commander";
import { listReadInWords } from "#surfaces/list-read.ts";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import { readObjectArgument } from "../input.ts";
import type { CallReply } from "../shapes.ts";
import { clean, json, type Paper } from "../text.ts";
import type { Tools } from "../tools.ts";
import { effectLines } from "../views/effects.ts";

interface Options {
  connection?: string;
  input: string;
  app?: string;
  rows?: number;
  dryRun?: boolean;
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
      .option("--dry-run", "do not write; show what would change"),
  ).action(async (operation: string, { connection, input, app, rows, dryRun = false, json: asJson }: Options) => {
    const fields = await readObjectArgument(input, "--input", terminal);
    const reply = await api().operations.call({
      operation: app === undefined ? operation : `${app}.${operation}`,
      body: { input: fields, dryRun, ...defined({ connection, rows }) },
    });
    for (const notice of [...readOf(reply), ...(reply.notices ?? [])]) terminal.err(clean(notice));
    show(reply, asJson, (paper) => resultOf(reply, dryRun, paper));
  });
  withExamples(
    command,
    `millrace call contacts.search -c acme -i '{"query": "ada@example.com"}'`,
    "millrace call contacts.upsert -c acme -i @contact.json --dry-run",
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
