import { InvalidArgumentError, Option, type Command } from "commander";
import type { ConnectionView, ReplayBody, RunDetail } from "#api/schemas.ts";
import type { Client } from "#api/client.ts";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import { readJsonArgument, since, usage } from "../input.ts";
import { pick } from "../pick.ts";
import type { RunFilter } from "../shapes.ts";
import { count } from "../text.ts";
import type { Tools } from "../tools.ts";
import { cancelLines, replayLines, runPage, runTable } from "../views/runs.ts";

const states = ["queued", "running", "waiting", "succeeded", "filtered", "failed", "held", "cancelled"];

export function addRunCommands(program: Command, tools: Tools): void {
  const run = program.command("run").description("Runs: find, read, replay, cancel, dismiss");
  addList(run, tools);
  addShow(run, tools);
  addReplay(run, tools);
  addCancel(run, tools);
  addDismiss(run, tools);
}

interface FilterOptions {
  flow?: string;
  subAccount?: string;
  state?: string;
  person?: string;
  attention?: boolean;
  recovered?: boolean;
  since?: string;
}

const withFilter = (command: Command): Command =>
  command
    .option("--flow <flow>", "of this flow: its name or id")
    .option("--sub-account <connection>", "of flows that work in the sub-account of this connection")
    .option("--state <states>", `in one of these states, separated by commas: ${states.join(", ")}`, readStates)
    .option("--person <text>", "of this person: any e-mail, phone, name or id of the event or of what its steps met")
    .option("--attention", "that need attention")
    .option("--recovered", "whose webhook never came")
    .option("--since <duration>", "begun within this time, such as 30m, 2h, 7d");

interface ListOptions extends FilterOptions {
  limit: number;
  before?: string;
  json?: boolean;
}

function addList(run: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    withFilter(run.command("list").description("Runs, newest first"))
      .option("--limit <n>", "how many at most, up to 200", readLimit, 20)
      .option("--before <id>", "go on after this run"),
  ).action(async ({ limit, before, json, ...options }: ListOptions) => {
    const filter = await filterOf(options, api(), terminal.clock.now());
    const list = await api().runs.list({ query: { ...filter, limit, ...(before !== undefined && { before }) } });
    show(list, json, (paper) => runTable(list, paper));
  });
  withExamples(command, "millrace run list --attention", "millrace run list --person ada@example.com --since 7d");
}

function addShow(run: Command, { api, show }: Tools): void {
  const command = withJson(
    run
      .command("show")
      .description("One run with its event and steps")
      .argument("<run>", "its id")
      .option("--all", "every step, where a run has more than two hundred"),
  ).action(async (id: string, { json, all }: { json?: boolean; all?: boolean }) => {
    const first = await api().runs.get({ id });
    const detail = all ? await withAllSteps(first, api()) : first;
    show(detail, json, (paper) => runPage(detail, paper));
  });
  withExamples(command, "millrace run show run_01k3v9x0000abcdef", "millrace run show run_01k3v9x0000abcdef --json | jq .steps");
}

/** As many as one answer holds. */
const mostSteps = 1000;

/** A long run comes in parts. */
async function withAllSteps(run: RunDetail, api: Client): Promise<RunDetail> {
  const steps = new Map(run.steps.map((step) => [step.path, step]));
  for (let after = run.nextStep; after !== null;) {
    const part = await api.runs.steps({ id: run.id, query: { after, limit: mostSteps } });
    for (const step of part.steps) steps.set(step.path, step);
    after = part.next;
  }
  return { ...run, steps: [...steps.values()].sort((a, b) => a.seq - b.seq) };
}

interface ReplayOptions extends FilterOptions {
  whenConnected?: boolean;
  from: ReplayBody["from"];
  version: ReplayBody["version"];
  input?: string;
  yes?: boolean;
  json?: boolean;
}

function addReplay(run: Command, tools: Tools): void {
  const { api, show, terminal } = tools;
  const command = withJson(
    withFilter(run.command("replay").description("Do runs again: these, or all that a filter finds").argument("[runs...]", "their ids"))
      .addOption(
        new Option("--from <place>", "from the step that failed, keeping what was done; or all of it again")
          .choices(["failed", "start"])
          .default("failed"),
      )
      .addOption(
        new Option("--version <which>", "with the version they ran on, or the one published now")
          .choices(["same", "published"])
          .default("same"),
      )
      .option("-i, --input <json>", "one run from the start with this event in place of its own: JSON, @file, or - for standard input")
      .option("--when-connected", "let runs whose connection is broken wait until it works again")
      .option("-y, --yes", "do not ask, when a filter says which"),
  ).action(async (ids: string[], options: ReplayOptions) => {
    const { from, version, input, whenConnected = false } = options;
    if (input !== undefined) return replayEdited(ids, input, options, tools);
    const which = await whichRuns(ids, options, "Replay", tools);
    const reply = await api().runs.replay({ body: { ...which, from, version, when: whenConnected ? "connected" : "now" } });
    show(reply, options.json, (paper) => replayLines(reply, paper));
    if (reply.refused.length > 0) terminal.exitCode = 1;
  });
  withExamples(
    command,
    "millrace run replay run_01k3v9x0000abcdef",
    `millrace run replay --flow "Survey answers" --state failed --since 2h`,
    "millrace run replay run_01k3v9x0000abcdef --input @corrected.json",
  );
}

