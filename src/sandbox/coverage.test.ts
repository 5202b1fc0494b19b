import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { endpointFacts, factsIndex, type IndexLine, newerEndpoint, newerIndex, olderId } from "#apps/highlevel/facts.ts";
import type { JsonSchema } from "#catalog/types.ts";
import type { World } from "./highlevel/call.ts";
import { endpoints } from "./highlevel/endpoints.ts";
import { exampleAnswer } from "./highlevel/examples.ts";
import { isPlayed } from "#test/support/played.ts";
import { type Bench, openBench } from "./testing.ts";

test("every write of the catalog is played, not answered by example", () => {
  const writes = highlevel.operations.filter(({ effect }) => effect !== "read");
  expect([writes.length > 60, writes.filter((o) => !isPlayed(o)).map(({ id }) => id)]).toEqual([true, []]);
});

describe.each([
  ["the vendor's", "2021-07-28", factsIndex, endpointFacts],
  ["the vendor's newer", "v3", newerIndex, newerEndpoint],
] as const)("every other endpoint of %s API", (_, version, index, factsOf) => {
  let bench: Bench;
  beforeAll(async () => void (bench = await openBench({ quota: { burst: 10_000 } })));
  afterAll(() => bench.sandbox.close());

  const unplayed = index().filter(({ key }) => !((olderId(key) ?? key) in endpoints) && !key.startsWith("oauth/"));
  const ask = ({ method, path, access }: IndexLine, body: object) => {
    const wish = access.includes("location") || access.length === 0 ? { kind: "oauth" as const, locationId: bench.acme } : {};
    const url = path.replaceAll(/\{(\w+)\}/g, (_part, name: string) => (name === "locationId" ? bench.acme : "x1"));
    const headers = { authorization: `Bearer ${bench.token(wish)}`, version };
    return bench.call(method, url, method === "GET" ? undefined : body, headers);
  };

  test("answers by an example, or refuses in the vendor's way", async () => {
    const wrong: string[] = [];
    for (const line of unplayed) {
      const reply = await ask(line, {});
      const fine = [200, 201, 202, 204].includes(reply.status) ? reply.headers["x-millrace-sandbox"] === "example" : reply.status === 422;
      if (!fine) wrong.push(`${line.key} ${reply.status} ${reply.text}`);
    }
    expect([unplayed.length > 300, wrong]).toEqual([true, []]);
  });

  test("has no list of lists of nothing in its example, and none that outgrows what a client reads", () => {
    const call = { grant: { locationId: bench.acme, companyId: "c" }, params: {}, query: {}, body: {}, list: [], files: [] };
    const world = { state: bench.sandbox.state } as World;
    const texts = unplayed.map(({ key }) => [key, JSON.stringify(exampleAnswer(world, call as never, factsOf(key)!))] as const);
    expect(texts.filter(([, text]) => text.includes("[[]]")).map(([key]) => key)).toEqual([]);
    expect(texts.filter(([, text]) => text.length > 100_000).map(([key, { length }]) => `${key} ${length}`)).toEqual([]);
  });

  test("names the property of a body that it does not know", async () => {
    const wrong: string[] = [];
    for (const line of unplayed) {
      const { endpoint, module } = factsOf(line.key)!;
      const schema = resolved(endpoint.body?.schema, module.$defs);
      if (line.method === "GET" || endpoint.body?.type === "multipart" || !schema?.properties) continue;
      const { status, body } = await ask(line, { propertyNobodyKnows: 1 });
      if (status !== 422 || !String(body.message).includes("property propertyNobodyKnows should not exist"))
        wrong.push(`${line.key} ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

const resolved = (schema: JsonSchema | undefined, defs: Record<string, JsonSchema>): JsonSchema | undefined =>
  schema?.$ref ? resolved(defs[schema.$ref.slice("#/$defs/".length)], defs) : schema;
