import type { FlowService } from "#engine/api.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { canonicalJson } from "#kernel/json.ts";
import { defined } from "#kernel/defined.ts";
import { cutText } from "#kernel/characters.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { RecordType } from "#catalog/record-types.ts";
import type { Catalog } from "#catalog/registry.ts";
import { isEnteredByHand } from "#catalog/webhooks.ts";
import { sides } from "#sync/sides.ts";
import type { Side, Sync, SyncFlowIds } from "#sync/types.ts";

/** Where the flows of syncs are, in the list of flows. */
const folder = "Syncs";
const longestName = 120;
/** Only a reading to the end finds deletions. Between them one stops at what is known, where the list allows it. */
export const wholeEvery = "1h";

/** The flows of a sync, one for the list of each side and one for each event: made, changed, switched on and off with it, and not by hand. */
export class SyncFlows {
  readonly #flows: FlowService;
  readonly #catalog: Catalog;

  constructor(flows: FlowService, catalog: Catalog) {
    this.#flows = flows;
    this.#catalog = catalog;
  }

  /** Makes them, or brings them up to date, and switches them on. Flows of events that there are no more are removed. */
  async publish(sync: Sync, types: Record<Side, RecordType>, by?: string): Promise<SyncFlowIds> {
    const was = sync.flows ?? { a: "", b: "", events: { a: {}, b: {} } };
    const now: SyncFlowIds = { a: "", b: "", events: { a: {}, b: {} } };
    for (const side of sides) {
      for (const event of this.#triggersOf(sync, side, types[side])) {
        const isMain = now[side] === "";
        const known = isMain ? was[side] : was.events[side][event ?? ""];
        const flow = await this.#publish(sync, flowOf(sync, side, types[side], event), known ?? "", by);
        if (isMain) now[side] = flow;
        if (event !== null) now.events[side][event] = flow;
      }
    }
    const kept = new Set(idsOf(now));
    for (const id of idsOf(was)) if (id !== "" && !kept.has(id)) await this.#flows.delete(sync.workspaceId, id, by).catch(unlessGone);
    return now;
  }

