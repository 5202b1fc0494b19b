/** Tools of the catalog: what connected apps can do, and doing one of it. */
import { z } from "zod";
import { takesAnyAddress } from "#catalog/any-address.ts";
import type { CatalogEntry } from "#api/schemas.ts";
import { effects } from "#catalog/types.ts";
import { defined } from "#kernel/defined.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import type { Answer } from "../answer.ts";
import { plural } from "#kernel/words.ts";
import { byPerson } from "../decision.ts";
import { briefly, described, ruleFor } from "../describe.ts";
import { effectLines } from "../effects.ts";
import { plain } from "../data.ts";
import { cursorMember, pageOf } from "../page.ts";
import type { McpSide } from "../side.ts";
import { hints, tool, type ToolCall } from "../tool.ts";

const app = z.string().min(1).max(60).describe("The id of an app, as find_operations gives it");
const operation = z.string().min(1).max(200).describe("The operation's key, as find_operations gives it");
const connection = z.string().min(1).max(120).describe("The name of a connection of the app, from list_connections");

const findInput = z.object({
  words: z.string().max(200).optional().describe("What it should do, in a few words: create contact, find deal by name"),
  app: app.optional(),
  category: z.string().max(100).optional().describe("A category, as this tool or the resource millrace://catalog gives it"),
  effect: z.enum(effects).optional().describe("What it does to the app"),
  use: z.enum(["step", "trigger"]).optional().describe("What can be a step of a flow, or what can start one"),
  limit: z.int().min(1).max(50).default(20),
  cursor: cursorMember,
});
type Find = z.output<typeof findInput>;

export const findOperationsTool = tool({
  name: "find_operations",
  title: "Find operations",
  about:
    "Search everything that the connected apps can do: operations to call or to use as steps, and triggers that start flows. Start here; do not guess keys. Without words it lists what the filters leave.",
  needs: ["catalog:read"],
  hints: hints.read,
  input: findInput,
  run: async (asked, { side }) => {
    const { items, next } = await pageOf(asked, (count) => matching(side, asked, count));
    return {
      says: items.length === 0 ? "Nothing matches." : `${items.length} found, the likeliest first.`,
      data: { operations: items.map(briefly), ...(next !== null && { cursor: next }) },
      next:
        items.length === 0
          ? ["Try fewer or other words, or no filter."]
          : [
              "Read describe_operation before you call one or put it into a flow.",
              ...(next === null ? [] : ["Pass `cursor` to see more."]),
            ],
    };
  },
});

/** Those that are listed, then, where these are not enough, every endpoint of apps that keep such under keys of their own. */
async function matching({ client }: McpSide, { app, words, category, effect, use }: Find, count: number): Promise<CatalogEntry[]> {
  const search = async (limit: number, endpoints?: "true") => {
    const query = defined({ app, find: words, category, effect, use, endpoints, limit: String(Math.min(limit, mostFound)) });
    return (await client.catalog.search({ query })).operations;
  };
  const listed = await search(count + 1);
  if (listed.length > count) return listed;
  const seen = new Set(listed.map(nameOf));
  const all = await search(count + 1 + listed.length, "true");
  return [...listed, ...all.filter((entry) => !seen.has(nameOf(entry)))];
}

const mostFound = 10_000;
const nameOf = ({ app, key }: CatalogEntry) => `${app} ${key}`;

export const describeOperationTool = tool({
  name: "describe_operation",
  title: "Describe an operation",
  about:
    "Everything about one operation or trigger: its inputs as JSON Schema, an example, what it does, the scopes it needs, and its traps. Read it before call_operation and before you write a step.",
  needs: ["catalog:read"],
  hints: hints.read,
  input: z.object({ app, operation }),
  run: async (asked, { side }) => ({ says: "This is what is known of it.", data: described(await entryOf(side, asked)) }),
});

async function entryOf({ client }: McpSide, { app, operation }: { app: string; operation: string }): Promise<CatalogEntry> {
  const { operations } = await client.catalog.search({ query: { app, key: operation } });
  const [entry] = operations;
  if (entry === undefined) throw new MillraceError("OPERATION_UNKNOWN", { details: { app, operation } });
  return entry;
}

const callInput = z.object({
  app,
  operation,
  connection: connection.optional(),
  input: z.record(z.string().max(200), z.unknown()).default({}).describe("Its input, as describe_operation's schema says"),
  rows: z.int().min(1).max(1_000).default(50).describe("Of a list: how many rows to read at most"),
  dryRun: z.boolean().default(false).describe("True: writes nothing, and shows what would change"),
  reason: z.string().max(1_000).optional().describe("Why, in a sentence for the person who decides; needed where a person has to"),
});
type CallInput = z.output<typeof callInput>;

