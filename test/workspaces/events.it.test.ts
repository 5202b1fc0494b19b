import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mayUse, operatorOf, ownerOf } from "#api/principal.ts";
import type { ChangeView } from "#api/schemas.ts";
import { contact, signed, until } from "#test/support/inbox.ts";
import { unknownThings } from "./things.ts";
import { answeringRoutes, directions, TwoWorkspaces, type Route } from "./walk.ts";

/** What comes in by itself, and what goes out by itself: hooks, inboxes, the page's stream, metrics, and the end of a sign-in. */
let two: TwoWorkspaces;
beforeAll(async () => {
  two = await TwoWorkspaces.open();
});
afterAll(() => two.close());

describe.each(directions)("with $owner's events", ({ reader, owner }) => {
  test("a hook starts its own flow and none of the other workspace", async () => {
    const [flow] = two.of(owner).things.flow;
    const [before, runs] = [two.snapshot(reader), two.runsOf(owner, flow!)];
    await two.postTo(owner);
    await two.atRest();
    expect(two.runsOf(owner, flow!)).toBe(runs + 1);
    expect(two.snapshot(reader)).toEqual(before);
  });

  test("an inbox starts its own flow and none of the other workspace, which waits for the same event", async () => {
    const { listener, inboxUrl } = two.of(owner);
    const [before, runs] = [two.snapshot(reader), two.runsOf(owner, listener)];
    expect(await signed(inboxUrl, contact())).toMatchObject({ status: 202, body: { flows: 1 } });
    await two.atRest();
    expect(two.runsOf(owner, listener)).toBe(runs + 1);
    expect(two.snapshot(reader)).toEqual(before);
  });

  test("the stream shows the runs of its own workspace alone", async () => {
    const [stream, own] = await Promise.all([two.listen(reader), two.listen(owner)]);
    await two.postTo(owner);
    await until(
      "the owner's stream shows the run",
      async () => own.text(),
      (text) => text.includes(two.of(owner).things.flow[0]!),
    );
    await two.postTo(reader);
    await until(
      "the reader's stream shows its own run",
      async () => stream.text(),
      (text) => text.includes(two.of(reader).things.flow[0]!),
    );
    expect(two.shownOf(owner, { text: stream.text(), sent: { method: "GET", path: "/events/stream" } })).toEqual([]);
    for (const each of [stream, own]) each.close();
  });

  test("the stream shows the changed flows of its own workspace alone", async () => {
    const [stream, own] = await Promise.all([two.listen(reader), two.listen(owner)]);
    const shows = (of: typeof own, word: typeof owner) =>
      until(
        `the stream of ${word} shows its flow`,
        async () => of.text(),
        (text) => text.includes(`{"kind":"flow","id":"${two.of(word).listener}"}`),
      );
    await two.caller(owner).ask("POST", `/flows/${two.of(owner).listener}/pause`);
    await shows(own, owner);
    await two.caller(reader).ask("POST", `/flows/${two.of(reader).listener}/pause`);
    await shows(stream, reader);
    expect(two.shownOf(owner, { text: stream.text(), sent: { method: "GET", path: "/events/stream" } })).toEqual([]);
    for (const each of [stream, own]) each.close();
    for (const word of [owner, reader]) await two.caller(word).ask("POST", `/flows/${two.of(word).listener}/resume`);
  });

  test("the list of changes says what was done in its own workspace alone, and by whom", async () => {
    const { text } = await two.caller(owner).call("GET", "/changes?after=0&limit=500");
    const { changes } = JSON.parse(text) as { changes: ChangeView[] };
    for (const name of [`${owner}-desk`, `${owner}-crm`, `${owner}-inbox`, `Flow of ${owner}`])
      expect(changes.filter((change) => change.name === name).map(({ by }) => by)).toContainEqual(expect.stringMatching(/^key:/));
    expect(two.shownOf(reader, { text, sent: { method: "GET", path: "/changes" } })).toEqual([]);
  });
});

test("only the operator's key opens the metrics, which are about all workspaces", async () => {
  expect((await two.metrics("aurelia")).status).toBe(200);
  const refused = await two.metrics("borealis");
  expect(refused.status).toBe(403);
  expect(two.shownOf("aurelia", { text: await refused.text(), sent: { method: "GET", path: "/metrics" } })).toEqual([]);
});

const isOperators = ({ facts: { allow } }: Route) =>
  allow !== "anyone" && mayUse(operatorOf("any", "key:k"), allow) && !mayUse(ownerOf("any", "key:k"), allow);

test.each(answeringRoutes.filter(isOperators))(
  "$name is about all of Millrace, so only the operator may use it ($address)",
  async (route) => {
    const [operator, other] = [await two.send("aurelia", route, unknownThings, 0), await two.send("borealis", route, unknownThings, 0)];
    expect(operator.status).not.toBe(403);
    expect(other.status).toBe(403);
  },
);

test("a new key ends the old one of its own workspace alone, and signs out nobody who has an account", async () => {
  const sessionsOf = (word: "aurelia" | "borealis") => two.rows.of(two.caller(word).workspaceId).get("sessions")!.length;
  await two.caller("borealis").ask("POST", "/api-key");
  expect([sessionsOf("aurelia"), sessionsOf("borealis")]).toEqual([1, 1]);
  expect((await two.caller("aurelia").call("GET", "/overview")).status).toBe(200);
  expect((await two.caller("borealis").call("GET", "/overview")).status).toBe(401);
});
