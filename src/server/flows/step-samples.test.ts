import { expect, test } from "vitest";
import type { Engine, Sample } from "#engine/api.ts";
import type { Run } from "#engine/types/runs.ts";
import { triggerSamples } from "./step-samples.ts";

const sample = (event: string | null): Sample => ({ event, at: 0, payload: {}, person: null, from: event === null ? "list" : "event" });

test("a sample says that a filter ended the run of its event", async () => {
  const engine: Pick<Engine, "samples" | "runs"> = {
    samples: () => Promise.resolve([sample("evt_2"), sample("evt_1"), sample(null)]),
    runs: (_, { states }) => Promise.resolve(states?.join() === "filtered" ? [{ eventId: "evt_2" } as Run] : []),
  };
  const marks = (await triggerSamples(engine, "ws", "flow", {})).map(({ filtered }) => filtered);
  expect(marks).toEqual([true, undefined, undefined]);
});
