import { createPublicKey, verify, type KeyObject } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { readSigning, type Signing } from "#catalog/signing.ts";
import type { App, InboxRules } from "#catalog/types.ts";
import type { RequestPart, SecretPlace, WebhookRules } from "#catalog/webhook-rules.ts";
import { secretPlaceOf, webhookRules } from "#catalog/webhooks.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Trigger, TriggerDefinition } from "#engine/types/triggers.ts";
import type { HookFormat } from "./hook-body.ts";
import type { Challenge } from "./challenge.ts";
import { checkHmac, proofFor, signedIdentity } from "./hmac.ts";
import { checkProof, secretPartOf, type PostedRequest } from "./proof.ts";
import { checkFormat, checkTime, type SignedEventRules } from "./signed-event.ts";

/**
 * Throws HOOK_REFUSED unless the event was signed by the app it is said to come from. Gives what else is checked of a signed event, once
 * it is read. Apps that sign nothing pass with null: their address is the secret.
 */
export type SignatureCheck = (
  trigger: Trigger,
  headers: IncomingHttpHeaders,
  bytes: Uint8Array,
  /** The path and query that were posted to. */
  path?: string,
) => Promise<SignedEvent | null>;

/** An event whose bytes were signed. */
export interface SignedEvent {
  /** Nothing beside the body counts: neither headers nor the query are signed. */
  onlyBody: boolean;
  /** Throws where what was signed is not an event of this time. */
  check(payload: unknown, format: HookFormat): void;
  /** By what it is recognised when it comes again, where that is signed; undefined: by what its sender says. */
  identity?: { deliveryId?: string } | undefined;
  /** What a sender wants to read that makes sure of the address; undefined for an event. */
  proof?: (payload: unknown) => Challenge | undefined;
  /** The secret that was checked, for challenges whose answer is signed with it. */
  secret?: string;
  /** What of the request holds the secret, and so is left out of the event. */
  secretPart?: RequestPart | null;
}

/** The secret that an app and this Millrace share for the events of a trigger. Throws where there is none. */
export type ProofSecret = (trigger: Trigger, definition: TriggerDefinition, place: SecretPlace) => Promise<string>;

type SigningApp = Pick<App, "title"> & { inbox: Pick<InboxRules, "signatures"> };
/** Keys in place of the app's own, and whether the old signature counts. */
export type SigningKeys = Pick<Inbox, "publicKey" | "legacy" | "legacyKey">;
type Scheme = InboxRules["signatures"][number];
type Algorithm = Scheme["algorithm"];

const appsOwn: SigningKeys = { publicKey: null, legacy: false, legacyKey: null };

/** Where apps are looked up, as far as signatures need it. */
export interface SigningCatalog {
  of(workspaceId: string): { app(id: string): Pick<App, "title" | "inbox" | "triggers" | "webhooks"> | undefined };
}

/** How the events of a flow's trigger come in. */
export function rulesOfTrigger(
  catalog: SigningCatalog,
  { workspaceId }: Pick<Trigger, "workspaceId">,
  definition: TriggerDefinition,
): WebhookRules {
  const app = catalog.of(workspaceId).app(definition.app);
  const trigger = app?.triggers.find(({ id }) => id === definition.operation);
  return app && trigger ? webhookRules(app, trigger) : {};
}

/** The check for a flow's own address. */
export function createSignatureCheck({
  definition,
  catalog,
  signedEvents,
  signingSecret,
  proofSecret,
  publicUrl,
}: {
  definition(trigger: Trigger): Promise<TriggerDefinition>;
  /** The secret of a connection, by its name; throws where there is none. */
  signingSecret?(workspaceId: string, connection: string): Promise<string>;
  /** The secret by which an app proves its events. */
  proofSecret?: ProofSecret;
  catalog: SigningCatalog;
  /** The public address of this Millrace, which some senders sign. */
  publicUrl?: () => string;
  signedEvents: SignedEventRules;
}): SignatureCheck {
  const { clock } = signedEvents;
  return async (trigger, headers, bytes, path = "") => {
    const said = await definition(trigger);
    const app = catalog.of(trigger.workspaceId).app(said.app);
    if (!app?.inbox) {
      const posted = { headers, bytes, path, url: `${publicUrl?.() ?? ""}${path}`, now: clock.now() };
      const rules = rulesOfTrigger(catalog, trigger, said);
      const place = secretPlaceOf(rules.verify);
      const secretOf = () => {
        const isApps = place !== null && proofSecret !== undefined;
        return isApps ? proofSecret(trigger, said, place) : signingSecret!(trigger.workspaceId, said.connection ?? "");
      };
      if (said.input?.["signature"] !== undefined) return checkShared(said.input["signature"], secretOf, posted);
      return rules.verify === undefined ? null : checkOwn(rules.verify, place === null ? null : secretOf, posted);
    }
    const { operation } = said;
    const signing = { ...app, inbox: app.inbox };
    checkSigned(signing, appsOwn, headers, bytes);
    return {
      onlyBody: true,
      check(payload, format) {
        checkFormat(format);
        checkTime(payload, operation, signing, signedEvents);
      },
    };
  };
}

