import type { Command } from "commander";
import type { appDefinition } from "#api/schemas.ts";
import type { z } from "zod";
import { withExamples, withJson } from "../help.ts";
import { readObjectFile } from "../input.ts";
import { json as asText } from "../text.ts";
import type { Tools } from "../tools.ts";
import { addAppImport } from "./app-import.ts";
import { addAppVersionCommands } from "./app-versions.ts";
import { appLine, appPage, appTable } from "../views/apps.ts";

interface Json {
  json?: boolean;
}

/** The apps of the workspace. */
export function addAppCommands(program: Command, tools: Tools): void {
  const app = program.command("app").description("Apps: those that come with Millrace, and your own, which are JSON definitions");
  addList(app, tools);
  addShow(app, tools);
  addPut(app, tools);
  addRemove(app, tools);
  addAppImport(app, tools);
  addAppVersionCommands(app, tools);
}

function addList(app: Command, { api, show }: Tools): void {
  const command = withJson(app.command("list").description("All apps")).action(async ({ json }: Json) => {
    const { apps } = await api().apps.list();
    show(apps, json, (paper) => appTable(apps, paper));
  });
  withExamples(command, "millrace app list");
}

function addShow(app: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    app
      .command("show")
      .description("One app: how one logs in to it; of your own also its definition")
      .argument("<app>", "its id")
      .option("--definition", "print only the definition, ready to be changed and put again"),
  ).action(async (id: string, { json, definition = false }: Json & { definition?: boolean }) => {
    const app = await api().apps.get({ id });
    if (definition) return terminal.out(asText(app.definition && { millraceApp: 1, ...app.definition }));
    show(app, json, (paper) => appPage(app, paper));
  });
  withExamples(command, "millrace app show helpdesk", "millrace app show helpdesk --definition > helpdesk.json");
}

function addPut(app: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    app
      .command("put")
      .description("Define an app of your own, or replace its definition")
      .argument("<app>", "its id: small letters, digits and dashes")
      .argument("<file>", "the definition, a JSON file; - for standard input"),
  ).action(async (id: string, file: string, { json }: Json) => {
    const body = (await readObjectFile(file, terminal)) as z.input<typeof appDefinition>; // the server checks it
    const put = await api().apps.put({ id, body });
    show(put, json, () => appLine("Defined", put));
  });
  withExamples(command, "millrace app put helpdesk helpdesk.json");
}

function addRemove(app: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    app
      .command("remove")
      .description("Delete an app of your own; refused while a flow or a connection uses it")
      .argument("<app>", "its id")
      .option("-y, --yes", "do not ask"),
  ).action(async (id: string, { yes, json }: Json & { yes?: boolean }) => {
    const { title } = await api().apps.get({ id });
    await confirm(`Delete the app '${title}' and its definition?`, yes);
    await api().apps.remove({ id });
    show({ removed: id }, json, () => `Removed: ${id}`);
  });
  withExamples(command, "millrace app remove helpdesk");
}
