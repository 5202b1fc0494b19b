import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { byDay, RunChart, type RunChartParts } from "./charts.ts";

const at = (text: string) => DateTime.fromISO(text, { zone: "UTC" }).toMillis();
const first = (text: string, zone: string) => DateTime.fromISO(text, { zone }).startOf("day");

describe("runs by the day", () => {
  it("a run belongs to the day that it was in the zone", () => {
    const hours = [{ at: at("2026-11-30T23:00"), state: "succeeded" as const, runs: 2 }];
    const { days } = byDay(hours, first("2026-11-30", "Europe/Paris"), 2, 0);
    expect(days.map(({ date, runs }) => [date, runs!.succeeded])).toEqual([
      ["2026-11-30", 0],
      ["2026-12-01", 2],
    ]);
    expect(byDay(hours, first("2026-11-30", "UTC"), 2, 0).days.map(({ runs }) => runs!.succeeded)).toEqual([2, 0]);
  });

  it("a zone that is half an hour, or three quarters, off has days of its own", () => {
    const quarters = ["18:15", "18:30", "18:00"].map((time) => ({ at: at(`2026-11-30T${time}`), state: "succeeded" as const, runs: 1 }));
    const counts = (zone: string) => byDay(quarters, first("2026-11-30", zone), 2, 0).days.map(({ runs }) => runs!.succeeded);
    expect([counts("Asia/Kolkata"), counts("Asia/Kathmandu"), counts("UTC")]).toEqual([
      [2, 1],
      [1, 2],
      [3, 0],
    ]);
  });

  it("a day on which the clocks change is one day", () => {
    const { days } = byDay([], first("2026-10-24", "Europe/Paris"), 3, 0);
    expect(days.map(({ date }) => date)).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
  });

  it("held runs count as failed, and those that are not over as open", () => {
    const hour = at("2026-12-01T08:00");
    const states = ["failed", "held", "queued", "running", "waiting", "filtered", "cancelled"] as const;
    const hours = states.map((state) => ({ at: hour, state, runs: 1 }));
    const [day] = byDay(hours, first("2026-12-01", "UTC"), 1, 0).days;
    expect(day!.runs).toEqual({ succeeded: 0, filtered: 1, failed: 2, cancelled: 1, open: 3 });
  });

  it("days before there was a flow are unknown, not zero, and that is said", () => {
    const chart = byDay([], first("2026-11-29", "UTC"), 3, at("2026-11-30T08:00"));
    expect(chart.days.map(({ runs }) => runs?.succeeded ?? null)).toEqual([null, 0, 0]);
    expect(chart).toMatchObject({ from: "2026-11-29", to: "2026-12-01", missing: "There was no flow before 2026-11-30." });
    expect(byDay([], first("2026-11-29", "UTC"), 3, Infinity)).toMatchObject({ missing: "There is no flow yet." });
  });
});

describe("what a chart is of", () => {
  const now = at("2026-12-01T12:00");
  const flow = (id: string) => ({ id, name: `Flow ${id}`, version: 1, createdAt: now - 9 * dayMs });
  const connection = (name: string, locationId: string) => ({ id: `con_${name}`, name, title: name.toUpperCase(), app: "x", locationId });
  const present = [connection("acme", "loc_1"), connection("other", "loc_2")];
  const uses: Record<string, string[]> = { a: ["acme"], b: ["acme", "other"], c: ["other"] };
  const counted: (readonly string[] | null)[] = [];
  const parts = {
    flows: { list: async () => Object.keys(uses).map(flow), get: async (_: string, id: string) => flow(id) },
    connections: {
      get: async (_: string, wanted: string) => present.find(({ id, name }) => id === wanted || name === wanted),
      list: async () => present,
      removed: async () => [],
    },
    connectionUse: {
      of: async () => (one: { name: string }) => Object.keys(uses).flatMap((id) => (uses[id]!.includes(one.name) ? [{ id }] : [])),
      usesIn: async (_: string, id: string) => ({ names: new Set(uses[id]), takesAll: false }),
    },
    runQuarters: {
      count: async (_: string, ids: readonly string[] | null) => {
        counted.push(ids);
        return [{ at: now - hourMs, state: "succeeded", runs: 3 }];
      },
    },
  } as unknown as RunChartParts;
  const chart = new RunChart(parts);
  const read = async (scope: object) => {
    const { title } = await chart.read("ws_1", scope, { days: 2, zone: "UTC" }, now);
    return { title, flows: counted.at(-1) };
  };

  it("all flows, removed ones too; one; or those that use a connection", async () => {
    expect(await read({})).toEqual({ title: "All flows", flows: null });
    expect(await read({ flow: "a" })).toEqual({ title: "Flow a", flows: ["a"] });
    expect(await chart.check("ws_1", { connection: "acme" })).toEqual({ connection: "con_acme" });
    expect(await read({ connection: "con_acme" })).toEqual({ title: "ACME", flows: ["a", "b"] });
  });

  it("of a sub-account only the flows that work nowhere else, since others count what happened at other customers", async () => {
    expect(await read({ subAccount: "loc_1" })).toEqual({ title: "ACME", flows: ["a"] });
    await expect(chart.check("ws_1", { subAccount: "loc_9" })).rejects.toThrow("subAccount");
  });
});
