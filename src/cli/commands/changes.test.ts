import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { ChangeView } from "#api/schemas.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const change = (more: Partial<ChangeView> = {}): ChangeView => ({
  seq: 7,
  kind: "flow",
  id: "flow_1",
  what: "paused",
  name: "Welcome",
  by: "key:key_1",
  at: now - 60_000,
  ...more,
});
const answers = (changes: ChangeView[]) => ({ "GET /changes": { changes, next: null } });

test("changes shows who did what, and Millrace where nobody did", async () => {
  const changes = [change(), change({ kind: "api_key", name: null, id: "key_2", what: "created", by: null })];
  const { out } = await runCli(["changes"], { answers: answers(changes) });
  expect(out).toBe(
    "WHEN       KIND     NAME     WHAT     BY\n" +
      "1 min ago  flow     Welcome  paused   key:key_1\n" +
      "1 min ago  api key  key_2    created  Millrace\n",
  );
  expect((await runCli(["changes"], { answers: answers([]) })).out).toBe("Nothing was changed.\n");
});

test("changes asks for the part that is wanted, and refuses what is no number", async () => {
  const { asked } = await runCli(["changes", "--after", "7", "--limit", "5", "--json"], {
    answers: { "GET /changes": { changes: [], next: null } },
  });
  expect(asked.map(({ path }) => path)).toEqual(["/changes?limit=5&after=7"]);
  expect((await runCli(["changes", "--after", "x"])).code).toBe(2);
});
