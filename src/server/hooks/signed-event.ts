import { cutText } from "#kernel/characters.ts";
import { textOf } from "#catalog/text.ts";
import type { App, InboxRules } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import { happenedAt } from "#engine/accept/events.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { HookFormat } from "./hook-body.ts";

/** What decides whether a signed event is accepted. Only the body counts, because only the body is signed. */
export interface SignedEventRules {
  /** How long the ids of deliveries are remembered. */
  retentionDays: number;
  /** Names of events that may come without their app's id, or without a time; `*` is all. */
  withoutAppId: readonly string[];
  withoutTime: readonly string[];
  clock: Clock;
  /** Whether the clock may be wrong: then no event is refused for its date. */
  inDoubt?: () => boolean;
}

/** The settings that exempt an event from a check. */
export const exemptions = { withoutAppId: "MILLRACE_EVENTS_WITHOUT_APP_ID", withoutTime: "MILLRACE_EVENTS_WITHOUT_TIME" } as const;

type SigningApp = Pick<App, "title" | "triggers"> & { inbox: InboxRules };

/** A signed body must be JSON: read as a form, the same bytes would be another event. */
export function checkFormat(format: HookFormat): void {
  if (format.kind !== "json")
    throw new MillraceError("UNSUPPORTED_MEDIA", { details: { type: `'${format.type.slice(0, 100)}', and signed events are JSON` } });
}

/** The vendor signs the events of all apps with one key, so only the event itself says which app it belongs to. */
export function checkRegistration(
  payload: unknown,
  address: string | undefined,
  { name, registration }: Pick<Inbox, "name" | "registration">,
  { inbox, title }: SigningApp,
  rules: SignedEventRules,
): void {
  if (registration === null) return;
  const from = getPath(payload, inbox.registration);
  if (from === registration) return;
  const only = `the inbox '${name}' only accepts events of '${registration}'`;
  if (!isMissing(from))
    throw foreign(`it belongs to the app '${cutText(textOf(from), 100)}', and ${only}. Give that app an inbox of its own`);
  const event = nameOf(payload, address, inbox);
  if (!isExempt(rules.withoutAppId, event))
    throw foreign(
      `it does not say which app it belongs to (${inbox.registration}), and ${only}. ${exemption("withoutAppId", title, event)}`,
    );
}

/** How far a sender's clock may be ahead of ours. */
const aheadMs = 5 * 60_000;

/**
 * The id of a delivery is remembered for as long as events are kept, so a repeat within that time is recognised. An older event may be a
 * repeat that nobody recognises any more, and one that is dated ahead could be repeated after its id was forgotten.
 */
export function checkTime(payload: unknown, address: string | undefined, app: SigningApp, rules: SignedEventRules): void {
  const event = nameOf(payload, address, app.inbox);
  const at = timeOf(payload, event, app);
  const now = rules.clock.now();
  if (at === null) {
    if (isExempt(rules.withoutTime, event)) return;
    throw untimely(
      `it has no time that can be read (${app.inbox.at}), so nobody could tell it from a replay. ${exemption("withoutTime", app.title, event)}`,
    );
  }
  if (rules.inDoubt?.()) return;
  if (at > now + aheadMs)
    throw untimely(`it is dated ${Math.round((at - now) / 60_000)} minutes ahead of this machine's clock. Check the clocks of both`);
  if (at < now - rules.retentionDays * dayMs + aheadMs)
    throw untimely(`it is older than the ${rules.retentionDays} days for which events are kept, so nobody could tell it from a replay`);
}

/** When it was delivered; if the body does not say so, when the event happened. */
function timeOf(payload: unknown, event: string | undefined, { inbox, triggers }: SigningApp): number | null {
  const sentAt = happenedAt(inbox.at, payload);
  return sentAt ?? happenedAt(triggers.find(({ id }) => id === event)?.at, payload);
}

/** The name of the event: the body's own, else the one in the address. */
function nameOf(payload: unknown, address: string | undefined, { type }: InboxRules): string | undefined {
  const named = getPath(payload, type);
  return typeof named === "string" && named !== "" ? named : address;
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";
const isExempt = (names: readonly string[], event: string | undefined): boolean =>
  names.includes("*") || (event !== undefined && names.includes(event));

function exemption(kind: keyof typeof exemptions, app: string, event: string | undefined): string {
  const name = event === undefined ? "the event's name" : `'${cutText(event, 100)}'`;
  return `If ${app} sends it so, add ${name} to ${exemptions[kind]}`;
}

const foreign = (problem: string) => new MillraceError("HOOK_FOREIGN", { details: { problem } });
const untimely = (problem: string) => new MillraceError("HOOK_UNTIMELY", { details: { problem } });
