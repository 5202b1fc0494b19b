import { Option, type Command } from "commander";
import type { AppDraft, appDefinition, DefinitionCheck } from "#api/schemas.ts";
import type { z } from "zod";
import { withExamples, withJson } from "../help.ts";
import { readObjectFile, readTextFile, usage } from "../input.ts";
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
  addDraft(app, tools);
  addCheck(app, tools);
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
      .description("One app: its logins; of your own also its definition")
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

interface DraftOptions {
  curl?: string;
  har?: string;
  answer?: string;
}

function addDraft(app: Command, { api, terminal }: Tools): void {
  const command = app
    .command("draft")
    .description("Make a definition from curl commands, a HAR recording or an example answer; it is printed, not saved")
    .addOption(new Option("--curl <file>", "curl commands, as a terminal or documentation has them; - for standard input"))
    .addOption(new Option("--har <file>", "a recording of a browser (HAR)").conflicts("curl"))
    .addOption(new Option("--answer <file>", "an example answer: prints the members that follow from it").conflicts(["curl", "har"]))
    .action(async ({ curl, har, answer }: DraftOptions) => {
      const file = curl ?? har ?? answer;
      if (file === undefined) throw usage("Say what to read: --curl, --har or --answer");
      const text = await readTextFile(file, terminal);
      if (answer !== undefined) {
        const { definition, guesses, notes } = await api().appDrafts.answer({ body: { text } });
        tell(notes, guesses);
        return terminal.out(asText(definition));
      }
      const draft = await api().appDrafts.request({ body: { kind: har === undefined ? "curl" : "har", text } });
      tell(draft.notes, [...draft.guesses, ...draft.operations.flatMap(({ definition, guesses }) => ofOperation(definition.id, guesses))]);
      terminal.out(asText(definitionOf(draft)));
    });
  withExamples(command, "millrace app draft --curl request.txt > helpdesk.json", "millrace app draft --har recording.har > helpdesk.json");

  /** Beside the definition, so that it can be saved as it is printed. */
  function tell(notes: AppDraft["notes"], guesses: AppDraft["guesses"]): void {
    for (const { at, says } of notes) terminal.err(`${at === null ? "" : `${at}: `}${says}`);
    for (const { member, why } of guesses) terminal.err(`guessed ${member}: ${why}`);
  }
}

const ofOperation = (id: string, guesses: AppDraft["guesses"]): AppDraft["guesses"] =>
  guesses.map(({ member, why }) => ({ member: `${id} ${member}`, why }));

/** A draft as a definition that can be saved. */
function definitionOf({ title, baseUrl, variables, auth, headers, operations, triggers }: AppDraft): object {
  return {
    title,
    ...(baseUrl !== null && { baseUrl }),
    ...(variables.length > 0 && { variables }),
    auth,
    ...(Object.keys(headers).length > 0 && { headers }),
    operations: operations.map(({ definition }) => definition),
    triggers,
  };
}

function addCheck(app: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    app
      .command("check")
      .description("Check a definition: all problems, and suggestions for careful writes; nothing is saved")
      .argument("<file>", "the definition, a JSON file; - for standard input")
      .option("--app <id>", "the app it would replace"),
  ).action(async (file: string, { app: id, json }: Json & { app?: string }) => {
    const definition = await readObjectFile(file, terminal);
    const found = await api().appDrafts.check({ body: { definition, ...(id !== undefined && { id }) } });
    show(found, json, () => checkLines(found));
    if (found.problems.length > 0) terminal.exitCode = 1;
  });
  withExamples(command, "millrace app check helpdesk.json");
}

function checkLines({ problems, advice }: DefinitionCheck): string {
  const wrong = problems.map(({ field, problem }) => `${field}: ${problem}`);
  const careful = advice.map(({ operation, member, says }) => `${operation === "" ? member : `${operation} ${member}`}: ${says}`);
  const parts = [
    problems.length === 0 ? ["It can be saved."] : ["It cannot be saved:", ...wrong],
    ...(careful.length === 0 ? [] : [["For careful writes:", ...careful]]),
  ];
  return parts.map((lines) => lines.join("\n")).join("\n\n");
}
