import type { ConnectionFacts } from "#catalog/types.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { Subscriber } from "../types/bindings.ts";

export interface SubscriberIndexParts {
  /** Every flow of a workspace with what starts it. */
  flows(workspaceId: string): Promise<readonly TriggerBinding[]>;
  connections(workspaceId: string): Promise<readonly ConnectionFacts[]>;
  /** The events that start a trigger: its own, or those that report the change it watches for. */
  eventsOf(workspaceId: string, app: string, operation: string): readonly string[];
}

/** Which flows start from which event, kept in memory until a flow or a connection changes. */
export interface SubscriberIndex {
  of(workspaceId: string, app: string, event: string): Promise<readonly Subscriber[]>;
  all(workspaceId: string, app: string): Promise<Subscriber[]>;
  /** Something changed: it is read anew when it is next asked for. */
  forget(): void;
}

type Index = ReadonlyMap<string, readonly Subscriber[]>;
const none: readonly Subscriber[] = [];
const key = (app: string, event: string) => `${app} ${event}`;

export function createSubscriberIndex({ flows, connections, eventsOf }: SubscriberIndexParts): SubscriberIndex {
  const indexes = new Map<string, Promise<Index>>();

  async function read(workspaceId: string): Promise<Index> {
    const [all, logins] = await Promise.all([flows(workspaceId), connections(workspaceId)]);
    const named = (login: ConnectionFacts) => [...(login.formerNames ?? []), login.name].map((name) => [name, login] as const);
    const byName = new Map(logins.flatMap(named));
    const index = new Map<string, Subscriber[]>();
    for (const binding of all) {
      const { app, operation, connection } = binding.definition.trigger;
      const events = eventsOf(workspaceId, app, operation);
      const subscriber = { binding, events, connection: connection === undefined ? undefined : (byName.get(connection) ?? null) };
      for (const event of events) {
        const together = index.get(key(app, event));
        if (together) together.push(subscriber);
        else index.set(key(app, event), [subscriber]);
      }
    }
    return index;
  }

  function indexOf(workspaceId: string): Promise<Index> {
    const hit = indexes.get(workspaceId);
    if (hit) return hit;
    const reading = read(workspaceId);
    indexes.set(workspaceId, reading);
    // What could not be read is not remembered.
    reading.catch(() => indexes.get(workspaceId) === reading && indexes.delete(workspaceId));
    return reading;
  }

  return {
    of: async (workspaceId, app, event) => (await indexOf(workspaceId)).get(key(app, event)) ?? none,
    async all(workspaceId, app) {
      const all = new Set([...(await indexOf(workspaceId)).values()].flat());
      return [...all].filter(({ binding }) => binding.definition.trigger.app === app);
    },
    forget: () => indexes.clear(),
  };
}
