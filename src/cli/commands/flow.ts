import { writeFileSync } from "node:fs";
import { Option, type Command } from "commander";
import type { FlowDefinition, FlowDetail, FlowView, PartFile, PartImportBody } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import type { Client } from "#api/client.ts";
import { withExamples, withJson } from "../help.ts";
import { readJsonArgument, readObjectFile, usage } from "../input.ts";
import { pick } from "../pick.ts";
import { clean, json as written } from "../text.ts";
import type { Tools } from "../tools.ts";
import { existingOption } from "./parts.ts";
import { dryRunPage, flowLine, flowPage, flowTable, sampleTable, savedLines, startedLine, subscribeLine } from "../views/flows.ts";
import { ledgerPage } from "../views/ledger.ts";
import { findFlow as find, ofOneFlow as ofOne, type Json } from "./flow-argument.ts";
import { addManagingCommands } from "./flow-managing.ts";
import { addTryingCommands } from "./flow-trying.ts";
import { addVersionCommands } from "./flow-versions.ts";
import { lintPage, type LintedFlow } from "../views/lint.ts";

export function addFlowCommands(program: Command, tools: Tools): void {
  const flow = program.command("flow").description("Flows: read, save, publish, try, start");
  addList(flow, tools);
  addShow(flow, tools);
  addSave(flow, tools);
  addStarting(
    flow,
    tools,
    "publish",
    "Published",
    "Publish the draft and turn the flow on. Ends with 1, and a list, where its runs would fail",
  );
  addPause(flow, tools);
  addSubscribe(flow, tools);
  addStarting(flow, tools, "resume", "Resumed", "Turn the flow on again");
  addVersionCommands(flow, tools);
  addManagingCommands(flow, tools);
  addDryRun(flow, tools);
  addTryingCommands(flow, tools);
  addLint(flow, tools);
  addRun(flow, tools);
  addSamples(flow, tools);
  addLedger(flow, tools);
  addExport(flow, tools);
  addDelete(flow, tools);
}

function addList(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    flow
      .command("list")
      .description("All flows")
      .option("--search <words>", "with all of these words in name, sentence, folder or trigger")
      .option("--folder <folder>", "of this folder"),
  ).action(async ({ search, folder, json }: Json & { search?: string; folder?: string }) => {
    const { flows } = await api().flows.list({ query: defined({ q: search, folder }) });
    show(flows, json, (paper) => flowTable(flows, paper));
  });
  withExamples(command, "millrace flow list", "millrace flow list --search survey");
}

function addShow(flow: Command, { api, show }: Tools): void {
  const command = withJson(ofOne(flow.command("show").description("One flow: what it does, its trigger, its hook address"))).action(
    async (wanted: string, { json }: Json) => {
      const flow = await api().flows.get({ id: (await find(api(), wanted)).id });
      show(flow, json, (paper) => flowPage(flow, paper));
    },
  );
  withExamples(command, `millrace flow show "Survey answers to contacts"`);
}

interface SaveOptions extends Json {
  flow?: string;
  new?: boolean;
  publish?: boolean;
  anyway?: boolean;
  existing: PartImportBody["existing"];
}

function addSave(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    flow
      .command("save")
      .description("Save a definition as a draft, with the rules that came with it: into the flow of the same name, or as a new flow")
      .argument("<file>", "a JSON file; - for standard input")
      .option("--flow <flow>", "save it into this flow, whatever its name")
      .addOption(new Option("--new", "make a new flow, even if one has the name").conflicts("flow"))
      .option("--publish", "publish it as well")
      .option("--anyway", "publish it even where its runs would fail")
      .addOption(existingOption()),
  ).action(async (file: string, options: SaveOptions) => {
    const { parts, ...definition } = (await readDefinition(file, terminal)) as FlowDefinition & { parts?: PartFile };
    if (parts) await api().parts.import({ body: { ...parts, existing: options.existing } });
    const { done, saved } = await save(api(), definition, options);
    const shown = options.publish ? await api().flows.publish({ id: saved.id, body: options.anyway ? { force: true } : {} }) : saved;
    show(shown, options.json, (paper) => savedLines(options.publish ? `${done} and published` : done, shown, paper));
  });
  withExamples(command, "millrace flow save flows/survey.json --publish", "cat flow.json | millrace flow save -");
}

