import type { Clock } from "#kernel/clock.ts";
import type { Acceptance } from "../types/acceptance.ts";
import type { Trigger } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { MakeAcceptance } from "./acceptance.ts";
import { launchable } from "./poller.ts";
import { newestDue, nextTime, scheduleKey, schedulePayload, storedSchedule } from "./schedule.ts";

export interface TimekeeperParts {
  triggers: TriggerStore;
  makeAcceptance: MakeAcceptance;
  accepted?: (acceptances: Acceptance[]) => void;
  clock: Clock;
}

/** Fires schedules that are due. */
export interface Timekeeper {
  /** Accepts the event of the time that is due and moves to the next, in one transaction. Rejects only when the store does. */
  fire(trigger: Trigger): Promise<void>;
}

/** A time not older than this was not missed, only reached a little late. */
const punctualMs = 60_000;

export function createTimekeeper({ triggers, makeAcceptance, accepted = () => {}, clock }: TimekeeperParts): Timekeeper {
  return {
    async fire(trigger) {
      const spec = storedSchedule(trigger.state);
      if (!spec || trigger.nextAt === null) return triggers.update(trigger.workspaceId, trigger.id, { nextAt: null });
      const now = clock.now();
      const scheduledFor = newestDue(spec, trigger.nextAt, now);
      const nextAt = nextTime(spec, scheduledFor, now);
      const skip = spec.catchUp === "none" && now - scheduledFor > punctualMs;
      const acceptance = skip
        ? null
        : await makeAcceptance(trigger, schedulePayload(spec, scheduledFor), { key: scheduleKey(scheduledFor) });
      if (!acceptance) return triggers.update(trigger.workspaceId, trigger.id, { nextAt });
      const committed = await triggers.settle({
        triggerId: trigger.id,
        accept: [acceptance],
        remember: [],
        forget: [],
        patch: { nextAt, lastAt: now, lastError: null },
      });
      const launched = launchable([acceptance], committed);
      if (launched.length) accepted(launched);
    },
  };
}
