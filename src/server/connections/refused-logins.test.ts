import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { builtIn } from "#test/support/built-in.ts";
import type { Connection } from "#vault/types.ts";
import { RefusedLogins } from "./refused-logins.ts";
import { testWaitedFor } from "./waited-for.ts";

const login = (id: string, more: Partial<Connection>): Connection => ({
  id,
  workspaceId: "ws",
  name: `name-${id}`,
  title: id,
  app: "highlevel",
  auth: "token",
  status: "connected",
  createdAt: 1,
  updatedAt: 1,
  ...more,
});

async function open(logins: Connection[]) {
  const rows = new Map(logins.map((each) => [each.id, each]));
  const vault = { list: async () => [...rows.values()], find: async (_: string, id: string) => rows.get(id) ?? null };
  const refused = new RefusedLogins({ vault, catalog: builtIn });
  await refused.load(["ws"]);
  const back: string[] = [];
  refused.onBack(({ id }) => void back.push(id));
  const codeOf = (name: string, workspaceId = "ws") => refused.refusal(workspaceId, name)?.code ?? null;
  return { rows, refused, back, codeOf };
}

test("what is broken or paused is refused under each of its names, in its own workspace, and says which connection it is", async () => {
  const { refused, codeOf } = await open([
    login("a", { status: "broken", problem: "CONNECTION_EXPIRED", formerNames: ["before"], reason: "It has ended." }),
    login("b", { status: "paused", problem: "CONNECTION_PAUSED" }),
    login("c", { status: "broken", problem: "OUTBOUND_NOT_FOUND" }),
    login("d", { status: "failed", problem: "SECRET_UNREADABLE" }),
    login("e", { status: "failed", problem: "OUTBOUND_UNREACHABLE" }),
    login("f", {}),
  ]);
  expect(["name-a", "a", "before", "name-b"].map((name) => codeOf(name))).toEqual([
    "CONNECTION_EXPIRED",
    "CONNECTION_EXPIRED",
    "CONNECTION_EXPIRED",
    "CONNECTION_PAUSED",
  ]);
  expect(["name-c", "name-d", "name-e", "name-f", "other"].map((name) => codeOf(name))).toEqual([null, null, null, null, null]);
  expect(codeOf("name-a", "ws_2")).toBeNull();
  expect(refused.refusal("ws", "before")!.details).toMatchObject({ connection: "name-a", connectionId: "a", outcome: "not_sent" });
});

test("a change is followed: to broken, and back, which is announced once", async () => {
  const { rows, refused, back, codeOf } = await open([login("a", {})]);
  rows.set("a", login("a", { status: "broken", problem: "CONNECTION_REVOKED" }));
  await refused.reread({ workspaceId: "ws", id: "a" });
  expect([codeOf("name-a"), back]).toEqual(["CONNECTION_REVOKED", []]);
  rows.set("a", login("a", { status: "untested" }));
  for (let i = 0; i < 2; i++) await refused.reread({ workspaceId: "ws", id: "a" });
  expect([codeOf("name-a"), back]).toEqual([null, ["a"]]);
});

test("one that is removed lets its runs go on: they fail, and a person sees them", async () => {
  const { rows, refused, back } = await open([login("a", { status: "broken" })]);
  rows.delete("a");
  await refused.reread({ workspaceId: "ws", id: "a" });
  expect(back).toEqual(["a"]);
});

test("those that runs wait for are tested now and then; where one works again already, its runs go on", async () => {
  const { refused } = await open([login("a", { status: "paused" }), login("b", {}), login("c", { status: "broken" })]);
  const outage = { app: null, host: null, reason: "Waits", since: 1, nextTryAt: 2, waiting: 1, flows: [] };
  const tested: string[] = [];
  const ended: string[] = [];
  await testWaitedFor({
    engine: {
      outages: async () => [outage, { ...outage, connection: "a" }, { ...outage, connection: "b" }],
      endWaitFor: async (_, id) => ended.push(id),
    },
    refused,
    connections: {
      async test(_, id) {
        tested.push(id);
        throw new Error("does not work");
      },
    },
    workspaces: async () => ["ws"],
    clock: new TestClock(),
    log: silentLog,
  });
  expect([tested, ended]).toEqual([["a"], ["b"]]);
});
