import { Option, type Command } from "commander";
import type { PartImportBody } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import { pairsOf, readObjectFile } from "../input.ts";
import type { Tools } from "../tools.ts";
import { flowLine, importLines } from "../views/flows.ts";
import { addComeOver } from "./flow-come-over.ts";
import { existingOption } from "./parts.ts";
import { findFlow, ofOneFlow, type Json } from "./flow-argument.ts";

/** Flows are renamed, put into folders, copied and imported. */
export function addManagingCommands(flow: Command, tools: Tools): void {
  addRename(flow, tools);
  addMove(flow, tools);
  addDuplicate(flow, tools);
  addImport(flow, tools);
  addComeOver(flow, tools);
}

function addRename(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOneFlow(flow.command("rename").description("Give a flow another name")).argument("<name>", "what it is called from now on"),
  ).action(async (wanted: string, name: string, { json }: Json) => {
    const changed = await api().flows.change({ id: (await findFlow(api(), wanted)).id, body: { name } });
    show(changed, json, (paper) => flowLine("Renamed", changed, paper));
  });
  withExamples(command, `millrace flow rename "Survey answers" "Survey answers to contacts"`);
}

function addMove(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOneFlow(flow.command("move").description("Put a flow into a folder")).argument(
      "[folder]",
      "its name; without one, the flow is in none",
    ),
  ).action(async (wanted: string, folder: string | undefined, { json }: Json) => {
    const changed = await api().flows.change({ id: (await findFlow(api(), wanted)).id, body: { folder: folder ?? null } });
    show(changed, json, (paper) => flowLine("Moved", changed, paper));
  });
  withExamples(command, `millrace flow move "Survey answers" Leads`);
}

function addDuplicate(flow: Command, { api, show }: Tools): void {
  const command = withJson(ofOneFlow(flow.command("duplicate").description("Copy the draft into a new flow")))
    .option("--name <name>", "what the copy is called")
    .addOption(new Option("--connection <old=new...>", "use another connection in place of one the flow names"))
    .action(async (wanted: string, { name, connection = [], json }: Pick<ImportOptions, "name" | "connection" | "json">) => {
      const body = { connections: pairsOf(connection), ...defined({ name }) };
      const copy = await api().flows.duplicate({ id: (await findFlow(api(), wanted)).id, body });
      show(copy, json, (paper) => flowLine("Copied", copy, paper));
    });
  withExamples(command, `millrace flow duplicate "Survey answers" --name "Survey answers, Berlin" --connection acme=acme-berlin`);
}

interface ImportOptions extends Json {
  connection?: string[];
  name?: string;
  folder?: string;
  existing: PartImportBody["existing"];
}

function addImport(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    flow
      .command("import")
      .description("Create a flow from a file that was exported, here or elsewhere, with the rules in it")
      .argument("<file>", "a JSON file; - for standard input")
      .addOption(new Option("--connection <old=new...>", "use another connection in place of one the file names"))
      .option("--name <name>", "what the flow is called; as in the file when absent")
      .option("--folder <folder>", "put it into this folder")
      .addOption(existingOption()),
  ).action(async (path: string, { connection = [], name, folder, existing, json }: ImportOptions) => {
    const file = await readObjectFile(path, terminal);
    const imported = await api().flows.importFile({
      body: { file, connections: pairsOf(connection), existing, ...defined({ name, folder }) },
    });
    show(imported, json, (paper) => importLines(imported, paper));
  });
  withExamples(
    command,
    "millrace flow import survey.json",
    "millrace flow import survey.json --connection acme=acme-berlin --folder Leads",
  );
}
