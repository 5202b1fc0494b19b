import type { JsonSchema, Operation } from "./types.ts";

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