  /**
   * What starts the flows of a side: its list (null), and the events that come without anybody entering an address. A list of one parent at a
   * time has no flow: its first event stands in its place.
   */
  #triggersOf({ workspaceId, definition }: Sync, side: Side, type: RecordType): (string | null)[] {
    const catalog = this.#catalog.of(workspaceId);
    const app = catalog.app(definition[side].app);
    const comes = ({ id }: { id: string }): boolean => {
      const trigger = catalog.trigger(definition[side].app, id);
      return app !== undefined && trigger?.kind === "webhook" && trigger.record !== undefined && !isEnteredByHand(app, trigger);
    };
    const events = type.one ? (type.events ?? []).filter(comes).map(({ id }) => id) : []; // an event alone may lack fields of the record
    if (type.of?.each && events.length > 0) return events;
    return [null, ...events];
  }

  async pause({ workspaceId, flows }: Sync, by?: string): Promise<void> {
    for (const id of idsOf(flows))
      if ((await this.#flows.get(workspaceId, id)).status === "on") await this.#flows.pause(workspaceId, id, undefined, by);
  }

  async resume({ workspaceId, flows }: Sync, by?: string): Promise<void> {
    for (const id of idsOf(flows))
      if ((await this.#flows.get(workspaceId, id)).status !== "on") await this.#flows.resume(workspaceId, id, "continue", by);
  }

  async remove({ workspaceId, flows }: Sync, by?: string): Promise<void> {
    for (const id of idsOf(flows)) await this.#flows.delete(workspaceId, id, by).catch(unlessGone);
  }

  async #publish({ workspaceId }: Sync, definition: FlowDefinition, id: string, by?: string): Promise<string> {
    const own = id === "" ? null : await this.#flows.get(workspaceId, id).catch(unlessGone);
    if (own && own.status === "on" && canonicalJson(own.draft) === canonicalJson(definition)) return own.id;
    const flow = own
      ? await this.#flows.save(workspaceId, own.id, definition, defined({ by }))
      : await this.#flows.create(workspaceId, definition, by);
    if (!own) await this.#flows.move(workspaceId, flow.id, folder, by);
    await this.#flows.publish(workspaceId, flow.id, defined({ by }));
    return flow.id;
  }
}

const idsOf = (flows: Sync["flows"]): string[] =>
  flows ? [...new Set(sides.flatMap((side) => [flows[side], ...Object.values(flows.events[side])]))] : [];

/** A flow that somebody deleted by other ways is made anew, or is gone as it should be. */
function unlessGone(thrown: unknown): null {
  if (thrown instanceof MillraceError && thrown.code === "NOT_FOUND") return null;
  throw thrown;
}

/** The flow that carries the changes of one side: as its list shows them, or as an event tells them. */
export function flowOf({ id, definition }: Sync, side: Side, type: RecordType, event: string | null): FlowDefinition {
  const { app, connection, input } = definition[side];
  const list = {
    app,
    operation: type.list.operation,
    connection,
    ...((type.list.input || input) && { input: { ...type.list.input, ...input } }),
    every: definition.every ?? "5m",
    emit: "all" as const,
    whole: wholeEvery,
  };
  const about = event === null ? `changes of ${type.many}` : event;
  return {
    name: cutText(`${definition.name}: ${about} (${side})`, longestName),
    description: "Written by a sync, which also changes it.",
    trigger: event === null ? list : { app, operation: event, connection },
    steps: [{ id: "sync", sync: id, side, ...(event !== null && { event }) }],
    settings: { order: "record", settle: "2s", lane: "sync" },
  };
}

/** The sync whose flow this is; null: it is of a person. */
export function syncOfFlow(definition: unknown): string | null {
  const steps: unknown = (definition as { steps?: unknown } | null)?.steps;
  if (!Array.isArray(steps)) return null;
  const step = (steps as unknown[]).find((each): each is { sync: unknown } => typeof each === "object" && each !== null && "sync" in each);
  return step === undefined ? null : String(step.sync);
}

/** Flows as people and programs change them: those of syncs are refused, with the id of the sync. */
export function withoutSyncFlows(flows: FlowService): FlowService {
  const refuse = (sync: string | null): void => {
    if (sync !== null) throw new MillraceError("FLOW_OF_SYNC", { details: { sync } });
  };
  const own = async (workspaceId: string, id: string) => refuse(syncOfFlow((await flows.get(workspaceId, id)).draft));
  return {
    ...flows,
    async create(workspaceId, definition, by) {
      refuse(syncOfFlow(definition));
      return flows.create(workspaceId, definition, by);
    },
    async save(workspaceId, id, definition, options) {
      refuse(syncOfFlow(definition));
      await own(workspaceId, id);
      return flows.save(workspaceId, id, definition, options);
    },
    async rename(workspaceId, id, name, by) {
      await own(workspaceId, id);
      return flows.rename(workspaceId, id, name, by);
    },
    async move(workspaceId, id, to, by) {
      await own(workspaceId, id);
      return flows.move(workspaceId, id, to, by);
    },
    async publish(workspaceId, id, options) {
      await own(workspaceId, id);
      return flows.publish(workspaceId, id, options);
    },
    async pause(workspaceId, id, reason, by) {
      if (reason === undefined) await own(workspaceId, id);
      return flows.pause(workspaceId, id, reason, by);
    },
    async resume(workspaceId, id, startFrom, by) {
      await own(workspaceId, id);
      return flows.resume(workspaceId, id, startFrom, by);
    },
    async delete(workspaceId, id, by) {
      await own(workspaceId, id);
      return flows.delete(workspaceId, id, by);
    },
    async rotateHook(workspaceId, id, by) {
      await own(workspaceId, id);
      return flows.rotateHook(workspaceId, id, by);
    },
    async runNow(workspaceId, id, payload, starter) {
      await own(workspaceId, id);
      return flows.runNow(workspaceId, id, payload, starter);
    },
  };
}
