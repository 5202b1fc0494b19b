import { expect, test } from "vitest";
import { runCli } from "#test/fakes/terminal.ts";

const tag = (name: string, carriers: number | null, kind = "crm.contact") => ({
  kind,
  name,
  carriers,
  colour: null,
  description: null,
  unusedSince: null,
  there: [{ connection: "con_1", carriers, countedAt: 1, readAt: 1 }],
});
const list = {
  kinds: [{ id: "crm.contact" }, { id: "crm.social" }],
  accounts: [{ id: "con_1", title: "Acme", problem: null }],
  tags: [tag("promoter", 30), tag("old", 0), tag("spring", null, "crm.social")],
  groups: [{ kind: "crm.contact", keeper: "promoter", names: ["promoter", "promoters"], why: ["plural"] }],
};
const preview = {
  title: "Merge promoters into promoter",
  touched: 30,
  carriers: "contacts",
  calls: 8,
  ms: 2000,
  accounts: [{ title: "Acme", touched: 30 }],
  uses: [{ tag: "promoters", kind: "flow", id: "f1", title: "Greet", live: true }],
};
const answers = {
  "GET /tags": list,
  "POST /tags/preview": preview,
  "POST /tags/jobs": { id: "tagjob_1", title: preview.title },
  "POST /tags/jobs/tagjob_1/undo": { id: "tagjob_2", title: "Bring back promoters" },
};
const run = (...command: string[]) => runCli(["tags", ...command], { answers });

test("tags are listed with what carries them and which look alike, one kind at a time", async () => {
  const { out } = await run("list");
  expect(out).toMatch(/promoter +30 +Acme/);
  expect(out).toContain("Look alike: promoter, promoters (keep promoter)");
  expect(out).not.toContain("spring");
  expect((await run("list", "--kind", "social")).out).toMatch(/spring +not counted/);
  expect((await run("list", "--unused", "--json")).out).not.toContain('"name": "promoter"');
  expect((await run("list", "--kind", "nonsense")).code).toBe(2);
});

test("a merge shows its numbers and what mentions the tag, and begins only when that is wanted", async () => {
  const shown = await run("merge", "promoters", "--into", "promoter", "--preview");
  expect(shown.out).toContain("30 contacts, about 8 calls, about 2 s");
  expect(shown.out).toContain("Mentioned by the flow Greet, which is on: promoters");
  expect(shown.asked.some(({ path }) => path === "/tags/jobs")).toBe(false);
  const unsure = await run("merge", "promoters", "--into", "promoter");
  expect([unsure.code, unsure.asked.some(({ path }) => path === "/tags/jobs")]).toEqual([2, false]);
  const begun = await run("merge", "promoters", "--into", "promoter", "--yes");
  expect(begun.out).toContain("Begun: Merge promoters into promoter (tagjob_1)");
  expect(begun.asked.at(-1)).toMatchObject({ path: "/tags/jobs", body: { deed: "merge", names: ["promoters"], target: "promoter" } });
});

test("a new name takes two words, and an undo the id of its change", async () => {
  const renamed = await run("rename", "promoters", "fan", "--yes");
  expect(renamed.asked.at(-1)).toMatchObject({ body: { kind: "crm.contact", deed: "rename", names: ["promoters"], target: "fan" } });
  expect((await run("undo", "tagjob_1")).out).toContain("Begun: Bring back promoters (tagjob_2)");
});
