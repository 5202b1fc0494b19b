import { defined } from "#kernel/defined.ts";
import { newId } from "#kernel/ids.ts";
import { getPath } from "#kernel/json.ts";
import type { Pace } from "#kernel/pace.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import type { CompiledFlow } from "../flow/flow.ts";
import { keysOfEvent } from "../people/extract.ts";
import type { Acceptance } from "../types/acceptance.ts";
import type { Event } from "../types/events.ts";
import type { Run, RunContext } from "../types/runs.ts";
import { chosenBy, runOf } from "./acceptance.ts";
import { personOf, recordId } from "./events.ts";

/** Begins the key of an event whose data a person changed. */
const editedKey = "edited:";

/** Whether a person changed the data of an event before a replay. */
export const isEdited = ({ key }: Pick<Event, "key">, { replayOf }: Pick<Run, "replayOf">): boolean =>
  replayOf !== null && key.startsWith(editedKey);

interface Edited {
  version: number;
  compiled: CompiledFlow | null;
  facts: WebhookTrigger | null;
  payload: unknown;
  starter: string | undefined;
  now: number;
  pace: Pace;
}

/**
 * An event with changed data, and the run that replays it. The event that came keeps its key, so a repeat of it still makes no run; this one has
 * a key of its own. It is no news of its record: nothing settles, and what is known of the record stays as it was.
 */
export async function editedEvent({ run, event }: RunContext, edited: Edited): Promise<Acceptance> {
  const { version, compiled, facts, payload, starter, now, pace } = edited;
  const record = await recordOf(event, edited, pace);
  const changed: Event = {
    id: newId("evt", now),
    workspaceId: event.workspaceId,
    triggerId: event.triggerId,
    key: `${editedKey}${newId("run", now)}`,
    payload,
    text: JSON.stringify(payload),
    person: personOf(facts?.person, payload),
    receivedAt: now,
    record,
    happenedAt: event.happenedAt,
  };
  const ofRecord = run.record === null ? null : record;
  return {
    event: changed,
    runs: [
      {
        ...runOf(changed, run.flowId, version, compiled?.settings.lane ?? run.lane, now),
        ...defined({ starter }),
        replayOf: run.id,
        people: keysOfEvent(changed),
        record: ofRecord,
        ...(ofRecord !== null && ofRecord === run.record && run.previous !== undefined && { previous: run.previous }),
      },
    ],
  };
}

/** As the flow or the app finds it in the changed data; where neither does, it is still the record of before. */
async function recordOf(event: Event, { compiled, facts, payload }: Edited, pace: Pace): Promise<string | null> {
  if (compiled?.record) return recordId((await chosenBy(compiled, facts, payload, pace)).record);
  return facts?.record === undefined ? event.record : recordId(getPath(payload, facts.record));
}
