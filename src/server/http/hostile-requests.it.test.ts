import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { addresses, splitAddress } from "#api/addresses.ts";
import { routes, type RouteFacts } from "#api/routes.ts";
import type { FlowDetail, RunList } from "#api/schemas.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import { drawn } from "#test/support/trials.ts";

/** Every route of the table with values that nobody should send, in a whole Millrace: each is refused by its field, or has a good answer. */

const { folder, remove } = inboxFolder();
let house: House;
let ids: Record<string, string>;

const definition = {
  name: "Notes",
  trigger: { app: "http", operation: "webhook" },
  steps: [{ id: "note", format: { text: "{{ trigger.a }}" } }],
};

beforeAll(async () => {
  house = await openHouse(folder, true);
  const flow = (await house.api<FlowDetail>("POST", "/flows", definition)).body;
  await house.api("POST", `/flows/${flow.id}/publish`);
  await house.api("POST", `/flows/${flow.id}/run`, { payload: { a: 1 } });
  const { body } = await until(
    "the flow has run",
    () => house.api<RunList>("GET", "/runs"),
    (reply) => reply.body.runs.length > 0,
  );
  const inbox = (await house.api<{ id: string }>("POST", "/inboxes", { name: "in" })).body;
  const connection = (
    await house.api<{ id: string }>("POST", "/connections?verify=false", {
      name: "c",
      app: "http",
      auth: "header",
      secret: { name: "x-key", value: "v3rys3cret" },
    })
  ).body;
  ids = { flows: flow.id, runs: body.runs[0]!.id, inboxes: inbox.id, connections: connection.id, operations: "highlevel.contacts.get" };
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

/** A body that the route takes, for one part of it after another to be wrong. */
const bodies: Record<string, Record<string, unknown>> = {
  "flows.create": definition,
  "flows.save": definition,
  "flows.repair": { step: "note", field: "text", from: "a", to: "b" },
  "flows.run": { payload: {} },
  "flows.dryRun": { payload: {}, definition },
  "runs.replay": { ids: ["run_x"] },
  "runs.replayCheck": { ids: ["run_x"] },
  "runs.cancelMany": { ids: ["run_x"] },
  "connections.add": { name: "d", app: "http", auth: "none" },
  "connections.testDraft": { name: "d", app: "http", auth: "none" },
  "privateHosts.add": { host: "10.0.0.1" },
  "inboxes.add": { name: "other" },
  "operations.call": { connection: "sandbox", input: { contactId: "x" } },
};
const odd: unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  " ",
  "\u0000",
  "\ud83d",
  "__proto__",
  "constructor",
  "{{ trigger.a | plus: 1e999999 }}",
  "../../etc/passwd",
  "x".repeat(100_000),
  [],
  {},
  [null],
  [[{}]],
  { toString: 1, valueOf: null, length: -1 },
  { $more: { locationId: "other" } },
  Array.from({ length: 500 }, (_, i) => i),
];
/** They would end the session of the test, or are asked for elsewhere. */
const leftOut = new Set(["access.rotateKey", "overview.stream"]);

interface Sent {
  name: string;
  method: string;
  path: string;
  body?: unknown;
}

const all: [name: string, facts: RouteFacts, address: string][] = Object.entries(addresses).flatMap(([noun, calls]) =>
  Object.entries(calls).map(([route, address]): [string, RouteFacts, string] => [
    `${noun}.${route}`,
    routes[noun as keyof typeof routes][route as never] as RouteFacts,
    address as string,
  ]),
);

const membersOf = (schema: z.ZodType | undefined): string[] => {
  if (!schema) return [];
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const parts = [json, ...(json.anyOf ?? []), ...(json.allOf ?? [])] as { properties?: object }[];
  return [...new Set(parts.flatMap(({ properties = {} }) => Object.keys(properties)))];
};

async function send({ name, method, path, body }: Sent): Promise<void> {
  const { headers } = { headers: { "content-type": "application/json" } };
  const reply = await house.send(method, path, body === undefined ? undefined : JSON.stringify(body), headers);
  const what = `${name}: ${method} ${path.slice(0, 120)} ${JSON.stringify(body)?.slice(0, 160) ?? ""}\n${reply.text.slice(0, 300)}`;
  expect(reply.status, what).toBeLessThan(500);
  expect(reply.text, what).not.toContain("v3rys3cret");
  if (reply.status < 400) return;
  const { error } = JSON.parse(reply.text) as { error: { code: string; message: string; details: Record<string, unknown> } };
  expect(error.message.length, what).toBeLessThan(2_000);
  if (error.code === "BAD_INPUT") expect(error.details["field"], what).toEqual(expect.any(String));
}

describe.each(all.filter(([name]) => !leftOut.has(name)))("%s", (name, facts, address) => {
  const { method, path } = splitAddress(address);
  const [noun = ""] = name.split(".");
  const real = () => path.replace(/:(\w+)/g, () => (name.endsWith(".remove") ? undefined : ids[noun]) ?? "some-id");
  const base = () => bodies[name] ?? {};

  test("has an answer to every path, query and body", async () => {
    const sent: Sent[] = [{ name, method, path: real() }];
    if (path.includes(":"))
      for (const value of [
        "%00",
        "__proto__",
        "..%2f..%2fx",
        "%F0%9F%98%80",
        "%ff",
        "x".repeat(65),
        "x".repeat(5_000),
        "'%20or%201=1--",
        "[object%20Object]",
      ])
        sent.push({ name, method, path: path.replace(/:(\w+)/g, value), ...(method !== "GET" && { body: base() }) });
    for (const member of membersOf(facts.query))
      for (const value of [
        "",
        "%00",
        "-1",
        "1e999",
        "NaN",
        "99999999999999999999",
        "__proto__",
        "%ff",
        "x".repeat(5_000),
        "a&" + member + "=b",
        "275760-09-14",
      ])
        sent.push({ name, method, path: `${real()}?${member}=${value}`, ...(method !== "GET" && { body: base() }) });
    if (method !== "GET")
      for (const value of odd) {
        sent.push({ name, method, path: real(), body: value });
        for (const member of membersOf(facts.body).concat(facts.body ? Object.keys(base()) : []))
          sent.push({ name, method, path: real(), body: { ...base(), [member]: value } });
      }
    for (const one of drawn(sent)) await send(one);
    expect(sent.length).toBeGreaterThan(0);
  });
});

test("a flow of odd definitions is refused by the place, and never by a fault of ours", async () => {
  const places = [
    "name",
    "trigger",
    "steps",
    "settings",
    "trigger.app",
    "trigger.operation",
    "trigger.connection",
    "trigger.input",
    "trigger.every",
    "trigger.emit",
    "trigger.key",
    "steps.0",
    "steps.0.id",
    "steps.0.format",
    "steps.0.format.text",
    "steps.0.if",
  ];
  for (const place of places)
    for (const value of odd) {
      const draft = structuredClone(definition) as Record<string, unknown>;
      const names = place.split(".");
      const last = names.pop()!;
      const holder = names.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, draft);
      holder[last] = value;
      await send({ name: place, method: "POST", path: "/flows", body: draft });
      await send({
        name: place,
        method: "POST",
        path: `/flows/${ids["flows"]}/dry-run`,
        body: { payload: { a: value }, definition: draft },
      });
    }
  expect((await house.api("GET", "/overview")).status).toBe(200);
});

test("pages of the documentation come by their names alone, as plain text", async () => {
  for (const path of [
    "/docs/flows.md",
    "/docs/..%2fpackage.json",
    "/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/docs/__proto__",
    "/docs/flows.md%00",
    "/docs/decisions%2f0007-what-counts-as-a-change.md",
    "/docs/FLOWS.MD",
    "/docs/.md",
    "/docs/flows",
    `/docs/${"a".repeat(41)}.md`,
    "/docs/..\\package.json",
  ]) {
    const reply = await fetch(`${house.millrace.localUrl}${path}`);
    const text = await reply.text();
    if (path === "/docs/flows.md") {
      expect(reply.status).toBe(200);
      expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
      expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'");
    } else {
      expect(reply.status, path).not.toBe(500);
      expect(text, path).not.toMatch(/"dependencies"|root:|# Decision|counts as a change/);
    }
  }
});
