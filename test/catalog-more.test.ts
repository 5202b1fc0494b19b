/** Further members (`$more`), over every operation of the catalog and every endpoint of the vendor, as the sandbox receives them. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { factsIndex, newerIndex } from "#apps/highlevel/facts.ts";
import { apps, findOperation } from "#test/support/built-in.ts";
import { moreName, nameProblem, placeOfMore, takesMore } from "#catalog/more.ts";
import { buildRequest } from "#catalog/request.ts";
import type { ConnectionFacts, InputField, Operation } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { isObject } from "#kernel/json.ts";
import { openBench, type Bench } from "#sandbox/testing.ts";

const member = "memberNobodyDescribes";
const value = "kept 1";
const highlevel = apps.get("highlevel")!;

interface Received {
  body: unknown;
  query: unknown;
}
let bench: Bench;
let tokens: { agency: string; location: string };
let received: Received | undefined;
const note = (message: unknown) => {
  const { request } = message as { request: Received };
  received = { body: request.body, query: request.query };
};
beforeAll(async () => {
  subscribe("tracing:fastify.request.handler:start", note);
  bench = await openBench({ quota: { burst: 10_000 } });
  tokens = { agency: bench.token({}), location: bench.token({ kind: "oauth", locationId: bench.acme }) };
});
afterAll(async () => {
  unsubscribe("tracing:fastify.request.handler:start", note);
  await bench.sandbox.close();
});

const connection = (): ConnectionFacts => ({
  id: "con_1",
  workspaceId: "ws_1",
  name: "acme",
  app: "highlevel",
  baseUrl: "http://sandbox.test",
  locationId: bench.acme,
  companyId: "company_1",
});

/** Only what makes the address: the rest of a body is the validator's business, and this is about what arrives. */
const addressed = ({ input, example }: Operation): Record<string, unknown> =>
  Object.fromEntries(
    input.filter(({ in: place, fill }) => place === "path" && !fill).map(({ name }) => [name, example?.input[name] ?? "x1"]),
  );

/** Sends one request with a further member, and gives where the sandbox saw it. */
async function arrival(operation: Operation): Promise<string> {
  received = undefined;
  const { method, url, headers, body } = buildRequest(
    operation,
    { ...addressed(operation), [moreName]: { [member]: value } },
    connection(),
    highlevel,
  );
  const isOfAgency = operation.access.length > 0 && !operation.access.includes("location");
  const token = isOfAgency ? tokens.agency : tokens.location;
  await bench.sandbox.app.inject({
    method,
    url: url.slice("http://sandbox.test".length),
    headers: { ...headers, authorization: `Bearer ${token}` },
    ...(body !== undefined && { payload: Buffer.from(body) }),
  });
  // Of a multipart body the sandbox reads the files alone.
  if (operation.body === "multipart") return Buffer.from(body ?? "").includes(`name="${member}"\r\n\r\n${value}\r\n`) ? "body" : "nowhere";
  const { body: got, query } = (received ?? {}) as Partial<Received>;
  if (isObject(got) && got[member] === value) return "body";
  return isObject(query) && query[member] === value ? "query" : "nowhere";
}

/** Those that speak the vendor's own requests; the login's own endpoints are another door of the sandbox. */
const sendable = (operation: Operation): boolean =>
  !operation.recipe && operation.path.startsWith("/") && !operation.path.startsWith("/oauth/");

async function lost(operations: readonly Operation[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const operation of operations) {
    const at = await arrival(operation);
    if (at !== placeOfMore(operation)) wrong.push(`${operation.id} ${operation.method} ${at}`);
  }
  return wrong;
}

describe("a further member arrives where the vendor would take it (M12)", () => {
  test("with every operation of the catalog, writes and reads", async () => {
    const operations = highlevel.operations.filter(sendable);
    expect([operations.length > 120, await lost(operations)]).toEqual([true, []]);
  });

  test("with every endpoint by its key, of both versions of the API", async () => {
    const operations = [...factsIndex(), ...newerIndex()].map(({ key }) => findOperation("highlevel", key)!).filter(sendable);
    expect([operations.length > 1_100, await lost(operations)]).toEqual([true, []]);
  });
});

const every = (): Operation[] => [
  ...[...apps.values()].flatMap((app) => app.operations),
  ...[...factsIndex(), ...newerIndex()].map(({ key }) => findOperation("highlevel", key)!),
];
const spellings = ({ name, wire }: InputField): string[] => [
  name,
  wire || name,
  name.toUpperCase(),
  name.replace(/(?=[A-Z])/g, "_").toLowerCase(),
];

describe("a further member never goes round what is described", () => {
  test("no field of any operation may be given as one, in no spelling", () => {
    const through = every().flatMap((operation) =>
      operation.input
        .flatMap(spellings)
        .filter((name) => nameProblem(operation, name) === null)
        .map((name) => `${operation.id} ${name}`),
    );
    expect(through).toEqual([]);
  });

  test("no operation may be led to another sub-account, agency, method or login by one", () => {
    const names = [
      "locationId",
      "LocationID",
      "location_id",
      "companyId",
      "altId",
      "altType",
      "_method",
      "access_token",
      "Authorization",
      "__proto__",
    ];
    const through = every().flatMap((operation) =>
      names.filter((name) => nameProblem(operation, name) === null).map((name) => `${operation.id} ${name}`),
    );
    expect(through).toEqual([]);
  });

  test("a field that is misspelt is refused with the nearest name, beside further members as without", () => {
    const upsert = findOperation("highlevel", "contacts.upsert")!;
    expect(() => validateInput(upsert, { emial: "ada@example.com", [moreName]: { parentId: "f_1" } })).toThrow("did you mean 'email'");
  });

  test.each([
    ["a text", "parentId", "must be an object"],
    ["too many members", Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`m${i}`, 1])), "at most 50 are allowed"],
    ["a name that is none", { "parent id": 1 }, "a name begins with a letter"],
    ["a value that is too large", { notes: "x".repeat(100_001) }, "too large"],
    ["a value that is nested too deep", { a: JSON.parse("[".repeat(12) + "]".repeat(12)) as unknown }, "nested deeper"],
    ["a field of the operation", { email: "ada@example.com" }, "write it as 'email' beside $more"],
  ])("%s is refused, and said why", (_, more, said) => {
    expect(() => validateInput(findOperation("highlevel", "contacts.upsert")!, { email: "ada@example.com", [moreName]: more })).toThrow(
      said,
    );
  });

  test("where the whole request is written by hand, and in recipes that make several calls, it has no place", () => {
    const without = every()
      .filter((operation) => !takesMore(operation))
      .map(({ id }) => id);
    expect(without).toEqual([
      "contacts.find",
      "contacts.add_tags_bulk",
      "contacts.remove_tags_bulk",
      "get",
      "post",
      "put",
      "patch",
      "delete",
    ]);
  });
});
