import type { Command } from "commander";
import type { z } from "zod";
import type { appDefinition } from "#api/schemas.ts";
import { withExamples, withJson } from "../help.ts";
import { readObjectFile, wholeNumber } from "../input.ts";
import type { Tools } from "../tools.ts";
import { appVersionTable, comparisonPage } from "../views/app-drafts.ts";
import { appLine } from "../views/apps.ts";

interface Json {
  json?: boolean;
}

/** The definitions that an app had: listed, compared, restored, and given to another workspace. */
export function addAppVersionCommands(app: Command, tools: Tools): void {
  addVersions(app, tools);
  addCompare(app, tools);
  addRestore(app, tools);
  addShare(app, tools);
}

function addVersions(app: Command, { api, show }: Tools): void {
  const command = withJson(
    app.command("versions").description("The definitions that an app of your own had, newest first").argument("<app>", "its id"),
  ).action(async (id: string, { json }: Json) => {
    const { versions } = await api().apps.versions({ id });
    show(versions, json, (paper) => appVersionTable(versions, paper));
  });
  withExamples(command, "millrace app versions helpdesk");
}

function addCompare(app: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    app
      .command("compare")
      .description("What another definition would change, and which flows would fail with it; nothing is saved")
      .argument("<app>", "its id")
      .argument("<file>", "the definition, a JSON file; - for standard input"),
  ).action(async (id: string, file: string, { json }: Json) => {
    const comparison = await api().apps.compare({ id, body: { definition: await readObjectFile(file, terminal) } });
    show(comparison, json, () => comparisonPage(comparison));
  });
  withExamples(command, "millrace app compare helpdesk helpdesk.json");
}

function addRestore(app: Command, tools: Tools): void {
  const { api, show, confirm, terminal } = tools;
  const command = withJson(
    app
      .command("restore")
      .description("Restore an earlier version")
      .argument("<app>", "its id")
      .argument("<version>", "its number", wholeNumber)
      .option("-y, --yes", "do not ask"),
  ).action(async (id: string, version: number, { yes, json }: Json & { yes?: boolean }) => {
    const { definition } = await api().apps.version({ id, revision: String(version) });
    const comparison = await api().apps.compare({ id, body: { definition } });
    if (!json) terminal.out(comparisonPage(comparison));
    await confirm(`Replace the definition of '${id}' with version ${version}?`, yes);
    const put = await api().apps.put({ id, body: definition as z.input<typeof appDefinition> }); // the server checks it
    show(put, json, () => appLine(`Restored version ${version}`, put));
  });
  withExamples(command, "millrace app restore helpdesk 3");
}

function addShare(app: Command, { api, show }: Tools): void {
  const command = withJson(
    app
      .command("share")
      .description("Put the definition of an app into another workspace, where you may define apps as well; no login goes with it")
      .argument("<app>", "its id")
      .argument("<workspace>", "the id of the other workspace"),
  ).action(async (id: string, workspace: string, { json }: Json) => {
    const reply = await api().apps.share({ id, body: { workspace } });
    show(reply, json, () => `Shared '${id}' with the workspace ${workspace}.`);
  });
  withExamples(command, "millrace app share helpdesk ws_main");
}
