import { InvalidArgumentError, type Command } from "commander";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import type { Tools } from "../tools.ts";
import { changeTable } from "../views/changes.ts";

interface Options {
  limit: number;
  after?: number;
  before?: number;
  json?: boolean;
}

export function addChangesCommand(program: Command, { api, show }: Tools): void {
  const command = withJson(
    program
      .command("changes")
      .description(
        "Who changed what: flows, rules, mapping templates, connections, apps, inboxes, the API key, sessions and private addresses, newest first",
      )
      .option("--limit <n>", "how many at most, up to 500", readNumber, 20)
      .option("--before <seq>", "those before this one, for older ones (the seq of --json)", readNumber)
      .option("--after <seq>", "those after this one, oldest first", readNumber),
  ).action(async ({ json, ...query }: Options) => {
    const { limit, after, before } = query;
    const { changes } = await api().changes.list({ query: { limit, ...defined({ after, before }) } });
    show(changes, json, (paper) => changeTable(changes, paper));
  });
  withExamples(command, "millrace changes", "millrace changes --json --after 1200");
}

function readNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