export const callOperationTool = tool({
  name: "call_operation",
  title: "Call an operation",
  about:
    "Call one operation now. Reads are made at once. Creating, changing and linking records is done with your own rights: dry run it first (dryRun: true). A person decides first about calls that delete, unlink or send something, go to an address that you choose, could hand access or events to others (logins, who is notified, webhooks, what is published), or whose effect is not known.",
  needs: ["operations:call"],
  hints: hints.deed,
  input: callInput,
  run: async (asked, call) => {
    const entry = await entryOf(call.side, asked);
    const rule = ruleFor(entry);
    if (rule === "trigger") throw badInput("operation", "is a trigger, which cannot be called");
    if (rule !== "person" || asked.dryRun) return await called(asked, call.side);
    return await calledByPerson(asked, entry, call);
  },
});

async function called({ app, operation, connection, input, rows, dryRun }: CallInput, { client }: McpSide): Promise<Answer> {
  const body = { input, rows, dryRun, ...(connection !== undefined && { connection }) };
  const { output, list, effects, notices } = await client.operations.call({ operation: `${app}.${operation}`, body });
  return {
    says: dryRun ? "This was a dry run: nothing was written." : "It was called.",
    data: {
      ...(effects !== undefined && { effects: effects.map(effectLines) }),
      ...(list !== undefined && { list }),
      ...(notices !== undefined && { notices }),
      result: output,
    },
  };
}

const whatItDoes: Readonly<Record<string, string>> = {
  read: "It reads something.",
  update: "It changes something.",
  delete: "It deletes something.",
  unlink: "It takes something away from a record.",
  send: "It sends something to somebody.",
};

async function calledByPerson(asked: CallInput, entry: CatalogEntry, call: ToolCall) {
  const { app, operation, connection, input, reason = "" } = asked;
  if (reason.trim() === "") throw badInput("reason", "is needed: a person has to decide, and sees it");
  const approval = { kind: "call" as const, reason, app, operation, input, ...(connection !== undefined && { connection }) };
  return await byPerson(
    {
      question: () => callQuestion(asked, entry, call.side),
      approval,
    },
    call,
  );
}

/** What it would change is looked up, and shown to the person. */
async function callQuestion(
  { app, operation, connection, input, reason = "" }: CallInput,
  entry: CatalogEntry,
  { client }: McpSide,
): Promise<string> {
  const login = connection === undefined ? {} : { connection };
  const isSentDry = entry.effect === "read"; // a dry run makes reads for real
  const { effects = [] } = isSentDry
    ? {}
    : await client.operations.call({ operation: `${app}.${operation}`, body: { input, dryRun: true, ...login } });
  return [
    `Call '${briefly(entry).title}' of ${plain(app)}${connection === undefined ? "" : ` with the connection '${plain(connection)}'`}?`,
    `An agent asks for it.${takesAnyAddress(entry) ? " It goes to an address that the agent chose, with all that is in it." : ""}${entry.handsOver === undefined ? "" : ` Beware: ${entry.handsOver}.`} ${whatItDoes[entry.effect ?? ""] ?? "Its effect is not known, so it may send or delete something."}`,
    // A yes counts for this request: an app that is defined anew meanwhile is asked about again.
    `Request: ${plain(entry.method ?? "")} ${plain(entry.path ?? "")}`,
    `Why: ${plain(reason, 1_000)}`,
    ...effects.flatMap(effectLines).map((line) => plain(line)),
    `Input: ${plain(input, Infinity)}`,
  ].join("\n");
}

export const listConnectionsTool = tool({
  name: "list_connections",
  title: "List connections",
  about: "The logins to apps that flows and calls use, by name: which app, whether it works, and what to do where it does not. No secrets.",
  needs: ["connections:read"],
  hints: hints.read,
  input: z.object({ app: app.optional() }),
  run: async ({ app: wanted }, { side }) => {
    const { connections } = await side.client.connections.list();
    const shown = connections.filter(({ app: of }) => wanted === undefined || of === wanted);
    return {
      says: shown.length === 0 ? "There is no connection." : `${plural(shown.length, "connection")}.`,
      data: shown.map(({ name, title, app: of, status, reason, access, scopes, usedBy }) => ({
        name,
        title,
        app: of,
        status,
        ...(reason !== undefined && { reason }),
        ...(access !== undefined && { access }),
        ...(scopes !== undefined && { scopes }),
        flows: usedBy.flows.length,
      })),
      next: [`A person connects an app on this page; you cannot: ${side.pageUrl("/connections")}`],
    };
  },
});

export const catalogTools = [findOperationsTool, describeOperationTool, callOperationTool, listConnectionsTool];
