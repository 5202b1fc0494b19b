import type { IncomingHttpHeaders } from "node:http";
import type { InboxRules } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import type { Delivered, Engine } from "#engine/api.ts";
import { happenedAt } from "#engine/accept/events.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Vault } from "#vault/vault.ts";
import { defined } from "#kernel/defined.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import type { ReceptionCounter } from "./reception-counts.ts";
import type { HookBody, HookFormat } from "../hooks/hook-body.ts";
import type { InboxRegistry } from "./inbox-registry.ts";
import { checkSigned, type SigningCatalog } from "../hooks/signature.ts";
import { checkFormat, checkRegistration, checkTime, type SignedEventRules } from "../hooks/signed-event.ts";

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

/** Receives the events of inboxes: checks signature, registration and time, then starts every flow that waits for the event. */
export interface InboxReceiver {
  at(token: string): Inbox | undefined;
  take(inbox: Inbox, arrival: Arrival): Promise<Delivered>;
}

export interface InboxReceiverParts {
  registry: Pick<InboxRegistry, "at">;
  engine: Pick<Engine, "deliver">;
  receptions: Pick<ReceptionCounter, "add">;
  deliveries: Pick<DeliveryLog, "accepted" | "refused">;
  vault: Pick<Vault, "installation">;
  catalog: SigningCatalog;
  signedEvents: SignedEventRules;
}

export function createInboxReceiver({
  registry,
  engine,
  receptions,
  deliveries,
  vault,
  catalog,
  signedEvents,
}: InboxReceiverParts): InboxReceiver {
  /** Updates the connections of a sub-account when the app is installed or removed there. */
  async function markInstallation(
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

  async function accept(inbox: Inbox, { event, headers, bytes, format, read }: Arrival): Promise<Delivered> {
    const app = catalog.of(inbox.workspaceId).app(inbox.app);
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
      ...defined({ text, event }),
    });
    await markInstallation(inbox, rules, delivered, payload);
    receptions.add(inbox.id, delivered.event ?? "", placeOf(delivered) ?? "");
    return delivered;
  }

  return {
    at: (token) => registry.at(token),
    async take(inbox, arrival) {
      try {
        const delivered = await accept(inbox, arrival);
        const { event: type, locations: _, agency: __, runIds, ...rest } = delivered;
        deliveries.accepted(inbox.id, { ...rest, type, place: placeOf(delivered), runId: runIds[0] ?? null });
        return delivered;
      } catch (error) {
        deliveries.refused(inbox.id, error);
        throw error;
      }
    },
  };
}

const placeOf = ({ locations, agency }: Delivered): string | null => locations[0] ?? agency;

const idOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
