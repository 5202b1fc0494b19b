/** Run in the copy where docs/add-a-route.md was followed. */
import { expect, test } from "vitest";
import { createApi } from "#cli/client.ts";
import { openServer, withKey } from "#test/fakes/server.ts";

test("the route is served to whoever is signed in, and to nobody else", async () => {
  const { app, key } = await openServer();
  const url = "/api/v1/time";
  expect((await app.inject({ url, headers: { host: "127.0.0.1:4400" } })).statusCode).toBe(401);
  const reply = await app.inject({ url, headers: withKey(key) });
  expect([reply.statusCode, reply.json()]).toEqual([200, { now: expect.any(Number) }]);
});

test("the route is in the OpenAPI document, with its scope's refusal and its answer", async () => {
  const { app } = await openServer();
  const { paths } = (await app.inject({ url: "/api/v1/openapi.json" })).json();
  const { summary, responses } = paths["/api/v1/time"]?.get ?? paths["/time"].get;
  expect(summary).toBe("The server's time, in milliseconds since 1970");
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(["200", "401", "403"]));
});

test("the route is called by the command line's client", async () => {
  const { app, key } = await openServer();
  const bridge = async (url: unknown, init?: RequestInit) => {
    const { pathname } = new URL(String(url));
    const { body } = await app.inject({ url: pathname, headers: init?.headers as Record<string, string> });
    return new Response(body, { headers: { "content-type": "application/json" } });
  };
  const { overview } = createApi({ url: "http://millrace.example", key, fetch: bridge as typeof fetch });
  expect(await (overview as unknown as { time(): Promise<unknown> }).time()).toEqual({ now: expect.any(Number) });
});
