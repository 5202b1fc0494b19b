import { Option, type Command } from "commander";
import type { FlowDetail, FlowImport } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { withConnectionOfApp } from "#surfaces/import-connections.ts";
import { withExamples, withJson } from "../help.ts";
import { pairsOf, readTextFile } from "../input.ts";
import type { Tools } from "../tools.ts";
import { comeOverLines } from "../views/flow-imports.ts";
import type { Json } from "./flow-argument.ts";

interface ComeOverOptions extends Json {
  dryRun?: true;
  connection?: string[];
  folder?: string;
}

/** Drafts are made of a file of another tool. */
export function addComeOver(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    flow
      .command("come-over")
      .description("Create drafts from an export of n8n, Make or Zapier, and say what is left to do")
      .argument("<file>", "a workflow, a blueprint or an export of Zaps; - for standard input")
      .option("--dry-run", "only say what would be created")
      .addOption(new Option("--connection <app=name...>", "the connection that steps of an app use"))
      .option("--folder <folder>", "put the drafts into this folder"),
  ).action(async (path: string, { dryRun, connection = [], folder, json }: ComeOverOptions) => {
    const read = await api().flowImports.read({ body: { text: await readTextFile(path, terminal) } });
    const created = dryRun ? [] : await create(api, read, pairsOf(connection), folder);
    show({ ...read, created: created.map(({ id, name }) => ({ id, name })) }, json, (paper) => comeOverLines(read, created, paper));
  });
  withExamples(
    command,
    "millrace flow come-over workflow.json --dry-run",
    "millrace flow come-over blueprint.json --connection helpdesk=acme --folder Leads",
  );
}

async function create(
  api: Tools["api"],
  { flows }: FlowImport,
  connections: Record<string, string>,
  folder?: string,
): Promise<FlowDetail[]> {
  const created: FlowDetail[] = [];
  for (const { definition } of flows.flatMap(({ drafts }) => drafts)) {
    const flow = await api().flows.create({ body: withConnectionOfApp(definition, connections) });
    created.push(folder === undefined ? flow : await api().flows.change({ id: flow.id, body: defined({ folder }) }));
  }
  return created;
}
