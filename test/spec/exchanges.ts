import { olderId } from "#apps/highlevel/facts.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { ConnectionFacts, HttpRequest, Operation } from "#catalog/types.ts";
import { groundOf } from "../sdk/row.ts";
import { rows } from "../sdk/rows/index.ts";
import type { Login, Side } from "../sdk/side.ts";
import { endpointIds, endpointOf, judgedOf, known, requestWith } from "./cases.ts";
import type { SpecVersion } from "./document.ts";
import { inputOf } from "./generate.ts";
import { unjudged } from "./unjudged.ts";

const { acmeDental: locationId, companyId } = sandboxDefaults;

/** One request the sandbox is to fulfil. */
export interface Exchange {
  /** The key of the older endpoint. */
  key: string;
  operation: Operation;
  /** Lays out what the request needs, and makes it. */
  ask(side: Side): Promise<{ login: Login; request: HttpRequest }>;
}

export interface Answer {
  status: number;
  /** The content type, without its parameters. */
  type: string;
  body: unknown;
}

/**
 * Every judged operation, with the records that the official client's test of it lays out; every endpoint nobody has judged, with the
 * least it takes, or with records of its own where the sandbox keeps some.
 */
export function exchangesOf(version: SpecVersion): Exchange[] {
  const judged = judgedOf(version).map((operation) => exchangeOf(endpointOf(operation), operation));
  const covered = new Set(judged.map(({ key }) => key));
  const ids = endpointIds(version).filter((id) => !covered.has(olderId(id) ?? id));
  return [...judged, ...ids.map((id) => exchangeOf(olderId(id) ?? id, known(id)))];
}

function exchangeOf(key: string, operation: Operation): Exchange {
  const row = rows[olderId(operation.id) ?? operation.id];
  const ownLogin: Login = operation.access.length === 0 || operation.access.includes("location") ? "location" : "agency";
  return {
    key,
    operation,
    async ask(side) {
      const ground = groundOf(side);
      const { login = ownLogin, input } = row ? await row(ground) : { input: await unjudged[key]?.(ground, side, operation) };
      return { login, request: requestWith(operation, { ...leastOf(operation), ...input }, connectionOf(login)) };
    },
  };
}

/** What an operation requires, in a sub-account that is there. */
function leastOf(operation: Operation): Record<string, unknown> {
  const places = Object.entries({ locationId, companyId }).filter(([name]) => operation.input.some((field) => field.name === name));
  return { ...inputOf(operation, "required"), ...Object.fromEntries(places) };
}

const connectionOf = (login: Login): ConnectionFacts => ({
  id: "con_1",
  workspaceId: "w",
  name: login,
  app: "highlevel",
  companyId,
  ...(login === "location" && { locationId }),
});

/** Asks each in turn, of records as they were on the first day. */
export async function* answersOf(side: Side, exchanges: readonly Exchange[]): AsyncGenerator<[Exchange, Answer]> {
  for (const exchange of exchanges) {
    const { login, request } = await exchange.ask(side);
    const { accessToken } = side.sandbox.issueToken({ kind: "oauth", ...(login === "location" && { locationId }) });
    const { answer, example } = await send(side, request, accessToken);
    yield [exchange, answer];
    if (example) continue; // nothing was laid out for it, and nothing is kept of it
    side.sandbox.reset();
    await side.clock.advance(600_000);
  }
}

async function send({ sandbox }: Side, { method, url, headers, body }: HttpRequest, token: string) {
  const { pathname, search } = new URL(url);
  const reply = await sandbox.app.inject({
    method: method as "GET",
    url: pathname + search,
    headers: { ...headers, authorization: `Bearer ${token}` },
    ...(body !== undefined && { payload: typeof body === "string" ? body : Buffer.from(body) }),
  });
  const type = String(reply.headers["content-type"] ?? "").split(";")[0]!;
  const answer = { status: reply.statusCode, type, body: type === "application/json" ? (JSON.parse(reply.body) as unknown) : reply.body };
  return { answer, example: reply.headers["x-millrace-sandbox"] === "example" };
}
