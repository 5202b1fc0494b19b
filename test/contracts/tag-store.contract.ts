import { describe, expect, test } from "vitest";
import type { TagJob, TagRule, TagStore } from "#storage/tag-store.ts";
import type { ChangeStore } from "#changes/types.ts";

interface Opened {
  tags: TagStore;
  history: ChangeStore["history"];
  close(): Promise<void>;
}

const place = { workspaceId: "ws_1", connectionId: "con_1", kind: "crm.contact" };
const job: TagJob = {
  id: "job_1",
  workspaceId: "ws_1",
  kind: "crm.contact",
  deed: "merge",
  names: ["promoters"],
  target: "promoter",
  accounts: [
    {
      connectionId: "con_1",
      title: "Acme",
      place: "loc_1",
      makes: [],
      drops: [],
      collected: false,
    },
  ],
  state: "running",
  stage: "collect",
  problem: null,
  undoOf: null,
  undoneBy: null,
  ruleId: null,
  createdBy: "ada",
  createdAt: 10,
  endedAt: null,
};
const rule: TagRule = {
  id: "rule_1",
  workspaceId: "ws_1",
  kind: "crm.contact",
  title: "Old ones",
  deed: "archive",
  unusedDays: 90,
  names: ["old *"],
  everyDays: 7,
  active: true,
  nextAt: 100,
  reports: [],
  createdAt: 1,
};
const item = (carrier: string, removes = ["promoters"]) => ({ connectionId: "con_1", carrier, adds: ["promoter"], removes });

