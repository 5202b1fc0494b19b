import { createPublicKey, verify, type KeyObject } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { App, ConnectionFacts } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Trigger, TriggerDefinition } from "#engine/types.ts";

/** Throws HOOK_REFUSED unless the event was signed by the app it is said to come from. Apps that sign nothing pass: their address is the secret. */
export type SignatureCheck = (trigger: Trigger, headers: IncomingHttpHeaders, bytes: Uint8Array) => Promise<void>;

interface SignatureCheckParts {
  definition(trigger: Trigger): Promise<TriggerDefinition>;
  findApp(id: string): Pick<App, "title" | "inbox"> | undefined;
  connection(workspaceId: string, name: string): Promise<ConnectionFacts | null>;
}

/** A connection's setting that names another signing key: the sandbox has its own. */
export const webhookKeySetting = "webhookKey";

export function createSignatureCheck({ definition, findApp, connection }: SignatureCheckParts): SignatureCheck {
  return async (trigger, headers, bytes) => {
    const { app: appId, connection: name } = await definition(trigger);
    const app = findApp(appId);
    if (!app?.inbox) return;
    const own = name === undefined ? undefined : (await connection(trigger.workspaceId, name))?.settings?.[webhookKeySetting];
    const vendors = app.inbox.signatures.filter((s) => !s.legacy);
    const signatures = own ? vendors.map((s) => ({ ...s, publicKey: own })) : vendors;
    const given = signatures.filter(({ header }) => isGiven(headers[header]));
    if (given.length === 0)
      throw refused(
        `${app.title} signs its events in the header ${signatures.map((s) => s.header).join(" or ")}, and this one is not signed`,
      );
    if (!given.some(({ header, publicKey }) => isSigned(bytes, String(headers[header]), publicKey)))
      throw refused(`its signature is not ${app.title}'s`);
  };
}

/** The vendor writes N/A where it did not sign. */
const isGiven = (value: string | string[] | undefined): boolean => typeof value === "string" && value !== "" && value !== "N/A";

const keys = new Map<string, KeyObject>();

function isSigned(bytes: Uint8Array, signature: string, publicKey: string): boolean {
  try {
    let key = keys.get(publicKey);
    if (!key) keys.set(publicKey, (key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" })));
    return verify(null, bytes, key, Buffer.from(signature, "base64"));
  } catch {
    return false; // a key or signature that is none
  }
}

const refused = (problem: string) => new MillraceError("HOOK_REFUSED", { details: { problem } });
