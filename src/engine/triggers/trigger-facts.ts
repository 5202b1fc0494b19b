import type { WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import type { PollParts } from "../ports/polls.ts";
import type { ChangeFacts } from "../run/change.ts";
import type { TriggerBinding } from "../types/bindings.ts";

interface Parts {
  webhook: (workspaceId: string, app: string, operation: string) => WebhookTrigger | null;
  polls: Pick<PollParts, "operation">;
}

/** What the catalog says of the triggers of flows. */
export class TriggerFacts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null: the trigger is no webhook, or the catalog has none of that name. */
  readonly webhook = (workspaceId: string, app: string, operation: string): WebhookTrigger | null =>
    this.#parts.webhook(workspaceId, app, operation);

  webhookOf({ flow, definition: { trigger } }: TriggerBinding): WebhookTrigger | null {
    return this.#parts.webhook(flow.workspaceId, trigger.app, trigger.operation);
  }

  /** What a change trigger watches; null for any other trigger. */
  watch(workspaceId: string, { app, operation }: { app: string; operation: string }): WatchFacts | null {
    return this.#parts.polls.operation(workspaceId, app, operation)?.watch ?? null;
  }

  watchOf({ flow, definition: { trigger } }: TriggerBinding): WatchFacts | null {
    return this.watch(flow.workspaceId, trigger);
  }

  /** The example of what a read of one record gives. */
  readonly exampleOf = (workspaceId: string, app: string, operation: string): unknown => {
    const read = this.#parts.polls.operation(workspaceId, app, operation);
    return read?.list === true ? undefined : read?.example?.output;
  };

  /** The events that start a trigger: its own, or those that report the change it watches for. */
  readonly eventsOf = (workspaceId: string, app: string, operation: string): readonly string[] =>
    this.watch(workspaceId, { app, operation })?.events ?? [operation];

  /** Timestamps and delivery ids change on every event, so they are ignored when comparing; a key of several parts says more than that. */
  readonly changeFacts = (workspaceId: string, { app, operation }: { app: string; operation: string }): ChangeFacts => {
    const hook = this.#parts.webhook(workspaceId, app, operation);
    if (hook)
      return { volatile: ["_headers", ...(hook.at ? [hook.at] : []), ...(hook.key.length === 1 ? hook.key : [])], at: hook.at ?? null };
    const read = this.#parts.polls.operation(workspaceId, app, operation);
    return { volatile: [...(read?.changed ? [read.changed] : []), ...(read?.volatile ?? [])], at: null };
  };
}
