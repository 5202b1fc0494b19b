import { Option, type Command } from "commander";
import type { FlowDefinition, FlowDetail, FlowImport, PartImportBody } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { ownFlowFile } from "#surfaces/flow-file.ts";
import { withConnectionOfApp } from "#surfaces/import-connections.ts";
import { withExamples, withJson } from "../help.ts";
import { pairsOf, readTextFile, usage } from "../input.ts";
import type { Tools } from "../tools.ts";
import { foreignLines } from "../views/flow-imports.ts";
import { importLines } from "../views/flows.ts";
import type { Json } from "./flow-argument.ts";
import { existingOption } from "./parts.ts";

interface ImportOptions extends Json {
  dryRun?: true;
  connection?: string[];
  name?: string;
  folder?: string;
  existing: PartImportBody["existing"];
}

/** `millrace flow import`: drafts are made of a file, of Millrace or of another tool. */
export function addImport(flow: Command, tools: Tools): void {
  const command = withJson(
    flow
      .command("import")
      .description("Create drafts from a file: a flow that was exported from Millrace, with its rules, or an export of n8n, Make or Zapier")
      .argument("<file>", "a JSON file; - for standard input")
      .option("--dry-run", "of another tool's file: only say what would be created, and what is left to do")
      .addOption(
        new Option(
          "--connection <from=name...>",
          "the connection to use in place of one that the file names, or for an app whose steps name none",
        ),
      )
      .option("--name <name>", "what the flow is called; as in the file when absent")
      .option("--folder <folder>", "put the drafts into this folder")
      .addOption(existingOption()),
  ).action(async (path: string, options: ImportOptions) => {
    const text = await readTextFile(path, tools.terminal);
    const file = ownFlowFile(text);
    await (file ? importOwn(tools, file, options) : importForeign(tools, text, options));
  });
  withExamples(
    command,
    "millrace flow import survey.json --connection acme=acme-berlin --folder Leads",
    "millrace flow import workflow.json --dry-run",
    "millrace flow import blueprint.json --connection helpdesk=acme",
  );
}

async function importOwn({ api, show }: Tools, file: Record<string, unknown>, options: ImportOptions): Promise<void> {
  const { dryRun, connection = [], name, folder, existing, json } = options;
  if (dryRun) throw usage("--dry-run is for files of n8n, Make and Zapier; this is a flow of Millrace, which is imported as it is");
  const imported = await api().flows.importFile({
    body: { file, connections: pairsOf(connection), existing, ...defined({ name, folder }) },
  });
  show(imported, json, (paper) => importLines(imported, paper));
}

async function importForeign({ api, show }: Tools, text: string, options: ImportOptions): Promise<void> {
  const { dryRun, connection = [], name, folder, json } = options;
  const connections = pairsOf(connection);
  const read = await api().flowImports.read({ body: { text } });
  const drafts = namedDrafts(read, name).map((draft) => withConnectionOfApp(draft, connections));
  const created = dryRun ? [] : await create(api, drafts, folder);
  show({ ...read, created: created.map((each) => ({ id: each.id, name: each.name })) }, json, (paper) =>
    foreignLines(read, created, paper),
  );
}

/** The drafts that were read. Throws a usage error where one name is given for several. */
function namedDrafts({ flows }: FlowImport, name: string | undefined): FlowDefinition[] {
  const drafts = flows.flatMap((flow) => flow.drafts.map(({ definition }) => definition));
  if (name === undefined) return drafts;
  if (drafts.length > 1) throw usage(`The file has ${drafts.length} flows, so --name cannot be given; rename them afterwards`);
  return drafts.map((draft) => ({ ...draft, name }));
}

async function create(api: Tools["api"], drafts: readonly FlowDefinition[], folder?: string): Promise<FlowDetail[]> {
  const created: FlowDetail[] = [];
  for (const body of drafts) {
    const flow = await api().flows.create({ body });
    created.push(folder === undefined ? flow : await api().flows.change({ id: flow.id, body: { folder } }));
  }
  return created;
}
