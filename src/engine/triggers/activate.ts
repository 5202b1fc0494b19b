import { canonicalJson } from "#kernel/json.ts";
import { askedOf } from "../watch/memory.ts";
import type { Trigger, TriggerDefinition, TriggerKind } from "../types/triggers.ts";
import { pollEveryMs } from "./plan.ts";
import { pollStateOf, storedPollState } from "./poll-state.ts";
import { firstTime, parseSchedule, storedSchedule } from "./schedule.ts";

export type TriggerPatch = Partial<Omit<Trigger, "id" | "workspaceId" | "flowId">>;

/** From where a poll goes on when its flow is switched on: where it stood, or with a new baseline. */
export type StartFrom = "continue" | "now";

/**
 * What switching a flow on (or publishing it while it is on) writes to its trigger. A webhook that is reconciled is armed as a poll is. Throws BAD_INPUT for a trigger that cannot be.
 * A poll looks at once: its first look is the baseline. Cursor and seen set are not touched; whether they still fit, the
 * fingerprint tells at the next look, and a new baseline replaces the old in the same transaction, so that no crash can leave a
 * trigger that remembers nothing and takes the whole list for new.
 */
export function activation(
  trigger: Trigger,
  definition: TriggerDefinition,
  { kind, now, startFrom = "continue", zone }: { kind: TriggerKind; now: number; startFrom?: StartFrom; zone?: string },
): TriggerPatch {
  if (kind === "poll") return pollActivation(trigger, definition, now, startFrom);
  if (kind === "schedule") return scheduleActivation(trigger, definition, now, zone);
  if (kind === "webhook" && definition.reconcile !== undefined)
    return { ...pollActivation(trigger, definition, now, startFrom), kind, everyMs: pollEveryMs(definition.reconcile, "reconcile") };
  return { kind, active: true, nextAt: null, everyMs: null, lastError: null, ...unwatched(trigger) };
}

/** What switching a flow off writes. Everything the trigger knows stays. */
export const deactivation: TriggerPatch = { active: false, nextAt: null };

/** What webhooks tell from now on is in no ledger: who looks again one day has to begin with a new baseline, or would tell it all twice. */
function unwatched({ everyMs, state }: Trigger): TriggerPatch {
  return everyMs === null ? {} : { state: storedPollState({ ...pollStateOf(state), fingerprint: null }) };
}

function pollActivation(trigger: Trigger, definition: TriggerDefinition, now: number, startFrom: StartFrom): TriggerPatch {
  const before = pollStateOf(trigger.state);
  const isOther = before.watch !== undefined && before.watch.asked !== askedOf(definition);
  const state = { ...before, failures: 0, ...(isOther && { fingerprint: null }) };
  return {
    kind: "poll",
    active: true,
    everyMs: pollEveryMs(definition.every),
    nextAt: now,
    lastError: null,
    state: storedPollState(startFrom === "now" ? { ...state, fingerprint: null } : state),
  };
}

/** The same schedule keeps its next time, due or not; times that passed while the flow was off were not wanted and are not caught up. */
function scheduleActivation(trigger: Trigger, definition: TriggerDefinition, now: number, zone?: string): TriggerPatch {
  const spec = parseSchedule(definition, zone);
  const same = trigger.active && trigger.nextAt !== null && canonicalJson(storedSchedule(trigger.state)) === canonicalJson(spec);
  return {
    kind: "schedule",
    active: true,
    everyMs: spec.everyMs,
    nextAt: same ? trigger.nextAt : firstTime(spec, now),
    lastError: null,
    state: { schedule: { ...spec } },
  };
}
