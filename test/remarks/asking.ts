import { expect } from "vitest";
import { getPath } from "#kernel/json.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation, prepareInput } from "#test/support/built-in.ts";
import { decodeRefusal } from "#catalog/decode.ts";
import { buildRequest } from "#catalog/request.ts";
import { unwrap, versionOf } from "#catalog/result.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";

type Input = Record<string, unknown>;
export type Line = [key: string, what: string, shown: () => unknown, wanted: unknown];

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
export const agency: ConnectionFacts = {
  id: "con_2",
  workspaceId: "w",
  name: "agency",
  app: "highlevel",
  companyId: "com_1",
  access: "agency",
};
export const operation = (id: string) => findOperation("highlevel", id)!;
export const ownField = { id: "f1", name: "Source of the deal", fieldKey: "opportunity.source_of_the_deal", dataType: "TEXT" };
const known: Record<string, unknown> = { "locations.list_custom_fields": [ownField], "locations.get": { timezone: "UTC", country: "US" } };
/** Names are ids here, but for those of custom fields. */
const ask: Call = (id) =>
  known[id] === undefined
    ? Promise.reject(new Error(`${id} was not to be asked`))
    : Promise.resolve({ output: known[id], raw: {}, status: 200 });
export const calendarId = "cAl7Qw3Er9Ty5Ui1Op2A";
export const pipelineId = "pIp3Zx7Cv1Bn5Ma9Sd2F";
export const mary = "8Qk2mVtXb1nLz7RdYc4e";
export const many = (count: number) => Array.from({ length: count }, (_, i) => String(i).padStart(24, "0"));

export async function request(id: string, input: Input, connection = acme) {
  const prepared = await prepareInput(operation(id), input, ask);
  validateInput(operation(id), prepared);
  const { method, url, headers, body } = buildRequest(operation(id), prepared, connection, highlevel);
  return {
    method,
    url: url.replace(highlevel.baseUrl, ""),
    version: headers["Version"],
    body: body && (JSON.parse(String(body)) as unknown),
  };
}
/** Path and query, the parameters in the order of the alphabet. */
export async function url(id: string, input: Input, connection = acme): Promise<string> {
  const [path = "", query] = (await request(id, input, connection)).url.split("?");
  return query === undefined ? path : `${path}?${query.split("&").sort().join("&")}`;
}
export const body = async (id: string, input: Input) => (await request(id, input)).body;
export const route = async (id: string, input: Input, connection = acme) => {
  const { method, url: at } = await request(id, input, connection);
  return `${method} ${at}`;
};
export const stopped = (id: string, input: Input) => request(id, input).then(() => "sent", String);
export const refused = (id: string, status: number, answer: Input) => {
  const { code, details } = decodeRefusal(highlevel, operation(id), status, answer);
  return [code, details["existingId"] ?? details["outcome"]];
};
export const read = (id: string, answer: unknown) => unwrap(operation(id), answer);
/** Whether a row with another value counts as changed. */
export const moves = (id: string, was: Input, is: Input) => versionOf(operation(id), was) !== versionOf(operation(id), is);
export const field = (id: string, name: string) => operation(id).input.find((f) => f.name === name);
export const about = (id: string, path: string) => getPath(operation(id), path);
export const a = { id: "r1" };
export const stops = (words: string) => expect.stringContaining(words) as unknown;

/** Reads of one record: known by the id one gives, changed when its content is, and gone when it is not found any more. */
export const single = (id: string, wrap?: string): Line[] => [
  [id, "is unwrapped", () => read(id, wrap ? { [wrap]: a, traceId: "t" } : a), operation(id).list ? [a] : a],
  [
    id,
    "a change of content is a change, another trace is none",
    () => [moves(id, { id: "r1", x: 1 }, { id: "r1", x: 2 }), moves(id, { ...a, traceId: "1" }, { ...a, traceId: "2" })],
    [true, false],
  ],
  [id, "404 is not found", () => refused(id, 404, { message: "Not found" }), ["OUTBOUND_NOT_FOUND", "refused"]],
  [
    id,
    "and so is a 400 that says so",
    () => refused(id, 400, { message: "Record with id r1 not found" }),
    ["OUTBOUND_NOT_FOUND", "refused"],
  ],
];
/** Lists of what one sets up: no time tells of a change, the content does. */
export const config = (id: string, row: Input): Line => [
  id,
  "a change is told by content",
  () => moves(id, row, { ...row, name: "another" }),
  true,
];
