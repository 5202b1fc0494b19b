import type { Command } from "commander";
import type { z } from "zod";
import { appLimits, type AppDraft, type appDefinition } from "#api/schemas.ts";
import { withExamples, withJson } from "../help.ts";
import { readTextFile, usage } from "../input.ts";
import { count } from "../text.ts";
import type { Tools } from "../tools.ts";
import { comparisonPage, draftPage } from "../views/app-drafts.ts";
import { appLine } from "../views/apps.ts";

interface ImportOptions {
  only?: string[];
  baseUrl?: string;
  yes?: boolean;
  json?: boolean;
}
type Definition = z.input<typeof appDefinition>;

/** An app of an OpenAPI document: shown first, then saved. */
export function addAppImport(app: Command, tools: Tools): void {
  const command = withJson(
    app
      .command("import")
      .description("Define an app from an OpenAPI or Swagger document, or bring one up to date with a newer document")
      .argument("<app>", "its id: small letters, digits and dashes")
      .argument("<document>", "a file, - for standard input, or the address of the document or of a page that shows it")
      .option("--only <pattern...>", "only the operations with these ids; * stands for anything")
      .option("--base-url <address>", "where the API is, if the document does not say it")
      .option("-y, --yes", "do not ask"),
  ).action((id: string, source: string, options: ImportOptions) => importDocument(tools, id, source, options));
  withExamples(
    command,
    "millrace app import pets openapi.yaml",
    "millrace app import pets https://pets.example.com/openapi.json --only 'pets.*' list_owners",
  );
}

async function importDocument(tools: Tools, id: string, source: string, options: ImportOptions): Promise<void> {
  const { api, confirm, show, terminal } = tools;
  const before = await ownDefinition(tools, id);
  const place = /^https?:\/\//i.test(source) ? { url: source } : { text: await readTextFile(source, terminal) };
  const draft = await api().appDrafts.document({ body: { ...place, ...(before && { app: id }) } });
  const chosen = chosenOf(draft, options.only);
  const definition = definitionOf(draft, chosen, before, options);
  if (!options.json) terminal.out(draftPage(draft, chosen, tools.paper()));
  const comparison = before && (await api().apps.compare({ id, body: { definition } }));
  if (comparison && !options.json) terminal.out(comparisonPage(comparison));
  await confirm(before ? `Replace the definition of '${id}'?` : `Save '${id}' with ${count(chosen.length, "operation")}?`, options.yes);
  const put = await api().apps.put({ id, body: definition });
  show({ app: put, draft: { ...draft, operations: chosen }, comparison: comparison ?? null }, options.json, () => appLine("Defined", put));
}

/** The definition that the app has in this workspace; undefined where it has none. */
async function ownDefinition({ api }: Tools, id: string): Promise<Definition | undefined> {
  const { apps } = await api().apps.list();
  if (!apps.some((app) => app.id === id && !app.builtIn)) return undefined;
  return ((await api().apps.get({ id })).definition ?? undefined) as Definition | undefined; // it was checked when it was saved
}

function chosenOf({ operations }: AppDraft, only: readonly string[] | undefined): AppDraft["operations"] {
  const isChosen = only === undefined ? () => true : anyOf(only);
  const chosen = operations.filter(({ definition }) => isChosen(definition.id));
  if (chosen.length === 0 && only !== undefined)
    throw usage("No operation of the document has such an id: choose with --only from those it has");
  if (chosen.length > appLimits.operations)
    throw usage(`The document has ${chosen.length} operations, and an app at most ${appLimits.operations}: choose with --only`);
  return chosen;
}

/** Whether an id fits one of the patterns, in which * stands for anything. Compared part by part: no pattern of a person is run. */
const anyOf =
  (patterns: readonly string[]) =>
  (id: string): boolean =>
    patterns.some((pattern) => {
      const [first = "", ...parts] = pattern.split("*");
      if (parts.length === 0) return id === pattern;
      const last = parts.pop()!;
      if (!id.startsWith(first) || !id.endsWith(last) || id.length < first.length + last.length) return false;
      let at = first.length;
      for (const part of parts) {
        const next = id.indexOf(part, at);
        if (next < 0 || next + part.length > id.length - last.length) return false;
        at = next + part.length;
      }
      return true;
    });

/** The definition to save. Where only some operations are chosen, the others of the app stay. */
function definitionOf(
  draft: AppDraft,
  chosen: AppDraft["operations"],
  before: Definition | undefined,
  { only, baseUrl }: ImportOptions,
): Definition {
  const url = baseUrl ?? draft.baseUrl ?? before?.baseUrl;
  if (url === undefined) throw usage("The document does not say where the API is: give --base-url");
  const operations = chosen.map(({ definition }) => definition);
  const ids = new Set(operations.map(({ id }) => id));
  const others = only === undefined ? [] : (before?.operations ?? []).filter(({ id }) => !ids.has(id));
  const triggers = only === undefined ? draft.triggers : (before?.triggers ?? draft.triggers.filter(({ id }) => anyOf(only)(id)));
  const { variables: _, ...own } = before ?? {};
  const variables = draft.variables.filter(({ name }) => url.includes(`{${name}}`));
  return {
    ...own,
    title: draft.title,
    baseUrl: url,
    ...(variables.length > 0 && { variables }),
    auth: draft.auth,
    operations: [...others, ...operations],
    triggers,
  };
}
