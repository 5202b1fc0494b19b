import type { IncomingHttpHeaders } from "node:http";
import type { App, InboxRules } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import type { Delivered, Engine } from "#engine/api.ts";
import { happenedAt } from "#engine/accept/events.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Vault } from "#vault/vault.ts";
import type { HeardCounter } from "./heard.ts";
import type { HookBody, HookFormat } from "./hook-body.ts";
import type { InboxBook } from "./inbox-book.ts";
import { checkSigned } from "./signature.ts";
import { checkFormat, checkRegistration, checkTime, type SignedEventRules } from "./signed-event.ts";

/** What was posted to an inbox, as it came. */
export interface Arrival {
  /** The event its address names. The address is not signed. */
  event?: string;
  headers: IncomingHttpHeaders;
  bytes: Uint8Array;
  format: HookFormat;
  /** Unpacks and reads the body: not before its signature was checked. */
  read(): HookBody | Promise<HookBody>;
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
  findApp: (id: string) => Pick<App, "title" | "inbox" | "triggers"> | undefined;
  signedEvents: SignedEventRules;
}

export function createInboxDoor({ book, engine, heard, vault, findApp, signedEvents }: InboxDoorParts): InboxDoor {
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
    async take(inbox, { event, headers, bytes, format, read }) {
      const app = findApp(inbox.app);
      if (!app?.inbox) throw new MillraceError("HOOK_UNKNOWN");
      const rules = app.inbox;
      const signing = { ...app, inbox: rules };
      checkSigned(signing, inbox, headers, bytes);
      checkFormat(format);
      const { payload, text } = await read();
      checkRegistration(payload, event, inbox, signing, signedEvents);
      checkTime(payload, event, signing, signedEvents);
      const delivered = await engine.deliver(inbox, {
        payload,
        ...(text !== undefined && { text }),
        ...(event !== undefined && { event }),
      });
      await live(inbox, rules, delivered, payload);
      heard.add(inbox.id, delivered.event ?? "", delivered.locations[0] ?? delivered.agency ?? "");
      return delivered;
    },
  };
}

const idOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
