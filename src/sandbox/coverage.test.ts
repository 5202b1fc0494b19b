import { expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { factsIndex } from "#apps/highlevel/facts.ts";
import { endpoints } from "./highlevel/endpoints.ts";
import { openBench } from "./testing.ts";

test("every operation of the catalog is played, not answered by example", () => {
  const played = new Set(factsIndex().flatMap(({ key, method, path }) => (key in endpoints ? [`${method} ${path}`] : [])));
  const operations = highlevel.operations.flatMap((operation) =>
    "method" in operation && operation.path.startsWith("/") ? [operation] : [],
  );
  const missing = operations.filter(({ method, path }) => !played.has(`${method} ${path}`)).map(({ id }) => id);
  expect([operations.length > 120, missing]).toEqual([true, []]);
});

test("every other endpoint of the vendor's answers, or refuses in the vendor's way", async () => {
  const bench = await openBench({ quota: { burst: 10_000 } });
  const agency = { authorization: `Bearer ${bench.token()}` };
  const oauth = { authorization: `Bearer ${bench.token({ kind: "oauth", locationId: bench.acme })}` };
  const wrong: string[] = [];
  for (const { key, method, path, access } of factsIndex()) {
    if (key in endpoints || key.startsWith("oauth/")) continue;
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "locationId" ? bench.acme : "x1"));
    const reply = await bench.call(
      method,
      url,
      method === "GET" ? undefined : {},
      access.includes("location") ? oauth : access.includes("agency") ? agency : {},
    );
    const fine = [200, 201, 202, 204].includes(reply.status) ? reply.headers["x-millrace-sandbox"] === "example" : reply.status === 422;
    if (!fine) wrong.push(`${key} ${reply.status}`);
  }
  expect(wrong).toEqual([]);
  await bench.sandbox.close();
});
