import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import type { SampleReads } from "../api.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import { findSamples } from "./samples.ts";
import { pollPlan } from "./plan.ts";
import type { Event } from "../types/events.ts";

const clock = new TestClock(1_000_000);
const facts: WebhookTrigger = {
  id: "ContactCreate",
  app: "crm",
  title: "Contact created",
  kind: "webhook",
  key: ["id"],
  person: ["email"],
  example: { id: "c_0", email: "example@example.com" },
};
const flow = (id: string, connection: string | undefined = "acme", operation = "ContactCreate"): TriggerBinding =>
  ({
    trigger: { id: `t_${id}` },
    flow: { id, workspaceId: "w" },
    definition: { trigger: { app: "crm", operation, ...(connection && { connection }), input: { tag: "vip" } } },
  }) as unknown as TriggerBinding;
const event = (email: string, receivedAt: number) =>
  ({ id: `evt_${receivedAt}`, payload: { id: email, email }, receivedAt }) as unknown as Event;
const watch = { events: ["ContactCreate"], change: { kind: "member", path: "tags", side: "added", setting: "tag" } };
const tagAdded = { id: "tag_added", effect: "read", watch, example: { input: {}, output: [{ id: "c_0", tags: ["vip"] }] } };
const listed = {
  id: "list",
  effect: "read",
  list: true,
  output: { type: "array", items: { type: "object", properties: { email: { type: "string" } } } },
};

const fetched = { ...listed, id: "get", path: "{+url}" };

/** The samples of flow `mine`, with what each trigger received and what the list holds. */
const samplesWith = (
  received: Record<string, Event[]>,
  rows: unknown[] | Error | null = null,
  mine = flow("mine"),
  isOfInbox = false,
  reads?: SampleReads,
) =>
  findSamples(
    {
      events: async (_, id, limit) => (received[id] ?? []).slice(0, limit),
      flows: async () => [flow("mine"), flow("other"), flow("elsewhere", "smiles")],
      operation: (_, __, id) => [tagAdded, listed, fetched].find((one) => one.id === id) as never,
      kind: (_, __, id) => (id === "schedule" || id === "manual" ? id : "webhook"),
      isOfInbox: () => isOfInbox,
      webhook: (_, __, id) => (id === facts.id ? facts : null),
      read: async () => {
        if (rows === null) return null;
        if (rows instanceof Error) throw rows;
        const plan = pollPlan({ app: "crm", operation: "list" }, { list: true, identity: "id" } as never);
        return {
          plan,
          pages: (async function* () {
            yield { rows };
          })(),
        };
      },
      clock,
    },
    mine,
    5,
    reads,
  );