async function save(api: Client, definition: FlowDefinition, options: SaveOptions): Promise<{ done: string; saved: FlowDetail }> {
  const target = options.new ? undefined : targetOf((await api.flows.list()).flows, definition.name, options.flow);
  if (target) return { done: "Saved", saved: await api.flows.save({ id: target.id, body: definition }) };
  return { done: "Made", saved: await api.flows.create({ body: definition }) };
}

/** A definition as it stands in a file. The server checks it, and says of every mistake where it is. */
const readDefinition = async (file: string, terminal: Tools["terminal"]): Promise<FlowDefinition> =>
  (await readObjectFile(file, terminal)) as unknown as FlowDefinition;

/** The flow a definition belongs to. Two of its name are one too many to guess. */
function targetOf(flows: readonly FlowView[], name: string, wanted: string | undefined): FlowView | undefined {
  if (wanted !== undefined) return pick(flows, wanted, "flow");
  const same = flows.filter((flow) => flow.name === name);
  if (same.length <= 1) return same[0];
  throw usage(
    `${same.length} flows are called '${String(name)}'. Say which with --flow (${same.map(({ id }) => id).join(", ")}), or --new`,
  );
}

interface StartOptions extends Json {
  startFrom?: "continue" | "now";
  anyway?: boolean;
  note?: string;
}

function addStarting(flow: Command, { api, show }: Tools, action: "publish" | "resume", done: string, description: string): void {
  const command = withJson(
    ofOne(flow.command(action).description(description)).addOption(
      new Option("--start-from <place>", "a poll goes on where it stood, or takes stock anew from now").choices(["continue", "now"]),
    ),
  );
  if (action === "publish")
    command.option("--anyway", "publish it even where its runs would fail").option("--note <text>", "what to say of this version");
  command.action(async (wanted: string, { json, startFrom, anyway, note }: StartOptions) => {
    const how = { ...defined({ startFrom, note }), ...(anyway && { force: true }) };
    const changed = await api().flows[action]({ id: (await find(api(), wanted)).id, body: how });
    show(changed, json, (paper) => flowLine(done, changed, paper));
  });
  withExamples(command, `millrace flow ${action} "Survey answers"`);
}

function addPause(flow: Command, { api, show }: Tools): void {
  const command = withJson(ofOne(flow.command("pause").description("Turn the flow off"))).action(async (wanted: string, { json }: Json) => {
    const changed = await api().flows.pause({ id: (await find(api(), wanted)).id });
    show(changed, json, (paper) => flowLine("Paused", changed, paper));
  });
  withExamples(command, `millrace flow pause "Survey answers"`);
}

function addSubscribe(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(flow.command("subscribe").description("Tell the app of the trigger the flow's address again, where that did not work")),
  ).action(async (wanted: string, { json }: Json) => {
    const changed = await api().flows.subscribe({ id: (await find(api(), wanted)).id });
    show(changed, json, (paper) => subscribeLine(changed, paper));
  });
  withExamples(command, `millrace flow subscribe "Survey answers"`);
}

interface DryRunOptions extends Json {
  input?: string;
  definition?: string;
}

function addDryRun(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    ofOne(flow.command("dry-run").description("Dry run: everything but the writes, with what they would change"))
      .option("-i, --input <json>", "the event to try with: JSON, @file, or - for standard input; the newest sample when absent")
      .option("--definition <file>", "try this definition instead of the draft"),
  ).action(async (wanted: string, { input, definition, json }: DryRunOptions) => {
    const payload = input === undefined ? {} : { payload: await readJsonArgument(input, "--input", terminal) };
    const tried = definition === undefined ? {} : { definition: await readDefinition(definition, terminal) };
    const reply = await api().flows.dryRun({ id: (await find(api(), wanted)).id, body: { ...payload, ...tried } });
    show(reply, json, (paper) => dryRunPage(reply, paper));
    if (reply.outcome === "failed") terminal.exitCode = 1;
  });
  withExamples(command, `millrace flow dry-run "Survey answers" -i '{"email": "ada@example.com", "score": 3}'`);
}

