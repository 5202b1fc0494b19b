import { Option, type Command } from "commander";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import { pairsOf } from "../input.ts";
import type { Tools } from "../tools.ts";
import { flowLine } from "../views/flows.ts";
import { addImport } from "./flow-import.ts";
import { findFlow, ofOneFlow, type Json } from "./flow-argument.ts";

/** Flows are renamed, put into folders, copied and imported. */
export function addManagingCommands(flow: Command, tools: Tools): void {
  addRename(flow, tools);
  addMove(flow, tools);
  addDuplicate(flow, tools);
  addImport(flow, tools);
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

interface DuplicateOptions extends Json {
  connection?: string[];
  name?: string;
}

function addDuplicate(flow: Command, { api, show }: Tools): void {
  const command = withJson(ofOneFlow(flow.command("duplicate").description("Copy the draft into a new flow")))
    .option("--name <name>", "what the copy is called")
    .addOption(new Option("--connection <old=new...>", "use another connection in place of one the flow names"))
    .action(async (wanted: string, { name, connection = [], json }: DuplicateOptions) => {
      const body = { connections: pairsOf(connection), ...defined({ name }) };
      const copy = await api().flows.duplicate({ id: (await findFlow(api(), wanted)).id, body });
      show(copy, json, (paper) => flowLine("Copied", copy, paper));
    });
  withExamples(command, `millrace flow duplicate "Survey answers" --name "Survey answers, Berlin" --connection acme=acme-berlin`);
}
