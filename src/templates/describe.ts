import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { Operation } from "#catalog/types.ts";
import { webhookRules } from "#catalog/webhooks.ts";
import type { FlowDefinition } from "#engine/flow/format.ts";
import type { AnyStep } from "#engine/flow/kinds/kind.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import type { Titles } from "#engine/flow/knowledge.ts";
import { startSentence, stepTitle } from "#engine/flow/sentence.ts";
import { isObject } from "#kernel/json.ts";
import type { Place, TemplateChoice } from "./format.ts";
import { lowerFirst } from "#kernel/words.ts";
import { eachStep } from "./places.ts";

/** A line of what a flow will do; `depth` says how deep within branches and loops. */
export interface DoneLine {
  depth: number;
  text: string;
  /** The app it calls. */
  app?: string;
  /** It changes something there. */
  writes?: boolean;
}

/** What there is to know of a flow before it is set up, worked out from its definition and the catalog. */
export interface FlowFacts {
  /** Its apps, that of the trigger first. */
  apps: string[];
  /** When it starts. */
  starts: string;
  does: DoneLine[];
}

export function describeFlow(flow: FlowDefinition, titles: Titles): FlowFacts {
  const apps = new Set([flow.trigger.app]);
  eachStep(flow.steps, ({ app }) => void (typeof app === "string" && apps.add(app)));
  return { apps: [...apps], starts: startSentence(flow, titles), does: linesOf(flow.steps, titles, 0) };
}

function linesOf(steps: readonly AnyStep[], titles: Titles, depth: number): DoneLine[] {
  return steps.flatMap((step): DoneLine[] => {
    const app = typeof step["app"] === "string" ? step["app"] : undefined;
    const effect = app === undefined ? undefined : titles.operation(app, String(step["operation"]))?.effect;
    const line = { depth, text: withTags(stepTitle(step, titles), step), ...(app !== undefined && { app, writes: effect !== "read" }) };
    return [line, ...stepKinds.listsOf(step).flatMap(([member, inner]) => innerLines(member, inner, titles, depth))];
  });
}

/** Which tags, where the flow names them: several such steps would read alike. */
function withTags(title: string, step: AnyStep): string {
  const input = step["input"];
  const tags = isObject(input) && Array.isArray(input["tags"]) ? input["tags"] : [];
  const named = tags.filter((tag) => typeof tag === "string" && tag !== "" && !tag.includes("{{"));
  return named.length === 0 || !/\btags\b/i.test(title) ? title : `${title}: ${named.join(", ")}`;
}

function innerLines(member: string, steps: readonly AnyStep[], titles: Titles, depth: number): DoneLine[] {
  if (member !== "else") return linesOf(steps, titles, depth + 1);
  const [only, ...others] = linesOf(steps, titles, depth);
  if (steps.length === 1 && steps[0]!["if"] !== undefined && only)
    return [{ ...only, text: `Otherwise, ${lowerFirst(only.text)}` }, ...others];
  return steps.length === 0 ? [] : [{ depth, text: "Otherwise" }, ...linesOf(steps, titles, depth + 1)];
}

/**
 * The scopes that a connection used at these places of a flow has to have: those of the operations, and of the lists by which the names in
 * their fields are looked up, also in fields that are only asked for.
 */
export function scopesAt(
  flow: FlowDefinition,
  at: readonly Place[],
  choices: readonly TemplateChoice[],
  catalog: WorkspaceCatalog,
): string[] {
  const scopes = at.flatMap(([owner]) => {
    const asked = choices.flatMap((choice) =>
      choice.at.filter((place) => place[0] === owner && place[1] === "input").map((place) => String(place[2])),
    );
    return owner === "trigger" ? ofTrigger(flow.trigger, asked, catalog) : ofStep(flow, owner, asked, catalog);
  });
  return [...new Set(scopes)].sort();
}

type Asked = readonly string[];

function ofTrigger(
  { app, operation, connection, input }: FlowDefinition["trigger"],
  asked: Asked,
  catalog: WorkspaceCatalog,
): readonly string[] {
  const started = catalog.trigger(app, operation);
  if (started && "method" in started) return ofOperation(app, started, [...Object.keys(input ?? {}), ...asked], catalog);
  if (started?.kind !== "webhook") return [];
  const told = connection === undefined ? undefined : webhookRules(catalog.app(app) ?? {}, started).subscribe;
  const calls = told ? [told.operation, told.unsubscribe?.operation, told.list?.operation] : [];
  return [
    ...(started.scopes ?? []),
    ...calls.flatMap((id) => (id === undefined ? [] : ofOperation(app, catalog.operation(app, id), [], catalog))),
  ];
}

function ofStep({ steps }: FlowDefinition, id: Place[number] | undefined, asked: Asked, catalog: WorkspaceCatalog): readonly string[] {
  const scopes: string[] = [];
  eachStep(steps, ({ id: own, app, operation, input }) => {
    if (own !== id || typeof app !== "string") return;
    const fields = [...Object.keys((input ?? {}) as object), ...asked];
    scopes.push(...ofOperation(app, catalog.operation(app, String(operation)), fields, catalog));
  });
  return scopes;
}

function ofOperation(app: string, operation: Operation | undefined, fields: readonly string[], catalog: WorkspaceCatalog): string[] {
  if (!operation) return [];
  const lists = operation.input.flatMap(({ name, lookup }) => (lookup && fields.includes(name) ? [lookup.operation] : []));
  return [...operation.scopes, ...lists.flatMap((list) => catalog.operation(app, list)?.scopes ?? [])];
}
