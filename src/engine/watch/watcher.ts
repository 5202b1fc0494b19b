import { newId } from "#kernel/ids.ts";
import { defined } from "#kernel/defined.ts";
import { getPath } from "#kernel/json.ts";
import type { WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import { acceptanceOf } from "../accept/acceptance.ts";
import type { AcceptOptions } from "../api.ts";
import { eventKey, happenedAt, naturalKey, personOf, recordId } from "../accept/events.ts";
import type { CompiledFlow } from "../flow/flow.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import { graceMs } from "../triggers/cover.ts";
import type { Acceptance, Observation } from "../types/acceptance.ts";
import type { Event } from "../types/events.ts";
import type { Changed } from "./compare.ts";
import { askedOf } from "./memory.ts";
import { changePayload, contentOf, observationOf, type Subject, type Watching } from "./observation.ts";

/** A flow with a change trigger, with what its catalog and its published version say. */
export interface Watcher {
  binding: TriggerBinding;
  facts: WatchFacts;
  /** Null: its version cannot be read; its runs fail where a person sees it. */
  compiled: CompiledFlow | null;
}

/** The observation in an event. */
export function observationOfEvent(
  watcher: Watcher,
  hook: WebhookTrigger,
  payload: unknown,
  now: number,
  { text = JSON.stringify(payload), deliveryId }: AcceptOptions,
): Acceptance {
  const record = recordId(hook.record === undefined ? undefined : getPath(payload, hook.record));
  const content = contentOf(watcher.facts, payload);
  const at = Math.min(happenedAt(hook.at, payload) ?? now, now);
  // The same content may be sent again for a later change: where only content tells events apart, the moment does as well.
  const key = naturalKey(hook, payload, deliveryId) ?? `${eventKey(hook, payload, text)}@${at}`;
  if (record === null || content === null)
    return { event: eventOf(watcher, key, { record: "", at }, now), runs: [], observation: nameless };
  return acceptanceWith(watcher, { record, content, by: "webhook", at }, personPaths(hook, watcher.facts), key, now);
}

/** A flow with a change trigger whose list is read. */
export interface RowWatcher extends Watcher {
  /** Webhooks have come to the trigger: what the list alone shows was lost on their way. */
  hasWebhooks: boolean;
}

/** The observation in a row of the list. A change that is older than a webhook is under way, as far as the list says, counts as recovered. */
export function observationOfRow(
  watcher: RowWatcher,
  hook: WebhookTrigger | null,
  subject: Subject,
  poll: string,
  now: number,
): Acceptance {
  const recovered = watcher.hasWebhooks && watcher.facts.updated !== undefined && now - subject.at >= graceMs;
  const person = hook ? personPaths(hook, watcher.facts) : undefined;
  return acceptanceWith(watcher, { ...subject, recovered }, person, `change:${poll}:${subject.record}`, now);
}

export const watchingOf = ({ facts, binding }: Pick<Watcher, "facts" | "binding">): Watching => ({
  facts,
  asked: askedOf(binding.definition.trigger),
});

function acceptanceWith(
  watcher: Watcher,
  subject: Subject & { recovered?: boolean },
  person: string[] | undefined,
  key: string,
  now: number,
): Acceptance {
  const { binding, compiled } = watcher;
  const make = (change: Changed): Acceptance => {
    const payload = changePayload(subject.content, subject, change);
    const about = {
      key: recordId(`${key}|${change.name}`)!,
      record: subject.record,
      happenedAt: subject.at,
      ...defined({ recovered: subject.recovered }),
    };
    const acceptance = acceptanceOf(binding, null, compiled, payload, now, about);
    const who = personOf(person, subject.content);
    return { ...acceptance, event: { ...acceptance.event, person: who }, runs: acceptance.runs.map((run) => ({ ...run, person: who })) };
  };
  const { trigger } = binding;
  return {
    event: eventOf(watcher, key, subject, now),
    runs: [],
    observation: observationOf(trigger.id, watchingOf(watcher), subject, make),
  };
}

/** Nothing can be compared where no record is named. */
const nameless: Observation = {
  record: "",
  by: "webhook",
  compare: () => ({ outcome: "silent", note: "It contains no record id", keep: null, accept: [] }),
};

/** What was heard or read, for as long as it takes to judge it. It is not kept. */
function eventOf({ binding: { trigger } }: Watcher, key: string, { record, at }: Pick<Subject, "record" | "at">, now: number): Event {
  return {
    id: newId("evt", now),
    workspaceId: trigger.workspaceId,
    triggerId: trigger.id,
    key,
    payload: null,
    person: null,
    receivedAt: now,
    record,
    happenedAt: at,
  };
}

/** The event's paths of a person, within the record. */
const personPaths = ({ person }: WebhookTrigger, { wrap }: WatchFacts): string[] | undefined =>
  person?.map((path) => (wrap !== undefined && path.startsWith(`${wrap}.`) ? path.slice(wrap.length + 1) : path));
