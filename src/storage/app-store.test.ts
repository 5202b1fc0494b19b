import { expect, test } from "vitest";
import { createAppStore } from "./app-store.ts";
import { openSqlite } from "./database.ts";

const open = async () => createAppStore(await openSqlite({ file: ":memory:" }));
const desk = { workspaceId: "ws_1", name: "helpdesk", definition: '{"title":"Helpdesk"}' };

test("an app that is put again is replaced, and its revision goes up", async () => {
  const store = await open();
  expect(await store.put({ ...desk, now: 1 })).toEqual({ ...desk, revision: 1, createdAt: 1, updatedAt: 1 });
  expect(await store.put({ ...desk, definition: "{}", now: 2 })).toMatchObject({
    definition: "{}",
    revision: 2,
    createdAt: 1,
    updatedAt: 2,
  });
  expect(await store.all()).toHaveLength(1);
});

test("two workspaces have apps of the same name, and one's removal leaves the other's", async () => {
  const store = await open();
  await store.put({ ...desk, now: 1 });
  await store.put({ ...desk, workspaceId: "ws_2", definition: "{}", now: 1 });
  expect(await store.remove("ws_1", "helpdesk")).toBe(true);
  expect(await store.remove("ws_1", "helpdesk")).toBe(false);
  expect((await store.all()).map(({ workspaceId, definition }) => [workspaceId, definition])).toEqual([["ws_2", "{}"]]);
});
