import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { newToken } from "#kernel/ids.ts";
import type { FlowReader } from "../flow/flow-reader.ts";
import type { FlowKnowledge } from "../flow/knowledge.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { TriggerKind } from "../types/triggers.ts";
import { activation, deactivation, type StartFrom } from "./activate.ts";
import type { TriggerLocks } from "./trigger-locks.ts";

interface Parts {
  triggers: Pick<TriggerStore, "update">;
  reader: FlowReader;
  knowledge: (workspaceId: string) => FlowKnowledge;
  locks: TriggerLocks;
  clock: Clock;
}

/** What the state of a flow asks of its trigger. */
export class TriggerArming {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  kindOf(workspaceId: string, definition: FlowDefinition): TriggerKind {
    return this.#facts(workspaceId, definition)?.kind ?? "manual";
  }

  /** Whether its events come to an inbox. */
  isOfInbox(workspaceId: string, definition: FlowDefinition): boolean {
    return this.#facts(workspaceId, definition)?.inbox ?? false;
  }

  /** A webhook's own address. Events that come to an inbox need none; one that was given out before goes on working. */
  tokenOf(workspaceId: string, definition: FlowDefinition, before: string | null): string | null {
    return this.#token(this.kindOf(workspaceId, definition), this.isOfInbox(workspaceId, definition), before);
  }

  /**
   * Switches a flow's trigger on or off. The cursor stays as it is: it outlives publish, off and on. A trigger that its app does not have
   * just now stays what it was: its address is out there, and the definition may get it back.
   */
  async arm(flow: Flow, definition: FlowDefinition, active: boolean, startFrom?: StartFrom): Promise<void> {
    const { triggers, reader, locks, clock } = this.#parts;
    const facts = this.#facts(flow.workspaceId, definition);
    const { id } = await reader.trigger(flow);
    await locks.exclusively(id, async () => {
      const trigger = await reader.trigger(flow);
      const kind = facts?.kind ?? trigger.kind;
      const token = this.#token(kind, facts?.inbox ?? false, trigger.token);
      const zone = definition.settings?.zone;
      const patch = active
        ? activation(trigger, definition.trigger, { kind, now: clock.now(), ...defined({ startFrom, zone }) })
        : deactivation;
      await triggers.update(flow.workspaceId, id, { ...patch, kind, token });
    });
  }

  /** Whether a flow says on and its trigger does not: the flow is switched in one commit and its trigger in the next. */
  async isHalfOn(flow: Flow): Promise<boolean> {
    if (flow.status !== "on" || flow.version === null) return false;
    const { reader } = this.#parts;
    const definition = await reader.version(flow.workspaceId, flow.id, flow.version);
    const kind = this.#facts(flow.workspaceId, definition)?.kind;
    if (kind === undefined) return false;
    const { active, kind: armed, everyMs } = await reader.trigger(flow);
    return !active || armed !== kind || (kind === "webhook" && (everyMs !== null) !== (definition.trigger.reconcile !== undefined));
  }

  #token(kind: TriggerKind, isOfInbox: boolean, before: string | null): string | null {
    if (kind !== "webhook") return null;
    return before ?? (isOfInbox ? null : newToken());
  }

  #facts(workspaceId: string, { trigger }: FlowDefinition) {
    return this.#parts.knowledge(workspaceId).trigger(trigger.app, trigger.operation);
  }
}