function addLint(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    flow
      .command("lint")
      .description("What would fail, before it does: names and ids that are gone, logins, scopes. Ends with 1 where a run would fail")
      .argument("[flow]", "its name (or how it begins) or id; all flows without it"),
  ).action(async (wanted: string | undefined, { json }: Json) => {
    const flows = wanted === undefined ? (await api().flows.list()).flows : [await find(api(), wanted)];
    const linted: LintedFlow[] = [];
    for (const { id, name } of flows) linted.push({ flow: id, name, ...(await api().flows.lintNow({ id })) });
    show(linted, json, (paper) => lintPage(linted, paper));
    if (linted.some(({ findings }) => findings.some(({ level }) => level === "error"))) terminal.exitCode = 1;
  });
  withExamples(command, "millrace flow lint", `millrace flow lint "Survey answers"`);
}

function addRun(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    ofOne(flow.command("run").description("Start the flow by hand")).option(
      "-i, --input <json>",
      "the event: JSON, @file, or - for standard input; a flow that starts from events needs one",
    ),
  ).action(async (wanted: string, { input, json }: Json & { input?: string }) => {
    const payload = input === undefined ? undefined : await readJsonArgument(input, "--input", terminal);
    const started = await api().flows.run({ id: (await find(api(), wanted)).id, body: payload === undefined ? {} : { payload } });
    show(started, json, () => startedLine(started));
  });
  withExamples(command, `millrace flow run "Nightly report"`, `millrace flow run "Survey answers" -i @event.json`);
}

function addSamples(flow: Command, { api, show }: Tools): void {
  const command = withJson(ofOne(flow.command("samples").description("The newest events of the flow's trigger"))).action(
    async (wanted: string, { json }: Json) => {
      const { samples } = await api().flows.samples({ id: (await find(api(), wanted)).id });
      show(samples, json, (paper) => sampleTable(samples, paper));
    },
  );
  withExamples(command, `millrace flow samples "Survey answers" --json`);
}

function addLedger(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(flow.command("ledger").description("What the flow's webhook told, and what only the poll beside it found")),
  ).action(async (wanted: string, { json }: Json) => {
    const ledger = await api().flows.ledger({ id: (await find(api(), wanted)).id });
    show(ledger, json, (paper) => ledgerPage(ledger, paper));
  });
  withExamples(command, `millrace flow ledger "New contacts"`);
}

function addExport(flow: Command, { api, terminal }: Tools): void {
  const command = ofOne(flow.command("export").description("The definition as JSON, with the rules that it uses, to keep in git"))
    .option("-o, --out <file>", "write it to this file")
    .action(async (wanted: string, { out }: { out?: string }) => {
      const { id } = await find(api(), wanted);
      const { definition, name } = await api().flows.get({ id });
      const parts = mayUseRules(definition) ? await api().parts.export({ query: { flow: id } }) : {};
      const file = parts.rules ? { ...definition, parts } : definition;
      if (out === undefined) return terminal.out(written(file));
      writeFileSync(out, `${written(file)}\n`);
      terminal.err(`${clean(name)} is in ${out}`);
    });
  withExamples(command, `millrace flow export "Survey answers" --out flows/survey.json`);
}

/** Most flows use no rules, and are exported with one request less. */
const mayUseRules = (definition: FlowDefinition): boolean => /\|\s*rule\b/.test(JSON.stringify(definition));

function addDelete(flow: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOne(flow.command("delete").description("Delete a flow; its runs are kept")).option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, { yes, json }: Json & { yes?: boolean }) => {
    const { id, name } = await find(api(), wanted);
    await confirm(`Delete the flow '${clean(name)}'?`, yes);
    await api().flows.remove({ id });
    show({ deleted: id }, json, () => `Deleted: ${clean(name)} (${id})`);
  });
  withExamples(command, `millrace flow delete "Survey answers"`);
}
