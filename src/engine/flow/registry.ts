import { defined } from "#kernel/defined.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { FlowService } from "../api.ts";
import { compileFlow, parseFlow, type CompiledFlow, type FlowKnowledge } from "./flow.ts";
import { activation, deactivation, type StartFrom } from "../triggers/activate.ts";
import { createTurns } from "./turns.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { FlowStore } from "../ports/flow-store.ts";
import type { Trigger, TriggerKind } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";

/** Flows and their triggers, from draft to published, with what is hot kept in memory. */
export interface FlowRegistry extends Omit<FlowService, "runNow"> {
  compiled(of: VersionRef): Promise<CompiledFlow>;
  /** The same, if it is in memory. */
  cached(of: VersionRef): CompiledFlow | undefined;
  /** The same; null for a version that this Millrace cannot read, such as one that uses what a later release left out. */
  readable(of: VersionRef): Promise<CompiledFlow | null>;
  /** Whether a version keeps the runs of a record in order; false where it cannot be read. */
  keepsOrder(of: VersionRef): Promise<boolean>;
  /** The trigger of a hook and its flow, from memory after the first time. Null when nobody listens. */
  bindingByToken(token: string): Promise<TriggerBinding | null>;
  /** The flow of a trigger, from memory after the first time. */
  bindingOf(trigger: Trigger): Promise<TriggerBinding>;
  /** Every flow of a workspace with what starts it; from memory what did not change. */
  all(workspaceId: string): Promise<TriggerBinding[]>;
}

/** One version of a flow; a run names its own. */
export interface VersionRef {
  workspaceId: string;
  flowId: string;
  version: number;
}

interface Parts {
  flows: FlowStore;
  triggers: TriggerStore;
  /** What the checks have to know of a workspace's apps: another object once one of them has changed. */
  knowledge: (workspaceId: string) => FlowKnowledge;
  clock: Clock;
  /** Makes a change of a trigger's row while no poll of it is being written. */
  exclusively: (triggerId: string, change: () => Promise<void>) => Promise<void>;
  /** Called after anything changed that decides when triggers fire. */
  changed: () => void;
}

const compiledLimit = 1000;

