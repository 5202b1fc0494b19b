import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Signing } from "#catalog/signing.ts";
import { boundedKey } from "#engine/accept/events.ts";
import { MillraceError } from "#kernel/errors.ts";

const refused = (problem: string) => new MillraceError("HOOK_REFUSED", { details: { problem } });
/** More signatures in one header help nobody. */
const mostSignatures = 10;

/** Throws HOOK_REFUSED unless these bytes were signed with the secret, and lately where the time is signed too. */
export function checkHmac(signing: Signing, secret: string, headers: IncomingHttpHeaders, bytes: Uint8Array, now: number): void {
  const header = headerOf(headers, signing.header);
  if (header === undefined) throw refused(`it is not signed: its signature is expected in the header ${signing.header}`);
  const timestamp = timestampOf(signing, headers, header);
  const expected = createHmac(signing.algorithm, keyOf(signing, secret));
  const [before, after] = signedParts(signing, headers, timestamp);
  const digest = expected.update(before).update(bytes).update(after).digest();
  if (!signaturesIn(signing, header).some((signature) => isEqual(signature, digest)))
    throw refused(`its signature in ${signing.header} was not made with the secret of this trigger's connection`);
  if (timestamp === undefined) return;
  const away = Math.abs(now / 1000 - Number(timestamp));
  if (away > signing.toleranceSeconds)
    throw refused(`it was signed ${Math.round(away)} s away from now, and ${signing.toleranceSeconds} s are accepted; check both clocks`);
}

/**
 * By what a signed delivery is recognised when it comes again: its signed id, or its body alone. What is not signed could be made up by
 * whoever replays it. Undefined where no time is signed: then the sender's own ids are all there is.
 */
export function signedIdentity({ timestamp, id }: Signing, headers: IncomingHttpHeaders): { deliveryId?: string } | undefined {
  if (timestamp === undefined) return undefined;
  const delivery = id === undefined ? undefined : headerOf(headers, id);
  return delivery === undefined ? {} : { deliveryId: boundedKey(delivery) };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 4_000) : undefined;
}

function timestampOf({ timestamp: at }: Signing, headers: IncomingHttpHeaders, signature: string): string | undefined {
  if (!at) return undefined;
  const value =
    "header" in at
      ? headerOf(headers, at.header)
      : signature
          .split(",")
          .map((part) => part.trim())
          .find((part) => part.startsWith(at.part))
          ?.slice(at.part.length);
  if (value === undefined || !/^\d{9,11}$/.test(value))
    throw refused(`it does not say when it was signed${"header" in at ? ` in the header ${at.header}` : ""}`);
  return value;
}

/** What is signed before and after the body. */
function signedParts({ signed, id }: Signing, headers: IncomingHttpHeaders, timestamp = ""): [before: string, after: string] {
  const delivery = id === undefined ? "" : headerOf(headers, id);
  if (delivery === undefined) throw refused(`it has no id in the header ${id}`);
  const [before = "", after = ""] = signed.split("{body}", 2);
  const filled = (text: string) => text.replaceAll("{timestamp}", () => timestamp).replaceAll("{id}", () => delivery);
  return [filled(before), filled(after)];
}

const keyOf = ({ secretPrefix }: Signing, secret: string): Buffer =>
  secretPrefix !== undefined && secret.startsWith(secretPrefix)
    ? Buffer.from(secret.slice(secretPrefix.length), "base64")
    : Buffer.from(secret, "utf8");

/** The signatures in a header: one, or several of which one has to be right (a secret that is being replaced). */
function signaturesIn({ prefix, encoding }: Signing, header: string): Buffer[] {
  const parts = prefix.endsWith(",") ? header.split(/\s+/) : header.split(/[\s,]+/);
  return parts
    .filter((part) => part.startsWith(prefix))
    .slice(0, mostSignatures)
    .map((part) => Buffer.from(part.slice(prefix.length), encoding));
}

const isEqual = (signature: Buffer, digest: Buffer): boolean => signature.length === digest.length && timingSafeEqual(signature, digest);
