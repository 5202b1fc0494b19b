import { Option, type Command } from "commander";
import type { Client } from "#api/client.ts";
import { defined } from "#kernel/defined.ts";
import { changeFormats, type ChangeFormatName } from "#surfaces/change-file.ts";
import { changeKinds } from "#kernel/change-kinds.ts";
import { withExamples, withJson } from "../help.ts";
import { since, usage, wholeNumber } from "../input.ts";
import type { Tools } from "../tools.ts";
import { changeTable } from "../views/audit.ts";

interface Options {
  text?: string;
  kind?: string;
  by?: string;
  record?: string;
  since?: number;
  limit: number;
  after?: number;
  before?: number;
  export?: ChangeFormatName;
  json?: boolean;
}

const mostAtOnce = 500;

/** `millrace audit`: who changed what. */
export function addAuditCommand(program: Command, { api, show, terminal }: Tools): void {
  const time = (text: string) => since(text, terminal.clock.now());
  const command = withJson(
    program
      .command("audit")
      .alias("changes")
      .description(
        "Who changed what, before and after: flows, rules, mapping templates, connections, apps, inboxes, the API key, sessions and private addresses, newest first",
      )
      .option("--text <words>", "only with these words in the name, in what happened, or in a value before or after")
      .addOption(new Option("--kind <kind>", "only of this kind").choices(changeKinds))
      .option("--by <who>", "only by this one: the `by` of --json, or itself for Millrace")
      .option("--record <id>", "only of the record with this id")
      .option("--since <duration>", "of the last hours or days: 24h, 7d", time)
      .option("--limit <n>", "how many at most, up to 500", wholeNumber, 20)
      .option("--before <seq>", "those before this one, for older ones (the seq of --json)", wholeNumber)
      .option("--after <seq>", "those after this one, oldest first", wholeNumber)
      .addOption(new Option("--export <format>", "all of them as lines of a file, oldest first").choices(Object.keys(changeFormats))),
  ).action(async ({ json, export: format, limit, since: from, after, before, ...rest }: Options) => {
    const filter = defined({ ...rest, from });
    if (format) return writeAll(api(), filter, { format, write: terminal.write });
    if (limit > mostAtOnce) throw usage(`--limit is at most ${mostAtOnce}; --export writes all of them`);
    const { changes } = await api().changes.list({ query: { limit, ...filter, ...defined({ after, before }) } });
    show(changes, json, (paper) => changeTable(changes, paper));
  });
  withExamples(
    command,
    "millrace audit",
    "millrace audit --kind connection --since 7d",
    "millrace audit --text 'acme dental' --json",
    "millrace audit --export csv > audit.csv",
  );
}

type Filter = NonNullable<NonNullable<Parameters<Client["changes"]["list"]>[0]>["query"]>;

async function writeAll(api: Client, filter: Filter, { format, write }: { format: ChangeFormatName; write: (text: string) => void }) {
  const { head, line } = changeFormats[format];
  if (head !== "") write(head);
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<Client["changes"]["list"]>> = await api.changes.list({ query: { ...filter, after, limit: mostAtOnce } });
    if (page.changes.length > 0) write(page.changes.map(line).join(""));
    after = page.next;
  }
}
