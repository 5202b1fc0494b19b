import { useQuery } from "@tanstack/react-query";
import type { CatalogEntry, ConnectionView, FlowDefinition, SetupChoice, SetupView, TemplateChoice } from "#api/schemas.ts";
import type { InputField } from "#catalog/types.ts";
import { readChoice, readPlace, sendTo, writeChoice } from "#templates/places.ts";
import { receiversFor, surelyMeant } from "#templates/receivers.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { api } from "../../../lib/api.ts";
import { type NamedChoice, namedChoices } from "../../../lib/named-choices.ts";

/** Where the names for a choice are looked up: the field of the catalog, its app, and the login of the step. */
export interface NameSource {
  app: string;
  lookup: NonNullable<InputField["lookup"]>;
  connection: string | null;
}

/** Where the names for a choice come from; null where it is typed. */
export function nameSource(flow: FlowDefinition, { at: [place] }: TemplateChoice, catalog: readonly CatalogEntry[]): NameSource | null {
  const [owner, member, name] = place ?? [];
  if (owner === undefined || member !== "input") return null;
  const app = owner === "trigger" ? flow.trigger.app : readPlace(flow, [owner, "app"]);
  const operation = owner === "trigger" ? flow.trigger.operation : readPlace(flow, [owner, "operation"]);
  const lookup = catalog.find((entry) => entry.app === app && entry.key === operation)?.inputs.find((field) => field.name === name)?.lookup;
  if (lookup === undefined || typeof app !== "string") return null;
  const connection = readPlace(flow, [owner, "connection"]);
  return { app, lookup, connection: typeof connection === "string" ? connection : null };
}

const namesQuery = (source: NameSource) => ({
  queryKey: ["names", source.app, source.lookup, source.connection],
  queryFn: () => readNames(source),
  staleTime: 60_000,
  retry: false,
});

/** The names that an account has for a choice. */
export function useNamesFor(source: NameSource | null) {
  return useQuery({
    ...(source === null ? { queryKey: ["names", "none"], queryFn: async (): Promise<NamedChoice[]> => [] } : namesQuery(source)),
    enabled: source !== null,
  });
}

async function readNames({ app, lookup, connection }: NameSource): Promise<NamedChoice[]> {
  const ask = (operation: string) =>
    api.operations.call({
      operation: `${app}.${operation}`,
      body: { ...(connection !== null && { connection }), input: lookup.input ?? {} },
    });
  const { output } = await ask(lookup.operation).catch((thrown: unknown) => {
    if (lookup.otherwise === undefined) throw thrown;
    return ask(lookup.otherwise);
  });
  return Array.isArray(output) ? namesIn(output, lookup) : [];
}

/** A stage is named with its pipeline, as another pipeline may have one of the same name; of two that are called alike in all, each stands for itself. */
export function namesIn(rows: readonly unknown[], lookup: NameSource["lookup"]): NamedChoice[] {
  const { label, list, within } = lookup;
  if (list === undefined || within === undefined) return namedChoices(rows, lookup);
  const paths = rows.filter(isObject).flatMap((row) => {
    const inner: unknown = getPath(row, list);
    return (Array.isArray(inner) ? inner.filter(isObject) : []).map((one) => ({
      ...one,
      [label]: `${String(row[within.label])} / ${String(one[label])}`,
    }));
  });
  return namedChoices(paths, { ...lookup, list: undefined, within: undefined });
}

/** Kinds whose first entry is chosen where one is required. */
const anyWillDo: ReadonlySet<TemplateChoice["kind"]> = new Set(["pipeline", "stage", "calendar", "workflow", "lookup"]);

/** The entry of the account that fits best; undefined where none does. */
export function sensibleName({ prefer = [], required, kind }: TemplateChoice, names: readonly string[]): string | undefined {
  const liked = prefer
    .map((wanted) => names.find((name) => name.toLowerCase() === wanted.toLowerCase()))
    .find((name) => name !== undefined);
  return liked ?? (required && anyWillDo.has(kind) ? names[0] : undefined);
}

/** Fills in what can be known of an account: the field that is called as expected, the only pipeline, the reader's own time zone. */
export async function withSensibleValues(
  flow: FlowDefinition,
  { choices }: SetupView,
  catalog: readonly CatalogEntry[],
  connections: readonly ConnectionView[],
): Promise<FlowDefinition> {
  let filled = flow;
  for (const choice of choices) {
    if (readChoice(filled, choice) !== undefined) continue;
    const receivers = receiversOf(filled, choice, { catalog, connections });
    if (choice.sends && receivers !== null) {
      const meant = surelyMeant(choice.sends, receivers.operations);
      if (meant) filled = sendTo(filled, choice, meant);
      continue;
    }
    const value = choice.kind === "zone" ? Intl.DateTimeFormat().resolvedOptions().timeZone : await bestName(filled, choice, catalog);
    if (value !== undefined) filled = writeChoice(filled, choice, value);
  }
  return filled;
}

/**
 * The app of the workspace that is to receive what is sent to an address, and those of its operations that can; null where it is an address after
 * all: its login is none of such an app.
 */
export function receiversOf(
  flow: FlowDefinition,
  { sends, at: [place] }: SetupChoice,
  { catalog, connections }: { catalog: readonly CatalogEntry[]; connections: readonly ConnectionView[] },
): { app: string; operations: CatalogEntry[] } | null {
  if (!sends || place === undefined) return null;
  const connection = readPlace(flow, [place[0]!, "connection"]);
  const app = connections.find(({ name, formerNames }) => name === connection || formerNames?.includes(String(connection)))?.app;
  if (app === undefined || app === sends.app) return null;
  const own = catalog.filter((entry) => entry.app === app);
  const keys = receiversFor(sends, own).map(({ key }) => key);
  return { app, operations: keys.map((key) => own.find((entry) => entry.key === key)!) };
}

async function bestName(flow: FlowDefinition, choice: TemplateChoice, catalog: readonly CatalogEntry[]): Promise<string | undefined> {
  const source = nameSource(flow, choice, catalog);
  if (source === null || sensibleName(choice, ["any", ...(choice.prefer ?? [])]) === undefined) return undefined;
  return sensibleName(
    choice,
    (await readNames(source).catch(() => [])).map(({ value }) => value),
  ); // what cannot be looked up is chosen by hand
}
