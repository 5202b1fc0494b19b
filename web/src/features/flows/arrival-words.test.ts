import { expect, test } from "vitest";
import { activityTitle, isToBeEntered, publishedWords, whenNothingArrives } from "./arrival-words.ts";

const trigger = {
  kind: "webhook",
  everyMs: null,
  hookUrl: "https://x.example/hooks/1",
  inboxes: null,
  hookSubscription: null,
  sooner: [],
} as const;
const flow = { status: "on", lastRunAt: null, trigger } as const;

test("a flow whose address nobody has posted to says so, until the first run", () => {
  expect(isToBeEntered(flow)).toBe(true);
  expect(publishedWords(flow)).toBe("Published. It starts once its app posts events to its address");
  const ran = { ...flow, lastRunAt: 1 };
  expect(isToBeEntered(ran)).toBe(false);
  expect(publishedWords(ran)).toBe("Published. New events run on this version");
});

test("no address is to be entered where Millrace has told it to the app, or the app's inbox takes the events", () => {
  const hookSubscription = { app: "Shop", state: "subscribed", since: null, problem: null } as never;
  expect(isToBeEntered({ ...flow, trigger: { ...trigger, hookSubscription } })).toBe(false);
  expect(isToBeEntered({ ...flow, trigger: { ...trigger, inboxes: [] } })).toBe(false);
});

test("what looks at a list says how often", () => {
  expect(publishedWords({ ...flow, trigger: { ...trigger, kind: "poll", everyMs: 300_000 } })).toBe(
    "Published. Looks for news every 5 min",
  );
});

test("the advice where nothing arrives fits the way in which events come", () => {
  const first = (patch: object) => whenNothingArrives({ ...flow, trigger: { ...trigger, app: "shop", ...patch } })[0];
  expect(first({})).toContain("Enter the flow's address");
  expect(first({ inboxes: [] })).toContain("Make the change once in the app");
  expect(whenNothingArrives({ ...flow, trigger: { ...trigger, app: "shop", kind: "poll", everyMs: 300_000 } })[1]).toBe(
    "A change is found at the next check, so within 5 min.",
  );
});

test("a change that webhooks report is one truth: at once, and by a check what a webhook lost", () => {
  const both = { ...flow, trigger: { ...trigger, kind: "poll", everyMs: 300_000, sooner: ["ContactTagUpdate"] } } as const;
  const words = "Starts at once when a webhook reports it, and a check every 5 min finds what a webhook lost";
  expect(publishedWords(both)).toBe(`Published. ${words}`);
  expect(whenNothingArrives({ ...both, trigger: { ...both.trigger, app: "shop" } })[1]).toBe(`${words}.`);
  expect(activityTitle({ status: "on", trigger: both.trigger })).toBe("Waits for changes");
});

test("a flow that is paused does not claim to listen", () => {
  expect(activityTitle({ status: "on", trigger: { kind: "webhook", sooner: [] } })).toBe("Waits for events");
  expect(activityTitle({ status: "off", trigger: { kind: "webhook", sooner: [] } })).toBe("Paused: events are kept as samples");
  expect(activityTitle({ status: "off", trigger: { kind: "poll", sooner: [] } })).toBe("Paused: nothing is checked or started");
});