async function replayEdited(
  ids: readonly string[],
  input: string,
  { version, json }: ReplayOptions,
  { api, show, terminal }: Tools,
): Promise<void> {
  const [id, ...others] = ids;
  if (id === undefined || others.length > 0) throw usage("Changed data is for one run: give its id");
  const payload = await readJsonArgument(input, "--input", terminal);
  const made = await api().runs.replayEdited({ id, body: { payload, ...defined({ version }) } });
  show(made, json, () => `Replaying ${id} with changed data as ${made.id}`);
}

/** Ids as given; or a filter, after a look at how much it finds where somebody can be asked. */
async function whichRuns(
  ids: readonly string[],
  options: FilterOptions & { yes?: boolean },
  verb: "Replay" | "Cancel",
  { api, terminal, confirm }: Tools,
): Promise<Pick<ReplayBody, "ids" | "filter">> {
  const filter = await filterOf(options, api(), terminal.clock.now());
  const filtered = Object.keys(filter).length > 0;
  if (filtered === ids.length > 0) throw usage("Say which runs: give their ids, or a filter such as --attention or --flow with --state");
  if (!filtered) return { ids: [...ids] };
  if (terminal.interactive && !options.yes) {
    const { runs, next } = await api().runs.list({ query: { ...filter, limit: 200 } });
    await confirm(`${verb} ${next === null ? count(runs.length, "run") : "more than 200 runs"}?`, false);
  }
  return { filter };
}

function addCancel(run: Command, tools: Tools): void {
  const { api, show, terminal } = tools;
  const command = withJson(
    withFilter(
      run
        .command("cancel")
        .description("Stop runs that are not over: these, or all that a filter finds")
        .argument("[runs...]", "their ids"),
    ).option("-y, --yes", "do not ask, when a filter says which"),
  ).action(async (ids: string[], options: FilterOptions & { yes?: boolean; json?: boolean }) => {
    const which = await whichRuns(ids, options, "Cancel", tools);
    if (which.ids) return endEach(which.ids, "cancel", options.json, tools);
    const reply = await api().runs.cancelMany({ body: which });
    show(reply, options.json, (paper) => cancelLines(reply, paper));
    if (reply.refused.length > 0) terminal.exitCode = 1;
  });
  withExamples(command, "millrace run cancel run_01k3v9x0000abcdef", `millrace run cancel --flow "Survey answers" --state queued`);
}

function addDismiss(run: Command, tools: Tools): void {
  const command = withJson(run.command("dismiss").description("Take runs off Needs attention").argument("<runs...>", "their ids")).action(
    (ids: string[], { json }: { json?: boolean }) => endEach(ids, "dismiss", json, tools),
  );
  withExamples(command, "millrace run dismiss run_01k3v9x0000abcdef");
}

async function endEach(
  ids: readonly string[],
  action: "cancel" | "dismiss",
  json: boolean | undefined,
  { api, show }: Tools,
): Promise<void> {
  const done = action === "cancel" ? "Cancelled" : "Dismissed";
  const ended: RunDetail[] = [];
  for (const id of ids) ended.push(await api().runs[action]({ id }));
  show(ended, json, () => ended.map(({ id, label }) => `${done}: ${id} (${label})`).join("\n"));
}

async function filterOf(
  { flow, subAccount, state, person, attention, recovered, since: within }: FilterOptions,
  api: Client,
  now: number,
): Promise<RunFilter> {
  return {
    ...(flow !== undefined && { flow: pick((await api.flows.list()).flows, flow, "flow").id }),
    ...(subAccount !== undefined && { location: locationOf(pick((await api.connections.list()).connections, subAccount, "connection")) }),
    ...defined({ state, person }),
    ...(attention && { attention: "true" as const }),
    ...(recovered && { recovered: "true" as const }),
    ...(within !== undefined && { from: since(within, now) }),
  };
}

function locationOf({ name, locationId }: ConnectionView): string {
  if (locationId === undefined) throw usage(`The connection '${name}' is for no single sub-account; name one that is`);
  return locationId;
}

/** The states by their own names or by the words the page uses. */
function readStates(text: string): string {
  const words = text.split(",").map((word) => word.trim().toLowerCase());
  const named = words.map((word) => (word === "success" ? "succeeded" : word));
  const unknown = named.find((word) => !states.includes(word));
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is not a state. They are ${states.join(", ")}.`);
  return named.join(",");
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new InvalidArgumentError("Give a number from 1 to 200.");
}
