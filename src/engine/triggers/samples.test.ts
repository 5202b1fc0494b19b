import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
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
const flow = (id: string, connection = "acme"): TriggerBinding =>
  ({
    trigger: { id: `t_${id}` },
    flow: { id, workspaceId: "w" },
    definition: { trigger: { app: "crm", operation: "ContactCreate", connection } },
  }) as unknown as TriggerBinding;
const event = (email: string, receivedAt: number) => ({ payload: { email }, receivedAt }) as unknown as Event;

/** The samples of flow `mine`, with what each trigger received and what the list holds. */
const samplesWith = (received: Record<string, Event[]>, rows: unknown[] | Error | null = null) =>
  findSamples(
    {
      events: async (_, id, limit) => (received[id] ?? []).slice(0, limit),
      flows: async () => [flow("mine"), flow("other"), flow("elsewhere", "smiles")],
      changeExample: () => undefined,
      webhook: () => facts,
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
    flow("mine"),
    5,
  );

describe("samples of a flow", () => {
  test("are what it received itself, each with its person", async () => {
    const samples = await samplesWith({ t_mine: [event("ada@example.com", 5)], t_other: [event("bob@example.com", 6)] });
    expect(samples).toEqual([{ at: 5, payload: { email: "ada@example.com" }, person: "ada@example.com", from: "event" }]);
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
