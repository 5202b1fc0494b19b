import { Option, type Command } from "commander";
import type { Client } from "#api/client.ts";
import { defined } from "#kernel/defined.ts";
import { callFormats, type CallFormatName } from "#surfaces/call-words.ts";
import { withExamples, withJson } from "../help.ts";
import { since, usage, wholeNumber } from "../input.ts";
import type { Tools } from "../tools.ts";
import { callTable } from "../views/calls.ts";

interface Options {
  text?: string;
  connection?: string;
  flow?: string;
  run?: string;
  by?: string;
  failed?: true;
  since?: number;
  limit: number;
  before?: number;
  export?: CallFormatName;
  json?: boolean;
}

const mostAtOnce = 500;

/** `millrace calls`: which login was used for which call. */
export function addCallsCommand(program: Command, { api, show, terminal }: Tools): void {
  const time = (text: string) => since(text, terminal.clock.now());
  const command = withJson(
    program
      .command("calls")
      .description("Which login was used for which call: by which flow and run, or by whom, with the answer, newest first")
      .option("--connection <name>", "only with this connection: its name, or its id where it is removed")
      .option("--flow <id>", "only for this flow")
      .option("--run <id>", "only of this run")
      .option("--by <who>", "only for this person or API key: the `by` of --json")
      .option("--text <words>", "only with these words in the connection, the operation, the address or the error")
      .option("--failed", "only calls that were refused or had no answer")
      .option("--since <duration>", "of the last hours or days: 24h, 7d", time)
      .option("--limit <n>", "how many at most, up to 500", wholeNumber, 20)
      .option("--before <seq>", "those before this one, for older ones (the seq of --json)", wholeNumber)
      .addOption(new Option("--export <format>", "all of them as lines of a file").choices(Object.keys(callFormats))),
  ).action(async ({ json, export: format, limit, since: from, before, failed, ...rest }: Options) => {
    const filter = defined({ ...rest, from, ...(failed && { failed: "true" as const }) });
    if (format) return writeAll(api(), filter, { format, write: terminal.write });
    if (limit > mostAtOnce) throw usage(`--limit is at most ${mostAtOnce}; --export writes all of them`);
    const calls = await newest(api(), { ...filter, ...defined({ before }) }, limit);
    show(calls, json, (paper) => callTable(calls, paper));
  });
  withExamples(
    command,
    "millrace calls --connection acme",
    "millrace calls --failed --since 24h",
    "millrace calls --run run_01kq",
    "millrace calls --connection acme --export csv > calls.csv",
  );
}

type Filter = NonNullable<NonNullable<Parameters<Client["calls"]["list"]>[0]>["query"]>;

type CallView = Awaited<ReturnType<Client["calls"]["list"]>>["calls"][number];

/** So many of them. A page may be short and more follow: one answer looks through a part of the log. */
async function newest(api: Client, filter: Filter, limit: number): Promise<CallView[]> {
  const found: CallView[] = [];
  for (let from = filter.before; ;) {
    const { calls, next } = await api.calls.list({ query: { limit: limit - found.length, ...filter, ...defined({ before: from }) } });
    found.push(...calls);
    if (next === null || found.length >= limit) return found;
    from = next;
  }
}

async function writeAll(api: Client, filter: Filter, { format, write }: { format: CallFormatName; write: (text: string) => void }) {
  const { head, line } = callFormats[format];
  if (head !== "") write(head);
  let before: number | null | undefined;
  do {
    const page: Awaited<ReturnType<Client["calls"]["list"]>> = await api.calls.list({
      query: { ...filter, limit: mostAtOnce, ...defined({ before }) },
    });
    if (page.calls.length > 0) write(page.calls.map(line).join(""));
    before = page.next;
  } while (before !== null);
}
