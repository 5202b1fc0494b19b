import { describe, expect, test } from "vitest";
import { changeKinds } from "#kernel/change-kinds.ts";
import { addresses, splitAddress } from "./addresses.ts";
import { createClient, requestOf } from "./client.ts";
import { scopes } from "./principal.ts";
import { changeQuery } from "./schemas.ts";
import { routes, type RouteFacts } from "./routes.ts";

const table = Object.entries(addresses).flatMap(([noun, calls]) =>
  Object.entries(calls).map(([name, address]): [string, string, RouteFacts] => {
    const facts = (routes as unknown as Record<string, Record<string, RouteFacts>>)[noun]![name]!;
    return [`${noun}.${name}`, address, facts];
  }),
);

describe("the route table", () => {
  test("has each address once", () => {
    const all = table.map(([, address]) => address.replace(/:\w+/g, ":"));
    expect(all.filter((address, i) => all.indexOf(address) !== i)).toEqual([]);
  });

  test.each(table)("%s says who may use it and what it does, and a read changes nothing", (_name, address, { allow, summary, body }) => {
    expect([...scopes, "anyone"]).toContain(allow);
    expect(summary).toMatch(/^[A-Z].*[^.]$/);
    if (splitAddress(address).method !== "GET") return;
    expect(body).toBeUndefined();
    expect(allow).toMatch(/^(?:\w+:read|anyone)$/);
  });

  test("lets nobody in without a sign-in but to sign in and out, and with the link of an invitation, a password or a login", () => {
    expect(table.filter(([, , { allow }]) => allow === "anyone").map(([, address]) => address)).toEqual([
      "POST /reconnect",
      "POST /reconnect/consent",
      "POST /reconnect/consent/finish",
      "POST /reconnect/secret",
      "GET /embed/data",
      "GET /session/ways",
      "POST /session",
      "DELETE /session",
      "POST /session/owner",
      "POST /session/invitation",
      "POST /session/accept",
      "POST /session/forgotten",
      "POST /session/reset",
      "POST /session/single-sign-on",
      "POST /session/single-sign-on/finish",
      "POST /session/passkey/offer",
      "POST /session/passkey",
    ]);
  });
});

describe("the client", () => {
  test("sends each call to its route, with what it was given", async () => {
    const sent: object[] = [];
    const client = createClient(async (request) => void sent.push(request));
    await client.flows.publish({ id: "a/b", body: { force: true } });
    await client.runs.steps({ id: "run_1", query: { after: 3, limit: 10 } });
    await client.runs.list({ query: { flow: "f 1", person: "", attention: undefined } });
    await client.runs.list();
    await client.overview.resume();
    await client.privateHosts.remove({ host: "[::1]:80" });
    expect(sent).toEqual([
      { method: "POST", path: "/flows/a%2Fb/publish", body: { force: true } },
      { method: "GET", path: "/runs/run_1/steps?after=3&limit=10" },
      { method: "GET", path: "/runs?flow=f+1" },
      { method: "GET", path: "/runs" },
      { method: "POST", path: "/resume", body: {} },
      { method: "DELETE", path: "/private-hosts/%5B%3A%3A1%5D%3A80" },
    ]);
  });

  test.each(table)("%s fills every name of its address", (_name, address) => {
    const params = Object.fromEntries([...address.matchAll(/:(\w+)/g)].map(([, name]) => [name!, "x y"]));
    expect(requestOf(address, params).path).not.toMatch(/[: ]/);
  });
});

test("changes can be narrowed to every kind of record", () => {
  expect(changeQuery.parse({ kind: changeKinds.join(",") }).kind).toEqual(changeKinds);
  expect(changeQuery.safeParse({ kind: "pin" }).success).toBe(false);
});
