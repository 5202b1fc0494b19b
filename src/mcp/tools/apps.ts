/** Connecting an app that Millrace does not know: read out of its OpenAPI document. */
import { z } from "zod";
import { type AppDraft, appLimits, type appDefinition } from "#api/schemas.ts";
import { badInput, conflict } from "#kernel/errors.ts";
import { plural } from "#kernel/words.ts";
import { hints, tool } from "../tool.ts";

const importInput = z.object({
  app: z.string().min(1).max(40).describe("What the app is called in flows: small letters, digits and dashes"),
  url: z.string().max(2_000).optional().describe("The address of the OpenAPI or Swagger document, or of a page that shows it"),
  text: z.string().max(2_000_000).optional().describe("The document itself, in place of its address"),
  only: z
    .array(z.string().max(80))
    .max(appLimits.operations)
    .optional()
    .describe("The ids of the operations to keep; all where it is left out"),
  baseUrl: z.string().max(2_000).optional().describe("Where the API is, if the document does not say it"),
  save: z.boolean().default(false).describe("False: only shows what the document has. True: defines the app"),
});
type ImportAsked = z.output<typeof importInput>;

export const importAppTool = tool({
  name: "import_app",
  title: "Import an app",
  about:
    "Define an app of the workspace from its OpenAPI document. Look first (save: false): operations, what was guessed, what was left out. Only new apps: a person changes one that is there. It can be called once a person has connected it.",
  needs: ["catalog:write", "catalog:read"],
  hints: hints.redraft,
  input: importInput,
  run: async (asked, { side }) => {
    const { client, pageUrl } = side;
    const { apps } = await client.apps.list();
    if (apps.some(({ id }) => id === asked.app))
      throw conflict(`There is an app '${asked.app}' already. A person changes it at ${pageUrl(`/apps/${asked.app}`)}`);
    const draft = await client.appDrafts.document({ body: sourceOf(asked) });
    const chosen = chosenOf(draft, asked.only);
    const definition = definitionOf(draft, chosen, asked.baseUrl);
    const { problems, advice } = await client.appDrafts.check({ body: { definition } });
    const isSaved = asked.save && problems.length === 0;
    if (isSaved) await client.apps.put({ id: asked.app, body: definition });
    return {
      says: `${isSaved ? "The app is defined" : "Nothing was saved"}: ${plural(chosen.length, "operation")} of ${draft.operations.length}, ${plural(problems.length, "problem")}.`,
      data: { ...draftFacts(draft, chosen), problems, advice: advice.slice(0, 30) },
      next: isSaved
        ? [`A person connects it on this page; never ask for a key or a password here: ${pageUrl("/connections")}`]
        : ["Show the person what was guessed, most of all the effects of writes. Then call again with save: true."],
    };
  },
});

function sourceOf({ url, text }: ImportAsked): { url: string } | { text: string } {
  if (url !== undefined && text === undefined) return { url };
  if (text !== undefined && url === undefined) return { text };
  throw badInput("url", "or text is needed, one of the two");
}

function chosenOf({ operations }: AppDraft, only: readonly string[] | undefined): AppDraft["operations"] {
  const unknown = only?.find((id) => !operations.some(({ definition }) => definition.id === id));
  if (unknown !== undefined) throw badInput("only", `names '${unknown}', which the document does not have`);
  const chosen = operations.filter(({ definition }) => only?.includes(definition.id) ?? true);
  if (chosen.length > appLimits.operations)
    throw badInput("only", `is needed: the document has ${chosen.length} operations, and an app at most ${appLimits.operations}`);
  return chosen;
}

function definitionOf(
  { title, baseUrl, variables, auth, triggers }: AppDraft,
  chosen: AppDraft["operations"],
  given: string | undefined,
): z.input<typeof appDefinition> {
  const url = given ?? baseUrl;
  if (url === null || url === undefined) throw badInput("baseUrl", "is needed: the document does not say where the API is");
  const used = variables.filter(({ name }) => url.includes(`{${name}}`));
  return {
    title,
    baseUrl: url,
    ...(used.length > 0 && { variables: used }),
    auth,
    operations: chosen.map(({ definition }) => definition),
    triggers,
  };
}

const draftFacts = ({ title, baseUrl, auth, guesses, notes }: AppDraft, chosen: AppDraft["operations"]) => ({
  title,
  baseUrl,
  logins: auth.map(({ kind }) => kind),
  guesses,
  notes: notes.slice(0, 50),
  operations: chosen.map(({ definition: { id, title: called, method, path, effect }, guesses: guessed }) => ({
    id,
    title: called,
    request: `${method} ${path}`,
    effect,
    guessed: guessed.map(({ member, why }) => `${member}: ${why}`),
  })),
});

export const appTools = [importAppTool];
