import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Signing } from "#catalog/signing.ts";
import { boundedKey } from "#engine/accept/events.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import type { Challenge } from "./challenge.ts";

const refused = (problem: string) => new MillraceError("HOOK_REFUSED", { details: { problem } });
/** More signatures in one header help nobody. */
const mostSignatures = 10;

/** Throws HOOK_REFUSED unless these bytes were signed with the secret, and lately where the time is signed too. `url`: where they were posted to. */
export function checkHmac(signing: Signing, secret: string, headers: IncomingHttpHeaders, bytes: Uint8Array, now: number, url = ""): void {
  const header = headerOf(headers, signing.header);
  if (header === undefined) throw refused(`it is not signed: its signature is expected in the header ${signing.header}`);
  const timestamp = timestampOf(signing, headers, header);
  const digests = spellingsOf(signing, url).map((spelling) => {
    const expected = createHmac(signing.algorithm, keyOf(signing, secret));
    for (const part of signedParts(signing, { headers, bytes, timestamp, url: spelling })) expected.update(part);
    return expected.digest();
  });
  if (!signaturesIn(signing, header).some((signature) => digests.some((digest) => isEqual(signature, digest))))
    throw refused(`its signature in ${signing.header} was not made with the secret of this trigger's connection${urlWords(signing, url)}`);
  if (timestamp === undefined) return;
  const away = Math.abs(now / 1000 - Number(timestamp));
  if (away > signing.toleranceSeconds)
    throw refused(`it was signed ${Math.round(away)} s away from now, and ${signing.toleranceSeconds} s are accepted; check both clocks`);
}

/** An address is signed with its port or without: Twilio leaves it out for messages and calls over https, and signs it for other events. */
function spellingsOf({ signed }: Signing, url: string): string[] {
  const [, scheme, host, port, rest] = /^(https?):\/\/(\[[^\]]*\]|[^/:?#]*)(:\d+)?(.*)$/s.exec(url) ?? [];
  if (scheme === undefined || !signed.includes("{url}")) return [url];
  return [url, `${scheme}://${host}${port === undefined ? (scheme === "https" ? ":443" : ":80") : ""}${rest}`];
}

/** Without its query, which may hold what nobody else should read. */
const urlWords = ({ signed }: Signing, url: string): string =>
  signed.includes("{url}") ? `, or for another address than ${url.split("?", 1)[0]}; check the public address of Millrace` : "";

/** What a sender wants to read that makes sure of the address; undefined for an event. The request itself is signed: ask only after that. */
export function proofFor({ proof }: Signing, secret: string, payload: unknown): Challenge | undefined {
  if (proof === undefined || getPath(payload, proof.when[0]) !== proof.when[1]) return undefined;
  const text = getPath(payload, proof.text);
  if (typeof text !== "string" || text.length > longestProof) return undefined;
  const signature = createHmac("sha256", secret).update(text).digest("hex");
  const answer = { [proof.answer[0]]: text, [proof.answer[1]]: signature };
  return { text: JSON.stringify(answer), type: "application/json; charset=utf-8" };
}

const longestProof = 1_000;

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

interface Posted {
  headers: IncomingHttpHeaders;
  bytes: Uint8Array;
  timestamp: string | undefined;
  url: string;
}

/** What is signed, in its order. */
function signedParts({ signed, id }: Signing, { headers, bytes, timestamp = "", url }: Posted): (string | Uint8Array)[] {
  const delivery = id === undefined ? "" : headerOf(headers, id);
  if (delivery === undefined) throw refused(`it has no id in the header ${id}`);
  const filled = (text: string) =>
    text
      .replaceAll("{timestamp}", () => timestamp)
      .replaceAll("{id}", () => delivery)
      .replaceAll("{url}", () => url);
  const [place, content] = signed.includes("{form}") ? ["{form}", formText(headers, bytes)] : ["{body}", bytes];
  const [before = "", after = ""] = signed.split(place, 2);
  return [filled(before), content, filled(after)];
}

const isForm = /^application\/x-www-form-urlencoded\b/i;

/** The fields of a form, sorted, equal ones once. Any other body would be none, so nothing of it were signed. */
function formText(headers: IncomingHttpHeaders, bytes: Uint8Array): string {
  if (!isForm.test(headers["content-type"] ?? "")) throw refused("it is no web form, and only those are signed by this sender");
  const fields = [...new URLSearchParams(Buffer.from(bytes).toString("utf8"))];
  return fields
    .sort(([a, b], [c, d]) => compare(a, c) || compare(b, d))
    .filter(([name, value], n, all) => name !== all[n - 1]?.[0] || value !== all[n - 1]?.[1])
    .map(([name, value]) => name + value)
    .join("");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

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
