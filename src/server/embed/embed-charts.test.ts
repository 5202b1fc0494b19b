import { beforeEach, describe, expect, it } from "vitest";
import { scopesOf, type Principal } from "#api/principal.ts";
import { embedTokenBody, type ChartView } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { notFound } from "#kernel/errors.ts";
import type { Role } from "#kernel/roles.ts";
import type { ApiKeyRow } from "#storage/api-keys.ts";
import { createSealer } from "#vault/seal.ts";
import type { Visitor } from "../auth/sign-in.ts";
import { EmbedCharts } from "./embed-charts.ts";

const shop = "https://shop.example";
const clock = new TestClock();
const present = new Set<string>();
const origins = new Map<string, string[]>();
const reads: string[] = [];
let isGone = false;

const view: ChartView = { chart: "runs", title: "All flows", zone: "UTC", from: "", to: "", days: [], missing: null };
const chartsWith = (key: number) =>
  new EmbedCharts({
    sources: {
      runs: {
        check: async (_, scope) => scope,
        read: async (workspaceId) => {
          reads.push(workspaceId);
          if (isGone) throw notFound("flow", "flow_secret");
          return view;
        },
      },
    },
    origins: { origins: async (id) => (origins.get(id) ?? []).map((origin) => ({ origin, addedAt: 1 })) },
    keys: { has: (id) => present.has(id) },
    sessions: { has: (id) => present.has(id) },
    sealer: createSealer([new Uint8Array(32).fill(key)]),
    clock,
    publicUrl: () => "https://millrace.example",
  });
let charts = chartsWith(1);

const principal = (workspaceId: string, role: Role = "operator") => ({ workspaceId, role, scopes: scopesOf(role, false) }) as Principal;
const key = (id: string, expiresAt: number | null = null): Visitor =>
  ({ kind: "key", id, key: { expiresAt } as ApiKeyRow, accountId: null }) as Visitor;
const make = (more: object = {}, { who = principal("ws_1"), by = key("key_1") } = {}) =>
  charts.makeToken(who, by, embedTokenBody.parse({ chart: "runs", origin: shop, ...more }));
const read = async (token: string, origin?: string) => charts.read(await charts.open(token, "192.0.2.1"), origin);
const over = { code: "EMBED_TOKEN_OVER" };

beforeEach(() => {
  charts = chartsWith(1);
  present.clear();
  present.add("key_1").add("key_2");
  origins.clear();
  origins.set("ws_1", [shop]).set("ws_2", ["https://other.example"]);
  reads.length = 0;
  isGone = false;
});

describe("the token of a chart", () => {
  it("shows its chart to its origin, to the chart's own page and to servers, and to no other origin", async () => {
    const { token, url } = await make();
    expect(url).toBe(`https://millrace.example/embed/chart?workspace=ws_1&origin=https%3A%2F%2Fshop.example#${token}`);
    expect([await read(token, shop), await read(token)]).toEqual([view, view]);
    for (const origin of ["https://other.example", "null", "https://shop.example.evil.example"])
      await expect(read(token, origin)).rejects.toMatchObject(over);
  });

  it("is over after its minutes, and when the key that made it ends", async () => {
    const { token, expiresAt } = await make({ minutes: 5 });
    expect(expiresAt).toBe(clock.now() + 5 * minuteMs);
    await clock.advance(5 * minuteMs - 1);
    expect(await read(token)).toEqual(view);
    await clock.advance(1);
    await expect(read(token)).rejects.toMatchObject(over);
    const short = await make({ minutes: 60 }, { who: principal("ws_1"), by: key("key_1", clock.now() + 10) });
    expect(short.expiresAt).toBe(clock.now() + 10);
    const removed = await make();
    present.delete("key_1");
    await expect(read(removed.token)).rejects.toMatchObject(over);
  });

  it("is over when its origin is no longer allowed", async () => {
    const { token } = await make();
    origins.set("ws_1", []);
    await expect(read(token, shop)).rejects.toMatchObject(over);
  });

  it("one that was changed, made up or made elsewhere opens nothing, and guessing has a limit", async () => {
    const { token } = await make();
    const parts = token.split(".");
    const changed = [...parts.slice(0, 3), `A${parts[3]!.slice(1)}`, parts[4]].join(".");
    const elsewhere = (
      await chartsWith(2).makeToken(principal("ws_1"), key("key_1"), embedTokenBody.parse({ chart: "runs", origin: shop }))
    ).token;
    for (const wrong of [changed, "", "made.up", elsewhere, "x".repeat(5_000)])
      await expect(charts.open(wrong, "192.0.2.1")).rejects.toMatchObject(over);
    for (let n = 0; n < 60; n++) await charts.open("guess", "192.0.2.9").catch(() => {});
    await expect(charts.open("guess", "192.0.2.9")).rejects.toMatchObject({ code: "TOO_MANY_WRONG_KEYS" });
    await expect(charts.open(token, "192.0.2.1")).resolves.toMatchObject({ workspaceId: "ws_1" });
  });

  it("of one workspace reads that workspace, though another one asks for the same chart within the minute", async () => {
    const other = { who: principal("ws_2"), by: key("key_2") };
    await read((await make()).token);
    await read((await make({ origin: "https://other.example" }, other)).token);
    expect(reads).toEqual(["ws_1", "ws_2"]);
    await expect(make({}, other)).rejects.toMatchObject({ code: "BAD_INPUT" }); // the origin of the first one
  });

  it("is made by whoever may read runs, for one thing at a time", async () => {
    await expect(make({}, { who: principal("ws_1", "client"), by: key("key_1") })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(make({}, { who: principal("ws_1"), by: { ...key("agent_1"), kind: "agent" } })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(make({ flow: "a", connection: "b" })).rejects.toThrow("flow");
    for (const body of [{ zone: "Nowhere/Town" }, { minutes: 1441 }, { days: 367 }, { chart: "secrets" }])
      expect(embedTokenBody.safeParse({ chart: "runs", origin: shop, ...body }).success).toBe(false);
  });
});

it("a chart is read once a minute, and an error is not kept", async () => {
  const { token } = await make();
  await Promise.all([read(token), read(token, shop)]);
  expect(reads).toHaveLength(1);
  await clock.advance(minuteMs);
  isGone = true;
  await expect(read(token)).rejects.toMatchObject(over);
  isGone = false;
  expect(await read(token)).toEqual(view);
  expect(reads).toHaveLength(3);
});

it("only frames of an origin that the workspace allows show the page", async () => {
  expect(await charts.framesOf("ws_1", shop)).toEqual(["'self'", shop]);
  expect(await charts.framesOf("ws_2", shop)).toEqual(["'self'"]);
  expect(await charts.framesOf("ws_1", "* https://evil.example; script-src *")).toEqual(["'self'"]);
});
