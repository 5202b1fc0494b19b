import { apps, findOperation, findTrigger } from "#apps/index.ts";
import { moreProblem } from "#catalog/more.ts";
import { textOf } from "#catalog/text.ts";
import type { Operation, WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import type { FlowKnowledge } from "#engine/flow/flow.ts";
import type { KnownWatch } from "#engine/flow/knowledge.ts";
import { getPath, isObject } from "#kernel/json.ts";

/** The catalog, as the engine's check of flows and the sentences about them ask it. */
export const knowledge: FlowKnowledge = {
  app(id) {
    const app = apps.get(id);
    return app ? { title: app.title, needsConnection: !app.auth.some(({ kind }) => kind === "none") } : null;
  },
  operation(app, id) {
    const operation = findOperation(app, id);
    if (!operation || operation.watch) return null;
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
  },
  trigger(app, id) {
    const trigger = findTrigger(app, id);
    if (!trigger) return null;
    if ("method" in trigger) {
      const { title, identity, anyList, events = [], watch } = trigger;
      if (watch) return { title, kind: "poll", record: true, sooner: watch.events, watch: watchIn(trigger, watch) };
      const sooner = events.filter((event) => apps.get(app)?.triggers.some((t) => t.id === event));
      return { title, kind: "poll", record: identity !== undefined, sooner, ...(anyList && { anyList }) };
    }
    const { title, kind } = trigger;
    if (trigger.kind !== "webhook") return { title, kind, record: false };
    const { record, reconcile } = trigger;
    const reads = apps.get(app)?.operations.filter((o) => o.effect === "read" && !o.recipe && o.events?.includes(id)) ?? [];
    return {
      title,
      kind,
      record: record !== undefined,
      inbox: apps.get(app)?.inbox !== undefined,
      signing: apps.get(app)?.inbox === undefined,
      ...(reconcile && { reconcile: { operation: reconcile.operation, needs: reconcile.needs ?? [] } }),
      instead: reads.map((o) => o.id),
    };
  },
  operations(id) {
    const app = apps.get(id);
    return app ? [...app.operations, ...app.triggers, ...(app.changes ?? []), ...(app.builtIns ?? [])].map((each) => each.id) : [];
  },
  apps: () => [...apps.keys()],
};

function watchIn({ input, rules = [], example }: Operation, { says }: WatchFacts): KnownWatch {
  const [row] = Array.isArray(example?.output) ? example.output : [];
  const change = getPath(row, "_change");
  const settings = input.map(({ name, label = name, schema }) => ({
    name,
    label,
    ...(schema.enum && { choices: schema.enum.map(textOf) }),
  }));
  return { says, settings, rules, members: isObject(change) ? Object.keys(change) : [] };
}

/** Facts of a webhook trigger; null for anything else. */
export function webhookFacts(app: string, id: string): WebhookTrigger | null {
  const trigger = findTrigger(app, id);
  return trigger && "kind" in trigger && trigger.kind === "webhook" ? trigger : null;
}
