import type { IncomingHttpHeaders } from "node:http";
import { textOf } from "#catalog/text.ts";
import type { App, InboxRules } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import type { Delivered, Engine } from "#engine/api.ts";
import { happenedAt } from "#engine/events.ts";
import type { Inbox } from "#engine/types.ts";
import type { Vault } from "#vault/vault.ts";
import type { HeardCounter } from "./heard.ts";
import { readHookBody, type HookFormat } from "./hook-body.ts";
import type { InboxBook } from "./inbox-book.ts";
import { checkSigned } from "./signature.ts";

/** What was posted to an inbox, as it came. */
export interface Arrival {
  /** The event its address names. */
  event?: string;
  headers: IncomingHttpHeaders;
  bytes: Uint8Array;
  format: HookFormat;
}

/** The door of inboxes: signed, of the right registration, of this time, then accepted for everyone who listens. */
export interface InboxDoor {
  at(token: string): Inbox | undefined;
  take(inbox: Inbox, arrival: Arrival): Promise<Delivered>;
}

export interface InboxDoorParts {
  book: Pick<InboxBook, "at">;
  engine: Pick<Engine, "deliver">;
  heard: Pick<HeardCounter, "add">;
  vault: Pick<Vault, "installation">;
  findApp: (id: string) => Pick<App, "title" | "inbox"> | undefined;
  retentionDays: number;
  clock: Clock;
  /** Whether the clock may be wrong: then no event is refused for its date. */
  inDoubt?: () => boolean;
}

export function createInboxDoor({
  book,
  engine,
  heard,
  vault,
  findApp,
  retentionDays,
  clock,
  inDoubt = () => false,
}: InboxDoorParts): InboxDoor {
  /** What became of the registration in a place becomes known to its logins. */
  async function live(
    inbox: Inbox,
    { life, registration, at }: InboxRules,
    { event, locations, agency }: Delivered,
    payload: unknown,
  ): Promise<void> {
    if (!life || (event !== life.installed && event !== life.uninstalled)) return;
    await vault.installation(inbox.workspaceId, {
      app: inbox.app,
      installed: event === life.installed,
      registration: idOf(getPath(payload, registration)),
      locationId: locations[0] ?? null,
      companyId: agency,
      at: happenedAt(at, payload),
    });
  }

  return {
    at: book.at,
    async take(inbox, { event, headers, bytes, format }) {
      const app = findApp(inbox.app);
      if (!app?.inbox) throw new MillraceError("HOOK_UNKNOWN");
      const rules = app.inbox;
      checkSigned({ title: app.title, inbox: rules }, inbox, headers, bytes);
      const { payload, text } = readHookBody(bytes, format);
      checkRegistration(payload, inbox, rules);
      if (!inDoubt()) checkTime(happenedAt(rules.at, payload), retentionDays, clock.now());
      const deliveryId = idOf(headers[rules.deliveryHeader ?? ""])?.slice(0, longestId);
      const delivered = await engine.deliver(inbox, {
        payload,
        ...(text !== undefined && { text }),
        ...(event !== undefined && { event }),
        ...(deliveryId !== undefined && { deliveryId }),
      });
      await live(inbox, rules, delivered, payload);
      heard.add(inbox.id, delivered.event ?? "", delivered.locations[0] ?? delivered.agency ?? "");
      return delivered;
    },
  };
}

const longestId = 200;
const idOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The vendor signs the events of all its registrations with one key: whose it is, only the event says. */
export function checkRegistration(payload: unknown, { name, registration }: Pick<Inbox, "name" | "registration">, rules: InboxRules): void {
  const given = getPath(payload, rules.registration);
  if (registration === null || given === undefined || given === null || given === registration) return;
  throw new MillraceError("HOOK_FOREIGN", { details: { inbox: name, wanted: registration, given: textOf(given).slice(0, 100) } });
}

const dayMs = 86_400_000;
/** How far a sender's clock may be ahead of ours. */
const aheadMs = 5 * 60_000;

/**
 * A delivery's id is remembered for as long as events are kept. Within that time a repeat is known for one, however late it comes; an
 * event that is older could be a replay of anything. What is dated ahead would outlive the memory of its id.
 */
export function checkTime(at: number | null, retentionDays: number, now: number): void {
  if (at === null) return;
  if (at > now + aheadMs) throw untimely(`it is dated ${Math.round((at - now) / 60_000)} minutes ahead of this clock`);
  if (at < now - retentionDays * dayMs + aheadMs)
    throw untimely(`it is older than the ${retentionDays} days for which events are kept, so nobody could tell it from a replay`);
}

const untimely = (problem: string) => new MillraceError("HOOK_UNTIMELY", { details: { problem } });
