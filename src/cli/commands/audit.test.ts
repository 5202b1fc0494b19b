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
  who: "The workspace key",
  fields: [],
  at: now - 60_000,
  ...more,
});
const answers = (changes: ChangeView[]) => ({ "GET /changes": { changes, next: null } });

test("audit shows who did what, with the values before and after", async () => {
  const renamed = { field: "title", before: "Acme", after: "Acme Dental" };
  const changes = [change(), change({ kind: "connection", name: "acme", what: "changed", who: "Ana", fields: [renamed] })];
  const { out } = await runCli(["audit"], { answers: answers(changes) });
  expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
    "WHEN       WHO                DID                          VALUES",
    "1 min ago  The workspace key  paused the flow Welcome",
    "1 min ago  Ana                changed the connection acme  title from “Acme” to “Acme Dental”",
    "",
  ]);
  expect((await runCli(["audit"], { answers: answers([]) })).out).toBe("Nothing was changed.\n");
});

test("audit asks for the part that is wanted, and refuses what is no number", async () => {
  const { asked } = await runCli(["audit", "--text", "acme dental", "--kind", "flow", "--since", "1h", "--limit", "5", "--json"], {
    answers: { "GET /changes": { changes: [], next: null } },
  });
  expect(asked.map(({ path }) => path)).toEqual([`/changes?limit=5&text=acme+dental&kind=flow&from=${now - 3_600_000}`]);
  expect((await runCli(["audit", "--after", "x"])).code).toBe(2);
  expect((await runCli(["audit", "--kind", "weather"])).code).toBe(2);
});

test("audit --export writes the changes as lines of a file, oldest first", async () => {
  const changes = [change(), change({ seq: 8, name: "=1+1" })];
  const { out, asked } = await runCli(["audit", "--export", "csv", "--kind", "flow"], { answers: answers(changes) });
  const [head, first, second] = out.split("\r\n");
  expect(head).toContain('"number","time (UTC)","who"');
  expect(first).toContain('"Welcome","paused"');
  expect(second).toContain(`"'=1+1"`);
  expect(asked.map(({ path }) => path)).toEqual(["/changes?kind=flow&after=0&limit=500"]);
});