export function createFlowRegistry({ flows, triggers, knowledge, clock, exclusively, changed }: Parts): FlowRegistry {
  /** With what was known of the apps when it was compiled. */
  const compiled = new Map<string, { flow: CompiledFlow; by: FlowKnowledge }>();
  const orders = new Map<string, boolean>();
  const byToken = new Map<string, TriggerBinding>();
  const byFlow = new Map<string, TriggerBinding>();
  /** Moves on with each change: what was read before one is not remembered after it. */
  let changes = 0;

  const forget = (flowId: string) => {
    changes++;
    byFlow.delete(flowId);
    for (const [token, entry] of byToken) if (entry.flow.id === flowId) byToken.delete(token);
    changed();
  };

  const get = async (workspaceId: string, id: string): Promise<Flow> => {
    const flow = await flows.get(workspaceId, id);
    if (!flow) throw new MillraceError("NOT_FOUND", { details: { what: "flow", id } });
    return flow;
  };

  const triggerOf = async (flow: Flow): Promise<Trigger> => {
    const trigger = await triggers.byFlow(flow.workspaceId, flow.id);
    if (!trigger) throw new MillraceError("NOT_FOUND", { details: { what: "trigger of the flow", id: flow.id } });
    return trigger;
  };

  const version = async (workspaceId: string, flowId: string, n: number): Promise<FlowDefinition> => {
    const definition = await flows.version(workspaceId, flowId, n);
    if (!definition) throw new MillraceError("NOT_FOUND", { details: { what: "version of the flow", id: `${flowId} v${n}` } });
    return definition;
  };

  const readBinding = async (flow: Flow, trigger: Trigger, readAt: number): Promise<TriggerBinding> => {
    const definition = flow.version === null ? flow.draft : await version(flow.workspaceId, flow.id, flow.version);
    const entry = { trigger, flow, definition };
    if (readAt !== changes) return entry;
    byFlow.set(flow.id, entry);
    if (trigger.token !== null) byToken.set(trigger.token, entry);
    return entry;
  };

  const keyOf = ({ workspaceId, flowId, version: n }: VersionRef) => `${workspaceId} ${flowId}@${n}`;
  const versionOf = ({ workspaceId, flowId, version: n }: VersionRef) => version(workspaceId, flowId, n);
  const compile = (of: VersionRef, definition: FlowDefinition): CompiledFlow => {
    const by = knowledge(of.workspaceId);
    const flow = compileFlow(definition, clock.now.bind(clock), by);
    if (compiled.size >= compiledLimit) compiled.delete(compiled.keys().next().value!);
    compiled.set(keyOf(of), { flow, by });
    return flow;
  };
  const cached = (of: VersionRef): CompiledFlow | undefined => {
    const hit = compiled.get(keyOf(of));
    return hit?.by === knowledge(of.workspaceId) ? hit.flow : undefined;
  };

  const known = (workspaceId: string, { trigger }: FlowDefinition) => knowledge(workspaceId).trigger(trigger.app, trigger.operation);
  const kindOf = (workspaceId: string, definition: FlowDefinition): TriggerKind => known(workspaceId, definition)?.kind ?? "manual";
  /** A webhook's own address. Events that come to an inbox need none; one that was given out before goes on working. */
  const tokenOf = (workspaceId: string, definition: FlowDefinition, before: string | null): string | null => {
    if (kindOf(workspaceId, definition) !== "webhook") return null;
    return before ?? (known(workspaceId, definition)?.inbox ? null : newToken());
  };

  /** What a flow's state asks of its trigger. The cursor stays as it is: it outlives publish, off and on. */
  const arm = async (flow: Flow, definition: FlowDefinition, active: boolean, startFrom?: StartFrom): Promise<void> => {
    const kind = kindOf(flow.workspaceId, definition);
    const { id } = await triggerOf(flow);
    await exclusively(id, async () => {
      const trigger = await triggerOf(flow);
      const token = tokenOf(flow.workspaceId, definition, trigger.token);
      const zone = definition.settings?.zone;
      const patch = active
        ? activation(trigger, definition.trigger, { kind, now: clock.now(), ...defined({ startFrom, zone }) })
        : deactivation;
      await triggers.update(flow.workspaceId, id, { ...patch, kind, token });
    });
    forget(flow.id);
  };

  const setStatus = async (
    workspaceId: string,
    id: string,
    status: "on" | "off",
    more: { reason?: string; startFrom?: StartFrom } = {},
  ): Promise<Flow> => {
    const flow = await get(workspaceId, id);
    if (flow.version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    await flows.update(workspaceId, id, { status, updatedAt: clock.now(), reason: more.reason });
    await arm(flow, await version(workspaceId, id, flow.version), status === "on", more.startFrom);
    return get(workspaceId, id);
  };

  /** The flow is switched in one commit and its trigger in the next. */
  const isHalfOn = async (flow: Flow): Promise<boolean> => {
    if (flow.status !== "on" || flow.version === null) return false;
    const definition = await version(flow.workspaceId, flow.id, flow.version);
    const kind = known(flow.workspaceId, definition)?.kind;
    if (kind === undefined) return false;
    const { active, kind: armed, everyMs } = await triggerOf(flow);
    return !active || armed !== kind || (kind === "webhook" && (everyMs !== null) !== (definition.trigger.reconcile !== undefined));
  };

  const switchOn = async (flow: Flow): Promise<boolean> => {
    if (!(await isHalfOn(flow))) return false;
    await setStatus(flow.workspaceId, flow.id, "on");
    return true;
  };

  const book: FlowRegistry = {
    async create(workspaceId, input) {
      const draft = parseFlow(input, knowledge(workspaceId));
      const now = clock.now();
      const flow: Flow = {
        id: newId("flow", now),
        workspaceId,
        name: draft.name,
        status: "draft",
        draft,
        version: null,
        createdAt: now,
        updatedAt: now,
      };
      const kind = kindOf(workspaceId, draft);
      await flows.insert(flow, {
        id: newId("trg", now),
        workspaceId,
        flowId: flow.id,
        kind,
        token: tokenOf(workspaceId, draft, null),
        active: false,
        nextAt: null,
        everyMs: null,
        state: {},
        lastAt: null,
        lastError: null,
      });
      forget(flow.id);
      return flow;
    },
    async save(workspaceId, id, input) {
      const flow = await get(workspaceId, id);
      const draft = parseFlow(input, knowledge(workspaceId));
      await flows.update(workspaceId, id, { draft, name: draft.name, updatedAt: clock.now() });
      if (flow.version === null) await arm({ ...flow, draft }, draft, false);
      forget(id);
      return get(workspaceId, id);
    },
    async publish(workspaceId, id, startFrom) {
      const flow = await get(workspaceId, id);
      const definition = parseFlow(flow.draft, knowledge(workspaceId));
      const published = flow.version === null ? null : await version(workspaceId, id, flow.version);
      if (!published || canonicalJson(published) !== canonicalJson(definition)) {
        await flows.publish(workspaceId, id, (flow.version ?? 0) + 1, definition, clock.now());
      } else await flows.update(workspaceId, id, { status: "on", reason: undefined, updatedAt: clock.now() });
      await arm(flow, definition, true, startFrom);
      return get(workspaceId, id);
    },
    pause: (workspaceId, id, reason) => setStatus(workspaceId, id, "off", defined({ reason })),
    resume: (workspaceId, id, startFrom) => setStatus(workspaceId, id, "on", defined({ startFrom })),
    async delete(workspaceId, id) {
      await get(workspaceId, id);
      await flows.delete(workspaceId, id);
      forget(id);
    },
    get,
    list: (workspaceId) => flows.list(workspaceId),
    trigger: triggerOf,
    triggers: async (workspaceId) => new Map((await triggers.list(workspaceId)).map((trigger) => [trigger.flowId, trigger])),
    published: (workspaceId) => flows.published(workspaceId),
    versions: (flow) => flows.versions(flow.workspaceId, flow.id),
    version,
    async rotateHook(workspaceId, id) {
      const flow = await get(workspaceId, id);
      const trigger = await triggerOf(flow);
      if (trigger.token === null)
        throw new MillraceError("CONFLICT", {
          details: {
            problem: known(workspaceId, flow.draft)?.inbox
              ? "This flow has no address of its own: its events come to an inbox. Give the inbox a new address instead"
              : "This flow is not started by a webhook, so it has no address to change",
          },
        });
      await triggers.update(workspaceId, trigger.id, { token: newToken() });
      forget(id);
      return triggerOf(flow);
    },
    async mend(workspaceId) {
      const mended: string[] = [];
      for (const flow of await flows.list(workspaceId)) {
        const done = await switchOn(flow).catch(() => false); // what is wrong with it, its check says; the others are armed
        if (done) mended.push(flow.name);
      }
      return mended;
    },
    parse: (workspaceId, definition) => parseFlow(definition, knowledge(workspaceId)),
    cached,
    compiled: async (of) => cached(of) ?? compile(of, await versionOf(of)),
    async readable(of) {
      const hit = cached(of);
      if (hit) return hit;
      const definition = await versionOf(of); // a store that fails is no fault of the flow
      try {
        return compile(of, definition);
      } catch {
        return null;
      }
    },
    async keepsOrder(of) {
      const key = keyOf(of);
      const hit = compiled.get(key)?.flow.settings.order ?? orders.get(key);
      if (hit !== undefined) return hit;
      const definition = await versionOf(of).catch(() => null);
      const order = definition?.settings?.order === "record";
      if (orders.size >= compiledLimit) orders.clear();
      orders.set(key, order);
      return order;
    },
    async bindingByToken(token) {
      const hit = byToken.get(token);
      if (hit) return hit;
      const readAt = changes;
      const trigger = await triggers.byToken(token);
      const flow = trigger && (await flows.get(trigger.workspaceId, trigger.flowId));
      return trigger && flow ? readBinding(flow, trigger, readAt) : null;
    },
    async bindingOf(trigger) {
      const hit = byFlow.get(trigger.flowId);
      if (hit) return hit;
      const readAt = changes;
      return readBinding(await get(trigger.workspaceId, trigger.flowId), trigger, readAt);
    },
    async all(workspaceId) {
      const readAt = changes;
      const found = (await flows.list(workspaceId)).map(async (flow) => {
        const hit = byFlow.get(flow.id);
        if (hit) return hit;
        const trigger = await triggers.byFlow(flow.workspaceId, flow.id);
        return trigger && readBinding(flow, trigger, readAt); // null: deleted meanwhile
      });
      return (await Promise.all(found)).filter((entry) => entry !== null);
    },
  };
  /** Two people, or two clicks: each change of a flow finds what the one before left, whole. */
  const turn = createTurns();
  const changing =
    <A extends [workspaceId: string, id: string, ...unknown[]], R>(change: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      turn(args[1], () => change(...args));
  return {
    ...book,
    save: changing(book.save),
    publish: changing(book.publish),
    pause: changing(book.pause),
    resume: changing(book.resume),
    delete: changing(book.delete),
    rotateHook: changing(book.rotateHook),
  };
}