/** Throws HOOK_REFUSED unless the sender signed the event with the secret it shares with this trigger. Without a secret nothing passes. */
async function checkShared(signature: unknown, secretOf: () => Promise<string>, posted: PostedRequest): Promise<SignedEvent> {
  const signing = readSigning(signature);
  if (typeof signing === "string") throw refused(`the trigger's signature ${signing}`);
  const secret = await secretFrom(secretOf);
  const { headers, bytes, url, now } = posted;
  checkHmac(signing, secret, headers, bytes, now, url);
  return sharedEvent(signing, secret, headers);
}

/** The same for an event that proves itself as its app's definition says. */
async function checkOwn(
  verify: NonNullable<WebhookRules["verify"]>,
  secretOf: (() => Promise<string>) | null,
  posted: PostedRequest,
): Promise<SignedEvent> {
  const secret = secretOf === null ? "" : await secretFrom(secretOf);
  const signing = checkProof(verify, secret, posted);
  if (signing !== null) return sharedEvent(signing, secret, posted.headers);
  return { onlyBody: false, check: () => undefined, secretPart: secretPartOf(verify), ...(secret !== "" && { secret }) };
}

const sharedEvent = (signing: Signing, secret: string, headers: IncomingHttpHeaders): SignedEvent => ({
  onlyBody: false,
  check: () => undefined,
  identity: signedIdentity(signing, headers),
  proof: (payload) => proofFor(signing, secret, payload),
  secret,
});

async function secretFrom(secretOf: () => Promise<string>): Promise<string> {
  const secret = await secretOf().catch((thrown: unknown) => {
    if (thrown instanceof MillraceError && thrown.row.kind !== "user") throw thrown;
    throw refused("the trigger's connection, which holds the secret of its signature, cannot be used");
  });
  if (secret === "") throw refused("the trigger's connection holds no secret for its signature");
  return secret;
}

/**
 * Throws HOOK_REFUSED unless these very bytes were signed. The old signature counts only where no new one was given and the inbox takes
 * it: a new one that is wrong decides, whatever stands beside it.
 */
export function checkSigned({ title, inbox }: SigningApp, keys: SigningKeys, headers: IncomingHttpHeaders, bytes: Uint8Array): void {
  const present = inbox.signatures.filter(({ header }) => isPresent(headers[header]));
  const counting = present.some(({ legacy }) => !legacy) ? present.filter(({ legacy }) => !legacy) : present;
  const { header, legacy } = inbox.signatures[0] ?? {};
  if (counting.length === 0 || (counting.every((s) => s.legacy) && !keys.legacy)) {
    const beside = counting.length > 0 && !legacy ? "; the old signature alone is not taken at this address" : "";
    throw refused(`${title} signs its events in the header ${header ?? "?"}, and this one is not signed so${beside}`);
  }
  if (!counting.every((scheme) => isSigned(scheme, keyOf(scheme, keys), String(headers[scheme.header]), bytes)))
    throw refused(`its signature is not ${title}'s`);
}

/** The vendor writes N/A where it did not sign. */
const isPresent = (value: string | string[] | undefined): boolean => typeof value === "string" && value.trim() !== "" && value !== "N/A";

const keyOf = ({ legacy, publicKey }: Scheme, keys: SigningKeys): string => (legacy ? keys.legacyKey : keys.publicKey) ?? publicKey;

const keyCache = new Map<string, KeyObject>();
/** Node decodes whatever looks like it at the start. */
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const keyTypes: Record<Algorithm, string> = { ed25519: "ed25519", "rsa-sha256": "rsa" };
const digests: Record<Algorithm, string | null> = { ed25519: null, "rsa-sha256": "sha256" };

function isSigned({ algorithm }: Scheme, publicKey: string, signature: string, bytes: Uint8Array): boolean {
  try {
    const name = `${algorithm} ${publicKey}`;
    let key = keyCache.get(name);
    if (!key) keyCache.set(name, (key = readKey(algorithm, publicKey)));
    return base64.test(signature) && verify(digests[algorithm], bytes, key, Buffer.from(signature, "base64"));
  } catch {
    return false; // a key or signature that is none
  }
}

function readKey(algorithm: Algorithm, publicKey: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  if (key.asymmetricKeyType !== keyTypes[algorithm]) throw new TypeError(`The key is ${key.asymmetricKeyType}`);
  return key;
}

/** Throws BAD_INPUT for a text that is no public key of this kind. */
export function checkKey(field: string, algorithm: Algorithm, publicKey: string): void {
  try {
    readKey(algorithm, publicKey);
  } catch (cause) {
    const kind = algorithm === "ed25519" ? "Ed25519" : "RSA";
    throw new MillraceError("BAD_INPUT", {
      cause,
      details: { field, problem: `is no public ${kind} key in base64 (SPKI, without the BEGIN and END lines)` },
    });
  }
}

const refused = (problem: string) => new MillraceError("HOOK_REFUSED", { details: { problem } });
