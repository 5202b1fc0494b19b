import type { FlowService } from "#engine/api.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { canonicalJson } from "#kernel/json.ts";
import { defined } from "#kernel/defined.ts";
import { cutText } from "#kernel/characters.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { RecordType } from "#catalog/record-types.ts";
import { sides } from "#sync/sides.ts";
import type { Side, Sync } from "#sync/types.ts";

/** Where the flows of syncs are, in the list of flows. */
const folder = "Syncs";
const longestName = 120;
/** Only a reading to the end finds deletions. Between them one stops at what is known, where the list allows it. */
export const wholeEvery = "1h";

/** The two flows of a sync: made, changed, switched on and off with it, and not by hand. */
export class SyncFlows {
  readonly #flows: FlowService;

  constructor(flows: FlowService) {
    this.#flows = flows;
  }

  /** Makes both, or brings them up to date, and switches them on. */
  async publish(sync: Sync, types: Record<Side, RecordType>, by?: string): Promise<{ a: string; b: string }> {
    const flows = sync.flows ?? { a: "", b: "" };
    return { a: await this.#publish(sync, "a", types.a, flows.a, by), b: await this.#publish(sync, "b", types.b, flows.b, by) };
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

  async #publish(sync: Sync, side: Side, type: RecordType, id: string, by?: string): Promise<string> {
    const { workspaceId } = sync;
    const definition = flowOf(sync, side, type);
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

const idsOf = (flows: Sync["flows"]): string[] => (flows ? sides.map((side) => flows[side]) : []);

/** A flow that somebody deleted by other ways is made anew, or is gone as it should be. */
function unlessGone(thrown: unknown): null {
  if (thrown instanceof MillraceError && thrown.code === "NOT_FOUND") return null;
  throw thrown;
}

/** The flow that carries the changes of one side. */
export function flowOf({ id, definition }: Sync, side: Side, type: RecordType): FlowDefinition {
  const { app, connection, input } = definition[side];
  return {
    name: cutText(`${definition.name}: changes of ${type.many} (${side})`, longestName),
    description: "Written by a sync, which also changes it.",
    trigger: {
      app,
      operation: type.list.operation,
      connection,
      ...((type.list.input || input) && { input: { ...type.list.input, ...input } }),
      every: definition.every ?? "5m",
      emit: "all",
      whole: wholeEvery,
    },
    steps: [{ id: "sync", sync: id, side }],
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
