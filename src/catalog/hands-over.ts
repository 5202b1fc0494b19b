import { takesAnyAddress } from "./any-address.ts";
import { needsLogin } from "./login.ts";
import type { App, JsonSchema, Operation } from "./types.ts";

/**
 * Pure: why a call could hand access or events to somebody else although it only adds or changes records, in words that go after
 * "because"; null where it does not. Judgement says so of what its inputs do not tell; a write that takes an address in what it sends
 * counts by rule: the other side may post events, or what it knows, there.
 */
export function handsOver({ effect, handsOver: judged, input }: Pick<Operation, "effect" | "handsOver" | "input">): string | null {
  if (judged !== undefined) return judged;
  if (effect === "read") return null;
  const isAddress = input.some(
    ({ name, wire, in: place, fill, schema }) =>
      place !== "path" && place !== "setting" && fill === undefined && takesAddress(wire || name, schema),
  );
  return isAddress ? "it takes an address, and what the app sends there whoever chose it gets" : null;
}

/** The same with what is known of its app: without a login, an app that an agent defined takes whatever it is sent to an address of the agent's. */
export const handsOverIn = (app: App, operation: Operation): string | null =>
  handsOver(operation) ??
  (needsLogin(app) || takesAnyAddress(operation) ? null : "its app needs no login, so it goes to an address that no person has connected");

const deepest = 6;

function takesAddress(name: string, schema: JsonSchema, depth = 0): boolean {
  if (depth > deepest) return false;
  const { properties, items, anyOf = [], oneOf = [], allOf = [] } = schema;
  if (isText(schema) && (schema.format === "uri" || schema.format === "url" || addressName.test(name))) return true;
  return (
    Object.entries(properties ?? {}).some(([member, one]) => takesAddress(member, one, depth + 1)) ||
    [...(items ? [items] : []), ...anyOf, ...oneOf, ...allOf].some((one) => takesAddress(name, one, depth + 1))
  );
}

const isText = ({ type }: JsonSchema): boolean =>
  type === undefined || type === "string" || (Array.isArray(type) && type.includes("string"));

/** `url`, `callbackUrl`, `webhook_url`, `targetURI`, `webhook`, `callback`. */
const addressName = /^(?:url|URL|uri|URI)s?$|(?:Url|URL|Uri|URI|[_-](?:url|uri))s?$|[Ww]ebhook|[Cc]allback/;
