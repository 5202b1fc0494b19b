import { needsLogin } from "#catalog/login.ts";
import { moreProblem } from "#catalog/more.ts";
import type { Catalog, WorkspaceCatalog } from "#catalog/registry.ts";
import { textOf } from "#catalog/text.ts";
import type { App, Operation, WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import { proofInWords, secretPlaceOf, webhookRules } from "#catalog/webhooks.ts";
import type { FlowKnowledge, OperationInfo, TriggerInfo, ChangeTriggerInfo } from "#engine/flow/knowledge.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import { getPath, isObject } from "#kernel/json.ts";

/** Each catalog with the rules beside it, as the engine's check of flows and the sentences about them ask it: one object for each state of both. */
const views = new WeakMap<WorkspaceCatalog, WeakMap<Rules, CatalogKnowledge>>();
const noRules: Rules = {};

/** What is known of a workspace's apps and rules. It is another object once one of them has changed. */
export const knowledgeOf =
  (catalog: Catalog, rulesOf: (workspaceId: string) => Rules = () => noRules) =>
  (workspaceId: string): FlowKnowledge => {
    const [own, rules] = [catalog.of(workspaceId), rulesOf(workspaceId)];
    const byRules = views.get(own) ?? new WeakMap<Rules, CatalogKnowledge>();
    views.set(own, byRules);
    const knowledge = byRules.get(rules) ?? new CatalogKnowledge(own, rules);
    byRules.set(rules, knowledge);
    return knowledge;
  };

/** Facts of a webhook trigger; null for anything else. */
export const webhooksOf =
  (catalog: Catalog) =>
  (workspaceId: string, app: string, id: string): WebhookTrigger | null => {
    const trigger = catalog.of(workspaceId).trigger(app, id);
    return trigger && "kind" in trigger && trigger.kind === "webhook" ? trigger : null;
  };

class CatalogKnowledge implements FlowKnowledge {
  readonly #catalog: WorkspaceCatalog;
  readonly rules: Rules;

  constructor(catalog: WorkspaceCatalog, rules: Rules) {
    this.#catalog = catalog;
    this.rules = rules;
  }

  app(id: string): { title: string; needsConnection: boolean } | null {
    const app = this.#catalog.app(id);
    return app ? { title: app.title, needsConnection: needsLogin(app) } : null;
  }

  operation(app: string, id: string): OperationInfo | null {
    const operation = this.#catalog.operation(app, id);
    return !operation || operation.watch ? null : knownOperation(operation);
  }

  trigger(appId: string, id: string): TriggerInfo | null {
    const app = this.#catalog.app(appId);
    const trigger = this.#catalog.trigger(appId, id);
    if (!app || !trigger) return null;
    if ("method" in trigger) {
      const { title, identity, anyList, events = [], watch } = trigger;
      if (watch) return { title, kind: "poll", record: true, sooner: watch.events, watch: watchIn(trigger, watch) };
      const sooner = events.filter((event) => app.triggers.some((t) => t.id === event));
      return { title, kind: "poll", record: identity !== undefined, sooner, ...(anyList && { anyList }) };
    }
    const { title, kind } = trigger;
    if (trigger.kind !== "webhook") return { title, kind, record: false };
    const { record, reconcile } = trigger;
    const reads = app.operations.filter((o) => o.effect === "read" && !o.recipe && o.events?.includes(id));
    return {
      title,
      kind,
      record: record !== undefined,
      inbox: app.inbox !== undefined,
      signing: app.inbox === undefined,
      ...neededConnection(app, trigger),
      ...(reconcile && { reconcile: { operation: reconcile.operation, needs: reconcile.needs ?? [] } }),
      instead: reads.map((o) => o.id),
    };
  }

  operations(id: string): string[] {
    const app = this.#catalog.app(id);
    return app ? [...app.operations, ...app.triggers, ...(app.changes ?? []), ...(app.builtIns ?? [])].map((each) => each.id) : [];
  }

  apps(): string[] {
    return this.#catalog.apps.map(({ id }) => id);
  }
}

/** The login holds the secret, or registers the address with the app. */
function neededConnection(app: App, trigger: WebhookTrigger): Pick<TriggerInfo, "needsConnection"> {
  const rules = webhookRules(app, trigger);
  const place = secretPlaceOf(rules.verify);
  if (place !== null && "login" in place) return { needsConnection: proofInWords(rules.verify)! };
  return rules.subscribe ? { needsConnection: "is told the flow's address by Millrace" } : {};
}

function knownOperation(operation: Operation): OperationInfo {
  // What Millrace fills in may be given all the same: an agency's login names no sub-account.
  const inputs = operation.input.map(({ name, label, required = false, fill, text }) => {
    const impliedBy = operation.input.filter((other) => other.lookup?.within?.field === name).map((other) => other.name);
    return {
      name,
      ...(label !== undefined && { label }),
      required: required && !fill,
      ...(impliedBy.length > 0 && { impliedBy }),
      ...(text && { text }),
    };
  });
  const { title, effect, recipe = false, list, anyList } = operation;
  return {
    title,
    effect,
    inputs,
    recipe,
    ...(list && { list }),
    ...(anyList && { anyList }),
    moreProblem: (more) => moreProblem(operation, more),
  };
}

function watchIn({ input, rules = [], example }: Operation, { says }: WatchFacts): ChangeTriggerInfo {
  const [row] = Array.isArray(example?.output) ? example.output : [];
  const change = getPath(row, "_change");
  const settings = input.map(({ name, label = name, schema }) => ({
    name,
    label,
    ...(schema.enum && { choices: schema.enum.map(textOf) }),
  }));
  return { says, settings, rules, members: isObject(change) ? Object.keys(change) : [] };
}
