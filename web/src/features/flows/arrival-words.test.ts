import { expect, test } from "vitest";
import { awaitsFirst, isToBeEntered, publishedWords } from "./arrival-words.ts";

const trigger = { kind: "webhook", everyMs: null, hookUrl: "https://x.example/hooks/1", inboxes: null, hookSubscription: null } as const;
const flow = { status: "on", lastRunAt: null, trigger } as const;

test("a flow whose address nobody has posted to says so, until the first run", () => {
  expect(isToBeEntered(flow)).toBe(true);
  expect(publishedWords(flow)).toBe("Published. It starts once its app posts events to its address");
  expect(awaitsFirst(flow)).toBe(true);
  const ran = { ...flow, lastRunAt: 1 };
  expect([isToBeEntered(ran), awaitsFirst(ran)]).toEqual([false, false]);
  expect(publishedWords(ran)).toBe("Published. New events run on this version");
});

test("no address is to be entered where Millrace has told it to the app, or the app's inbox takes the events", () => {
  const hookSubscription = { app: "Shop", state: "subscribed", since: null, problem: null } as never;
  expect(isToBeEntered({ ...flow, trigger: { ...trigger, hookSubscription } })).toBe(false);
  expect(isToBeEntered({ ...flow, trigger: { ...trigger, inboxes: [] } })).toBe(false);
});

test("what looks at a list says how often, and a schedule waits for no event", () => {
  expect(publishedWords({ ...flow, trigger: { ...trigger, kind: "poll", everyMs: 300_000 } })).toBe(
    "Published. Looks for news every 5 min",
  );
  expect(awaitsFirst({ ...flow, trigger: { kind: "schedule" } })).toBe(false);
});