describe("samples of a flow", () => {
  test("are read from a list only as far as one may: not at an address that the flow chooses, or not at all", async () => {
    const from = async (operation: string, reads: SampleReads) =>
      (await samplesWith({}, [{ id: "1", email: "a" }], flow("mine", "acme", operation), false, reads)).map((sample) => sample.from);
    expect(await Promise.all([from("get", "all"), from("list", "connected")])).toEqual([["list"], ["list"]]);
    expect(await Promise.all([from("get", "connected"), from("list", "nothing")])).toEqual([["schema"], ["schema"]]);
  });

  test("that starts without an event begin with this moment, as its own clock shows it", async () => {
    const nightly = flow("mine", "", "schedule");
    nightly.definition.trigger.input = { cron: "0 9 * * *", zone: "Europe/Berlin" };
    const samples = await samplesWith({ t_mine: [event("", 5)] }, null, nightly);
    expect(samples).toMatchObject([
      { event: null, from: "now", person: null, payload: { scheduledFor: "1970-01-01T00:16:00.000Z", zone: "Europe/Berlin" } },
      { event: "evt_5", from: "event" },
    ]);
    expect(samples[0]?.payload).toMatchObject({ local: { date: "1970-01-01", hour: 1, minute: 16 } });
    expect(await samplesWith({}, null, flow("mine", "", "manual"))).toMatchObject([{ from: "now", payload: {} }]);
  });

  test("are made for a schedule whose zone is none yet", async () => {
    const unfinished = flow("mine", "", "schedule");
    unfinished.definition.trigger.input = { zone: "Moon" };
    expect(await samplesWith({}, null, unfinished)).toMatchObject([{ from: "now", payload: { zone: "UTC" } }]);
  });

  test("are what it received itself, each with its person", async () => {
    const samples = await samplesWith({ t_mine: [event("ada@example.com", 5)], t_other: [event("bob@example.com", 6)] });
    expect(samples).toMatchObject([
      { event: "evt_5", at: 5, payload: { email: "ada@example.com" }, person: "ada@example.com", from: "event" },
      { event: "evt_6", person: "bob@example.com", from: "other_flow" },
    ]);
  });

  test("are at least three where there are any, and others are not asked for more", async () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((name, i) => event(`${name}@example.com`, 9 - i));
    const rows = [{ id: "r", email: "r@example.com" }];
    const from = async (received: Record<string, Event[]>) => (await samplesWith(received, rows)).map((sample) => sample.from);
    expect(await from({ t_mine: [a!, b!, c!], t_other: [d!] })).toEqual(["event", "event", "event"]);
    expect(await from({ t_mine: [a!], t_other: [b!] })).toEqual(["event", "other_flow", "list"]);
    expect(await from({ t_other: [a!, b!, c!, d!] })).toEqual(["other_flow", "other_flow", "other_flow", "other_flow"]);
  });

  test("of a change trigger are the records that events of other flows reported, as if they had just changed so", async () => {
    const samples = await samplesWith({ t_other: [event("ada@example.com", 5)] }, null, flow("mine", "acme", "tag_added"));
    expect(samples).toMatchObject([
      {
        event: null,
        at: 5,
        from: "other_flow",
        person: "ada@example.com",
        payload: { tags: ["vip"], _change: { kind: "added", tag: "vip" } },
      },
    ]);
    expect(await samplesWith({}, null, flow("mine", "acme", "tag_added"))).toMatchObject([{ from: "example", payload: { id: "c_0" } }]);
  });

  test("are of any sub-account where the trigger names none and its events come to an inbox", async () => {
    const received = { t_elsewhere: [event("eve@example.com", 9)] };
    expect(await samplesWith(received, null, flow("mine", ""), true)).toMatchObject([{ from: "other_flow", person: "eve@example.com" }]);
    expect(await samplesWith(received, null, flow("mine", ""))).toMatchObject([{ from: "example" }]);
  });

  test("are of any flow with the same trigger where it names no login and its events are described", async () => {
    const received = { t_elsewhere: [event("eve@example.com", 9)] };
    facts.output = { type: "object", properties: { email: { type: "string" } } };
    expect(await samplesWith(received, null, flow("mine", ""))).toMatchObject([{ from: "other_flow", person: "eve@example.com" }]);
    expect(await samplesWith(received)).toMatchObject([{ from: "example" }]);
    delete facts.output;
  });

  test("are made up from the types of a list that has no example, and none where nothing is chosen", async () => {
    expect(await samplesWith({}, [], flow("mine", "acme", "list"))).toMatchObject([
      { from: "schema", person: "ada@example.com", event: null },
    ]);
    expect(await samplesWith({}, null, flow("mine", "acme", "unknown"))).toEqual([]);
  });

  test("are what another flow of the same event and login received, where it has none; never those of another sub-account", async () => {
    const received = { t_other: [event("ada@example.com", 5)], t_elsewhere: [event("eve@example.com", 9)] };
    expect(await samplesWith(received)).toMatchObject([{ person: "ada@example.com", from: "other_flow" }]);
    expect(await samplesWith({ t_elsewhere: received.t_elsewhere })).toMatchObject([{ from: "example" }]);
  });

  test("are the first records of the list that reports the same, where nothing was received", async () => {
    const rows = ["a", "b", "c", "d"].map((id) => ({ id, email: `${id}@example.com` }));
    const samples = await samplesWith({}, rows);
    expect(samples.map(({ person, from }) => [person, from])).toEqual([
      ["a@example.com", "list"],
      ["b@example.com", "list"],
      ["c@example.com", "list"],
    ]);
    expect(samples[0]!.payload).toMatchObject({ id: "a", _change: { kind: "new", id: "a" } });
  });

  test.each([
    ["there is no list", null],
    ["the list is empty", []],
    ["the login does not work", new Error("401")],
  ])("are the catalog's example where %s", async (_, rows) => {
    expect(await samplesWith({}, rows)).toMatchObject([{ payload: facts.example, from: "example" }]);
  });
});
