import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { FlowStore } from "../ports/flow-store.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { StartFrom } from "../triggers/activate.ts";
import type { TriggerArming } from "../triggers/trigger-arming.ts";
import type { Flow } from "../types/flows.ts";
import type { Trigger } from "../types/triggers.ts";
import type { FlowReader } from "./flow-reader.ts";
import { parseFlow, type FlowKnowledge } from "./flow.ts";
import { createTurns } from "./turns.ts";

interface Parts {
  flows: Pick<FlowStore, "insert" | "update" | "publish" | "delete" | "list">;
  triggers: Pick<TriggerStore, "update">;
  reader: FlowReader;
  arming: TriggerArming;
  knowledge: (workspaceId: string) => FlowKnowledge;
  clock: Clock;
  /** Called after each change of a flow or its trigger. */
  changed: (flowId: string) => void;
}

/** Changes flows, from draft to published. Changes of one flow happen one after another, so none sees another half done. */
export class FlowEditing {
  readonly #parts: Parts;
  readonly #turn = createTurns();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly create = async (workspaceId: string, input: unknown, by?: string): Promise<Flow> => {
    const { flows, arming, knowledge, clock } = this.#parts;
    const draft = parseFlow(input, knowledge(workspaceId));
    const now = clock.now();
    const common = { workspaceId, name: draft.name, draft, createdAt: now, updatedAt: now };
    const flow: Flow = { id: newId("flow", now), status: "draft", version: null, ...common };
    const idle = { active: false, nextAt: null, everyMs: null, state: {}, lastAt: null, lastError: null };
    const trigger = {
      id: newId("trg", now),
      workspaceId,
      flowId: flow.id,
      kind: arming.kindOf(workspaceId, draft),
      token: arming.tokenOf(workspaceId, draft, null),
    };
    await flows.insert(flow, { ...trigger, ...idle }, by);
    this.#parts.changed(flow.id);
    return flow;
  };

  readonly save = (workspaceId: string, id: string, input: unknown, by?: string): Promise<Flow> =>
    this.#change(workspaceId, id, async (flow) => {
      const { flows, arming, knowledge, clock } = this.#parts;
      const draft = parseFlow(input, knowledge(workspaceId));
      await flows.update(workspaceId, id, { draft, name: draft.name, updatedAt: clock.now() }, by);
      if (flow.version === null) await arming.arm({ ...flow, draft }, draft, false);
    });

  readonly publish = (workspaceId: string, id: string, startFrom?: StartFrom, by?: string): Promise<Flow> =>
    this.#change(workspaceId, id, async (flow) => {
      const { flows, reader, arming, knowledge, clock } = this.#parts;
      const definition = parseFlow(flow.draft, knowledge(workspaceId));
      const published = flow.version === null ? null : await reader.version(workspaceId, id, flow.version);
      if (!published || canonicalJson(published) !== canonicalJson(definition))
        await flows.publish(workspaceId, id, (flow.version ?? 0) + 1, definition, clock.now(), by);
      else await flows.update(workspaceId, id, { status: "on", reason: undefined, updatedAt: clock.now() }, by);
      await arming.arm(flow, definition, true, startFrom);
    });

  readonly pause = (workspaceId: string, id: string, reason?: string, by?: string): Promise<Flow> =>
    this.#change(workspaceId, id, (flow) => this.#switch(flow, "off", { reason, by }));

  readonly resume = (workspaceId: string, id: string, startFrom?: StartFrom, by?: string): Promise<Flow> =>
    this.#change(workspaceId, id, (flow) => this.#switch(flow, "on", { startFrom, by }));

  readonly delete = (workspaceId: string, id: string, by?: string): Promise<void> =>
    this.#turn(id, async () => {
      await this.#parts.reader.get(workspaceId, id);
      await this.#parts.flows.delete(workspaceId, id, by);
      this.#parts.changed(id);
    });

  readonly rotateHook = (workspaceId: string, id: string, by?: string): Promise<Trigger> =>
    this.#turn(id, async () => {
      const { triggers, reader } = this.#parts;
      const flow = await reader.get(workspaceId, id);
      const trigger = await reader.trigger(flow);
      if (trigger.token === null) throw this.#noAddress(flow);
      await triggers.update(workspaceId, trigger.id, { token: newToken() }, by);
      this.#parts.changed(id);
      return reader.trigger(flow);
    });

  /** Arms what a crash left half switched on: the flow says on, and its trigger does not. */
  readonly mend = async (workspaceId: string): Promise<string[]> => {
    const mended: string[] = [];
    for (const flow of await this.#parts.flows.list(workspaceId)) {
      const done = await this.#mendOne(flow).catch(() => false); // its check says what is wrong; the others are armed
      if (done) mended.push(flow.name);
    }
    return mended;
  };

  async #mendOne(flow: Flow): Promise<boolean> {
    if (!(await this.#parts.arming.isHalfOn(flow))) return false;
    await this.resume(flow.workspaceId, flow.id);
    return true;
  }

  /** Changes one flow, after the changes before it. Caches are cleared even where it fails half-way. */
  #change(workspaceId: string, id: string, change: (flow: Flow) => Promise<void>): Promise<Flow> {
    const { reader, changed } = this.#parts;
    return this.#turn(id, async () => {
      await change(await reader.get(workspaceId, id)).finally(() => changed(id));
      return reader.get(workspaceId, id);
    });
  }

  async #switch(
    flow: Flow,
    status: "on" | "off",
    { reason, startFrom, by }: { reason?: string | undefined; startFrom?: StartFrom | undefined; by: string | undefined },
  ): Promise<void> {
    const { flows, reader, arming, clock } = this.#parts;
    if (flow.version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    await flows.update(flow.workspaceId, flow.id, { status, updatedAt: clock.now(), reason }, by);
    await arming.arm(flow, await reader.version(flow.workspaceId, flow.id, flow.version), status === "on", startFrom);
  }

  #noAddress(flow: Flow): MillraceError {
    const problem = this.#parts.arming.isOfInbox(flow.workspaceId, flow.draft)
      ? "This flow has no address of its own: its events come to an inbox. Give the inbox a new address instead"
      : "This flow is not started by a webhook, so it has no address to change";
    return new MillraceError("CONFLICT", { details: { problem } });
  }
}