export function tagStoreContract(name: string, open: () => Promise<Opened>): void {
  const it = (title: string, run: (opened: Opened) => Promise<void>) =>
    test(title, async () => {
      const opened = await open();
      try {
        await run(opened);
      } finally {
        await opened.close();
      }
    });

  describe(`tag store: ${name}`, () => {
    it("a list that is read again keeps its counts, and forgets the tags that are gone", async ({ tags }) => {
      await tags.saveList(
        place,
        [
          { tagId: "1", name: "vip" },
          { tagId: "2", name: "old" },
        ],
        5,
      );
      await tags.saveCount(place, "vip", 7, 6);
      await tags.saveList(
        place,
        [
          { tagId: "1b", name: "vip" },
          { tagId: "3", name: "new" },
        ],
        9,
      );
      expect(
        (await tags.tags("ws_1")).map(({ name, tagId, carriers, countedAt, readAt }) => [name, tagId, carriers, countedAt, readAt]),
      ).toEqual([
        ["new", "3", null, null, 9],
        ["vip", "1b", 7, 6, 9],
      ]);
      expect(await tags.tags("ws_2")).toEqual([]);
      await tags.keepConnections("ws_1", ["con_2"]);
      expect(await tags.tags("ws_1")).toEqual([]);
    });

    it("a tag is unused since it was first counted so, until something carries it", async ({ tags }) => {
      await tags.saveList(place, [{ tagId: "1", name: "vip" }], 5);
      const since = async () => (await tags.tags("ws_1"))[0]!.unusedSince;
      await tags.saveCount(place, "vip", 0, 6);
      await tags.saveCount(place, "vip", 0, 8);
      expect(await since()).toBe(6);
      await tags.saveCount(place, "vip", 1, 9);
      expect(await since()).toBe(null);
    });

    it("what is said of a tag is kept and cleared", async ({ tags, history }) => {
      const note = { workspaceId: "ws_1", kind: "crm.contact", name: "vip", colour: "#b45309", description: "Asks for us" };
      await tags.saveNote({ ...note, colour: null }, "ada");
      await tags.saveNote(note, "ada");
      expect(await tags.notes("ws_1")).toEqual([note]);
      expect(await tags.notes("ws_2")).toEqual([]);
      await tags.saveNote({ ...note, colour: null, description: null }, "ada");
      expect(await tags.notes("ws_1")).toEqual([]);
      expect((await history("ws_1", { limit: 9 })).map(({ kind, what, name }) => [kind, what, name])[0]).toEqual([
        "tag",
        "described",
        "vip",
      ]);
    });

    it("each carrier is in a job once, and is begun with those that get the same change", async ({ tags }) => {
      await tags.addJob(job, "ada");
      expect(await tags.addItems("job_1", [item("a"), item("b", ["x"]), item("c")])).toBe(3);
      expect(await tags.addItems("job_1", [item("a"), item("d", ["x"])])).toBe(1);
      const begun = await tags.beginItems("job_1", 50);
      expect(begun).toHaveLength(2);
      expect(await tags.beginItems("job_1", 50), "what was begun and not ended comes again").toEqual(begun);
      await tags.endItems("job_1", begun, new Map([[begun[0]!.carrier, "is deleted"]]));
      const rest = await tags.beginItems("job_1", 1);
      expect(rest).toHaveLength(1);
      expect(rest[0]!.removes).not.toEqual(begun[0]!.removes);
      expect(await tags.job("ws_1", "job_1")).toMatchObject({ total: 4, done: 1, failed: 1 });
      expect(await tags.failures("job_1", 5)).toEqual([{ connectionId: "con_1", carrier: begun[0]!.carrier, error: "is deleted" }]);
      expect(await tags.job("ws_2", "job_1")).toBe(null);
    });

    it("an undo holds what was begun, the other way round", async ({ tags }) => {
      await tags.addJob(job, "ada");
      await tags.addItems("job_1", [item("a"), item("b"), item("c")]);
      const begun = await tags.beginItems("job_1", 2);
      await tags.endItems("job_1", [begun[0]!], new Map());
      await tags.addJob({ ...job, id: "job_2", deed: "undo", undoOf: "job_1", createdAt: 20 }, "ada");
      expect(await tags.job("ws_1", "job_1")).toMatchObject({ undoneBy: "job_2" });
      expect(await tags.beginItems("job_2", 9)).toEqual(
        expect.arrayContaining(
          begun.map(({ carrier }) => ({ connectionId: "con_1", carrier, adds: ["promoters"], removes: ["promoter"] })),
        ),
      );
      expect(await tags.job("ws_1", "job_2")).toMatchObject({ total: 2 });
    });

    it("one process holds a job, one job of a workspace at a time, as long as it runs", async ({ tags }) => {
      await tags.addJob(job, "ada");
      await tags.addJob({ ...job, id: "job_2", createdAt: 11 }, "ada");
      await tags.addJob({ ...job, id: "job_3", workspaceId: "ws_2", createdAt: 12 }, null);
      expect((await tags.claimJob(100, 200, []))?.id).toBe("job_1");
      expect((await tags.claimJob(100, 200, []))?.id).toBe("job_3");
      expect(await tags.claimJob(100, 200, [])).toBe(null);
      expect((await tags.claimJob(201, 300, ["ws_2"]))?.id, "whoever held it is gone").toBe("job_1");
      await tags.releaseJob("job_1");
      expect(await tags.holdJob("job_1", 300)).toBe(true);
      expect(await tags.changeJob("ws_1", "job_1", { state: "paused" }, ["running"], { what: "paused", by: "ada" })).toBe(true);
      expect(await tags.holdJob("job_1", 400)).toBe(false);
      await tags.addItems("job_1", [item("a")]);
      expect(await tags.beginItems("job_1", 9), "nothing more is begun").toEqual([]);
      expect(await tags.changeJob("ws_1", "job_1", { state: "done" }, ["running"])).toBe(false);
      expect(await tags.changeJob("ws_2", "job_1", { state: "done" })).toBe(false);
      await tags.releaseAll();
      expect((await tags.claimJob(100, 200, []))?.id).toBe("job_2");
      expect((await tags.jobs("ws_1", 9)).map(({ id, state }) => [id, state])).toEqual([
        ["job_2", "running"],
        ["job_1", "paused"],
      ]);
    });

    it("old jobs go with their items, but what was archived stays until it is brought back", async ({ tags }) => {
      const over = { state: "done", endedAt: 50 } as const;
      await tags.addJob({ ...job, ...over }, null);
      await tags.addItems("job_1", [item("a")]);
      await tags.addJob({ ...job, ...over, id: "job_2", deed: "archive", target: null }, null);
      await tags.addJob({ ...job, ...over, id: "job_3", endedAt: 70 }, null);
      await tags.addJob({ ...job, id: "job_4" }, null);
      expect(await tags.pruneJobs(60, 9)).toBe(1);
      expect((await tags.jobs("ws_1", 9)).map(({ id }) => id).sort()).toEqual(["job_2", "job_3", "job_4"]);
      expect(await tags.beginItems("job_1", 9)).toEqual([]);
    });

    it("a rule is due when it is active and its time has come, and one process takes it", async ({ tags, history }) => {
      await tags.addRule(rule, "ada");
      expect(await tags.dueRules(99)).toEqual([]);
      const [due] = await tags.dueRules(100);
      expect(due).toEqual(rule);
      expect([await tags.takeRule(due!, 900), await tags.takeRule(due!, 900)]).toEqual([true, false]);
      const report = { at: 101, cleaned: ["old one"], left: [{ name: "old two", why: "a flow uses it" }], jobId: "job_1", problem: null };
      await tags.saveReport(due!, { ...report, at: 100 });
      await tags.saveReport(due!, report);
      expect(await tags.changeRule("ws_1", "rule_1", { active: false, names: [], title: "Older" }, "ada")).toBe(true);
      expect(await tags.rules("ws_1")).toEqual([
        { ...rule, title: "Older", names: [], active: false, nextAt: 900, reports: [report, { ...report, at: 100 }] },
      ]);
      expect([await tags.dueRules(999), await tags.changeRule("ws_2", "rule_1", { active: true }, "eve")]).toEqual([[], false]);
      expect([await tags.removeRule("ws_2", "rule_1", "eve"), await tags.removeRule("ws_1", "rule_1", "ada")]).toEqual([false, true]);
      expect((await history("ws_1", { limit: 9 })).map(({ what }) => what)).toEqual(["removed", "changed", "ran", "ran", "added"]);
    });
  });
}
