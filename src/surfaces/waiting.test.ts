import { expect, test } from "vitest";
import { outageSentence, waitingSentence, waitSentence, type WaitingView } from "./waiting.ts";

const now = Date.UTC(2026, 10, 27, 8, 28, 50); // a Friday
const at = (of: Partial<WaitingView>) =>
  waitingSentence({ kind: "retry", reason: "HighLevel answered 500", until: null, ...of }, now, "UTC");

test("what a run waits for is one sentence with the time that matters for it", () => {
  expect([
    at({ until: now + 20_000, attempts: 2 }),
    at({ until: now - 1, attempts: 1 }),
    at({ until: now + 150_000, attempts: 10 }),
    at({ until: now + 7_200_000, attempts: 21 }),
    at({ kind: "wait", until: Date.UTC(2026, 10, 30, 9), step: "each[0]/wait" }),
    at({ kind: "wait", until: Date.UTC(2026, 11, 24, 9) }),
    at({ kind: "quota", reason: "Quota: HighLevel takes 100 requests in 10 s", until: now + 20_000 }),
    at({ kind: "settling", reason: "Gathers further changes of its record", until: now + 5_000 }),
    at({ kind: "behind", reason: "Behind run run_1 of the same record" }),
    at({ kind: "place", reason: "Waits for a free place: 64 runs are under way" }),
    at({ kind: "connection", reason: "Waits for the connection 'acme': its login has expired", since: now - 50_000 }),
  ]).toEqual([
    "HighLevel answered 500; next try in 20 s (3rd)",
    "HighLevel answered 500; next try now (2nd)",
    "HighLevel answered 500; next try in 3 min (11th)",
    "HighLevel answered 500; next try at 10:28 (22nd)",
    "Waits until Monday 09:00",
    "Waits until 24 Dec 09:00",
    "Quota: HighLevel takes 100 requests in 10 s; continues about 08:29:10",
    "Gathers further changes of its record; continues in 5 s",
    "Behind run run_1 of the same record",
    "Waits for a free place: 64 runs are under way",
    "Waits for the connection 'acme': its login has expired (since 08:28)",
  ]);
});

test("an outage is one sentence: who, since when, how many wait, and the next try", () => {
  const outage = { reason: "HighLevel answered 500", since: now - 50_000, nextTryAt: now + 90_000, waiting: 3 };
  expect(outageSentence(outage, now, "UTC")).toBe("HighLevel has answered 500 since 08:28; 3 runs wait, nothing is lost, next try 08:30");
  const dead = { ...outage, reason: "api.example.com could not be reached: it refused the connection", waiting: 1, nextTryAt: now - 5 };
  expect(outageSentence(dead, now, "UTC")).toBe(
    "api.example.com could not be reached: it refused the connection (since 08:28); 1 run waits, nothing is lost, next try now",
  );
});

test("a connection that keeps runs waiting is one sentence, by its present state", () => {
  const outage = { reason: "Waits for it", since: now - 50_000, nextTryAt: null, waiting: 37 };
  const of = (status: string, waiting = 37) =>
    outageSentence({ ...outage, waiting, connection: { title: "Acme Dental", status } }, now, "UTC");
  expect([of("broken"), of("paused", 1), of("failed"), of("connected")]).toEqual([
    "Acme Dental is broken: 37 runs wait for it since 08:28, nothing is lost",
    "Acme Dental is paused: 1 run waits for it since 08:28, nothing is lost",
    "Acme Dental cannot be used: 37 runs wait for it since 08:28, nothing is lost",
    "Acme Dental can be used again: 37 runs go on",
  ]);
});

test("beside the name of the connection, what waits for it is said with what it waits for", () => {
  const wait = (waiting: number, status: string) =>
    waitSentence({ reason: "", since: now - 50_000, nextTryAt: null, waiting, connection: { title: "Acme", status } }, now, "UTC");
  expect(wait(10, "broken")).toBe("10 runs wait since 08:28 and go on by themselves once it works. Nothing is lost");
  expect(wait(1, "paused")).toBe("1 run waits since 08:28 and goes on by itself once it works. Nothing is lost");
  expect(wait(1, "connected")).toBe("1 run that waited for it goes on");
});
