import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { FlowStore } from "../ports/flow-store.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { PublishOptions, SaveOptions } from "../api.ts";
import type { StartFrom } from "../triggers/activate.ts";
import type { TriggerArming } from "../triggers/trigger-arming.ts";
import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { Trigger } from "../types/triggers.ts";
import type { FlowReader } from "./flow-reader.ts";
import { notReady, parseFlow, problemsOf, readDraft, untitled, type FlowKnowledge } from "./flow.ts";
import { createTurns } from "./turns.ts";

interface Parts {
  flows: Pick<FlowStore, "insert" | "update" | "saveDraft" | "lastSave" | "publish" | "delete" | "list">;
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
    const { definition: draft } = readDraft(input, knowledge(workspaceId));
    const now = clock.now();
    const common = { workspaceId, name: nameOf(draft), draft, createdAt: now, updatedAt: now };
    const flow: Flow = { id: newId("flow", now), status: "draft", version: null, revision: 1, ...common };
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

  readonly save = (workspaceId: string, id: string, input: unknown, options: SaveOptions = {}): Promise<Flow> =>
    this.#change(workspaceId, id, (flow) => this.#save(flow, readDraft(input, this.#parts.knowledge(workspaceId)).definition, options));

  readonly rename = (workspaceId: string, id: string, name: string, by?: string): Promise<Flow> =>
    this.#change(workspaceId, id, (flow) => this.#save(flow, { ...flow.draft, name }, { what: "renamed", ...defined({ by }) }));

  readonly move = (workspaceId: string, id: string, folder: string | null, by?: string): Promise<Flow> =>
    this.#change(workspaceId, id, () => this.#parts.flows.update(workspaceId, id, { folder: folder ?? undefined }, by));

  readonly publish = (workspaceId: string, id: string, { startFrom, note, by, revision }: PublishOptions = {}): Promise<Flow> =>
    this.#change(workspaceId, id, async (flow) => {
      if (revision !== undefined && revision !== flow.revision) throw await this.#changedMeanwhile(flow, notPublished);
      const { flows, reader, arming, knowledge, clock } = this.#parts;
      const problems = problemsOf(flow.draft, knowledge(workspaceId));
      if (problems.length > 0) throw notReady(flow, problems);
      const definition = parseFlow(flow.draft, knowledge(workspaceId));
      const published = flow.version === null ? null : await reader.version(workspaceId, id, flow.version);
      if (!published || canonicalJson(published) !== canonicalJson(definition))
        await flows.publish(workspaceId, id, { version: (flow.version ?? 0) + 1, definition, now: clock.now(), ...defined({ note, by }) });
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

  async #save(flow: Flow, draft: FlowDefinition, { revision, what, by }: SaveOptions): Promise<void> {
    const { flows, arming, clock } = this.#parts;
    const save = { draft, name: nameOf(draft), now: clock.now(), ...defined({ by, what, expected: revision }) };
    if (!(await flows.saveDraft(flow.workspaceId, flow.id, save))) {
      const now = await this.#parts.reader.get(flow.workspaceId, flow.id);
      // A save that is repeated because its answer got lost changes nothing.
      if (canonicalJson(now.draft) === canonicalJson(draft)) return;
      throw await this.#changedMeanwhile(now, notSaved);
    }
    if (flow.version === null) await arming.arm({ ...flow, draft }, draft, false);
  }

  async #changedMeanwhile({ workspaceId, id, name, revision }: Flow, what: string): Promise<MillraceError> {
    const save = await this.#parts.flows.lastSave(workspaceId, id);
    const who = whoInWords(save?.by ?? null);
    return new MillraceError("FLOW_CHANGED", {
      details: { flow: name, flowId: id, revision, who, what, by: save?.by ?? null, at: save?.at ?? null },
    });
  }

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

const notSaved = "your change was not saved. Reload the flow, or save over it";
const notPublished = "it was not published. Look at what was changed, then publish it";

/** The name of a flow's row: lists and messages need one. */
const nameOf = ({ name }: Pick<Flow, "name">): string => (name.trim() === "" ? untitled : name);

/** Sessions have no names: who changed something in the web app is another window of it. */
const whoInWords = (by: string | null): string =>
  by === null
    ? "Millrace itself"
    : by.startsWith("agent-key:")
      ? "an agent with the API key"
      : by.startsWith("key:")
        ? "a program with the API key"
        : "another window";
