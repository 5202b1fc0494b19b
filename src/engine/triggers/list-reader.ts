import { defined } from "#kernel/defined.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import type { CallCause } from "#kernel/call-cause.ts";
import { describedBy } from "#catalog/described.ts";
import type { WatchFacts } from "#catalog/types.ts";
import { homeOf } from "../flow/flow.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { PageRequest, PollParts } from "../ports/polls.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { Trigger } from "../types/triggers.ts";
import { watchPages, watchPlan } from "../watch/list-poll.ts";
import { observationOfRow, type RowWatcher, watchingOf } from "../watch/watcher.ts";
import { pollPlan, reconcilePlan } from "./plan.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { Reading, WatchReading } from "./poller.ts";
import { reconcilingOf } from "./reconcile.ts";
import type { TriggerFacts } from "./trigger-facts.ts";

interface Parts {
  flows: Pick<FlowRegistry, "bindingOf" | "readable">;
  facts: TriggerFacts;
  polls: PollParts;
  store: Pick<TriggerStore, "observations">;
}

/** Opens the lists that triggers read: for polls, for change triggers, and for reconciled webhooks. */
export class ListReader {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null while the trigger's flow is not on, or where there is no list. */
  readonly ofTrigger = async (trigger: Trigger, signal: AbortSignal): Promise<Reading | null> => {
    const binding = await this.#parts.flows.bindingOf(trigger);
    return binding.flow.status === "on" ? this.ofBinding(binding, signal) : null;
  };

  /** The same, whether the flow is on or not. */
  readonly ofBinding = async (binding: TriggerBinding, signal: AbortSignal, cause?: CallCause): Promise<Reading | null> => {
    const watch = this.#parts.facts.watchOf(binding);
    const request = requestOf(binding, signal, cause);
    return watch ? this.#watched(binding, watch, request) : this.#plain(binding, request);
  };

  /** The list of a poll, or the one that a webhook's events are compared with. */
  async #plain(binding: TriggerBinding, request: ListRequest): Promise<Reading | null> {
    const { facts, polls } = this.#parts;
    const { definition, flow } = binding;
    const { app } = definition.trigger;
    const hook = facts.webhookOf(binding);
    const operation = hook ? hook.reconcile?.operation : definition.trigger.operation;
    const match = operation === undefined ? null : polls.operation(flow.workspaceId, app, operation);
    if (operation === undefined || !match) return null;
    const list = hook ? match : describedBy(match, definition.trigger.input ?? {});
    const login = await this.#login(binding);
    const plan = hook?.reconcile
      ? reconcilePlan(definition.trigger, hook.reconcile, list, login?.id ?? null)
      : pollPlan(definition.trigger, list, login?.id ?? null);
    const pages = polls.pages({ ...request, operation, input: plan.input });
    return hook?.reconcile ? { plan, pages, reconciling: reconcilingOf(hook, hook.reconcile, login?.locationId ?? null) } : { plan, pages };
  }

  /** The list of a change trigger. Its settings are resolved at each poll, so that a name still matches after a rename. */
  async #watched(binding: TriggerBinding, watch: WatchFacts, request: ListRequest): Promise<Reading | null> {
    const { flows, polls, store } = this.#parts;
    const { definition, flow } = binding;
    const { app, operation, input = {} } = definition.trigger;
    const list = polls.operation(flow.workspaceId, app, watch.list);
    const compiled = await flows.readable({ workspaceId: flow.workspaceId, flowId: flow.id, version: flow.version ?? 0 }).catch(() => null);
    if (!list) return null;
    const written = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== "" && value !== null));
    const prepared = await polls.prepared({ ...request, operation, input: written });
    const chosen = Object.fromEntries(Object.keys(written).map((name) => [name, (prepared[name] ?? null) as Json]));
    const plan = watchPlan(definition.trigger, watch, list, (await this.#login(binding))?.id ?? null);
    const read = (more: JsonObject) => polls.pages({ ...request, operation: list.id, input: { ...plan.input, ...more } });
    const all = () => polls.pages({ ...request, operation: watch.each?.operation ?? list.id, input: {} });
    const hasWebhooks = (await store.observations(binding.trigger.id)).some(({ by }) => by === "webhook");
    const acceptanceOf = this.#acceptanceOf({ binding, facts: watch, compiled, hasWebhooks });
    const watching = { ...watchingOf({ facts: watch, binding }), chosen, acceptanceOf };
    return { plan, pages: watchPages(watch, chosen, read, all), watching };
  }

  #acceptanceOf(watcher: RowWatcher): WatchReading["acceptanceOf"] {
    const { flow, definition } = watcher.binding;
    const hook = this.#parts.facts.webhook(flow.workspaceId, definition.trigger.app, watcher.facts.events[0] ?? "");
    return (subject, poll, now) => observationOfRow(watcher, hook, subject, poll, now);
  }

  async #login({ flow, definition: { trigger } }: TriggerBinding) {
    return trigger.connection === undefined ? null : this.#parts.polls.connection(flow.workspaceId, trigger.connection);
  }
}

type ListRequest = Omit<PageRequest, "operation" | "input">;

const requestOf = ({ flow, definition }: TriggerBinding, signal: AbortSignal, cause?: CallCause): ListRequest => ({
  workspaceId: flow.workspaceId,
  app: definition.trigger.app,
  settings: homeOf(definition),
  lane: "sync",
  signal,
  cause: cause ?? { purpose: "trigger", flowId: flow.id },
  ...defined({ connection: definition.trigger.connection }),
});
