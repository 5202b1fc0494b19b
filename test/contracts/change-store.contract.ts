import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Change, ChangeFilter, ChangeNote, ChangeStore } from "#changes/types.ts";
import { TestClock } from "#kernel/clock.ts";

/** One process at the store. */
export interface ChangeWriter {
  store: ChangeStore;
  /** A transaction that notes changes, which are added when `work` is over. */
  write(work: (note: (change: ChangeNote) => void) => Promise<void>): Promise<void>;
  onCommit(listener: (changes: readonly Change[]) => void): void;
}
interface Opened {
  /** Two processes at one store. */
  one: ChangeWriter;
  other: ChangeWriter;
  close(): Promise<void>;
}

export const sampleChange = (id: string, more: Partial<ChangeNote> = {}): ChangeNote => ({
  workspaceId: "ws_1",
  kind: "flow",
  id,
  what: "paused",
  ...more,
});

/** What changed, in the order of the commits: every store keeps it the same way. `open` names the processes "one" and "other". */
export function changeStoreContract(name: string, open: (clock: TestClock) => Promise<Opened>): void {
  describe(`change store: ${name}`, () => {
    let clock: TestClock;
    let opened: Opened;
    let one: ChangeWriter;
    let other: ChangeWriter;
    beforeEach(async () => {
      clock = new TestClock(1_000);
      opened = await open(clock);
      ({ one, other } = opened);
    });
    afterEach(() => opened.close());

    const idsAfter = async (seq: number) => (await other.store.after(seq, 100)).map(({ id }) => id);
    const note = (change: ChangeNote, { write } = one) => write(async (add) => add(change));

    it("a change comes back as it was noted, with its time, its process and a number", async () => {
      await note(
        sampleChange("a", {
          name: "Answers",
          by: "key:1",
          detail: { n: [1, null, "ü"] },
          fields: [{ field: "title", before: "A", after: null }],
        }),
      );
      await note(sampleChange("b", { kind: "pin", what: null }), other);
      const [first, second] = await one.store.after(0, 10);
      const common = { workspaceId: "ws_1", at: 1_000 };
      const { seq } = first!;
      const a = {
        kind: "flow",
        id: "a",
        what: "paused",
        name: "Answers",
        by: "key:1",
        process: "one",
        detail: { n: [1, null, "ü"] },
        fields: [{ field: "title", before: "A", after: null }],
      };
      expect(first).toEqual({ ...common, ...a, seq });
      const b = { kind: "pin", id: "b", what: null, name: null, by: null, process: "other", detail: null, fields: [] };
      expect(second).toEqual({ ...common, ...b, seq: seq + 1 });
      expect([await one.store.newest(), typeof seq]).toEqual([seq + 1, "number"]);
    });

    it("the last change of a name is found by what was done, in its own workspace only", async () => {
      const removed = { kind: "connection" as const, what: "removed", name: "acme" };
      await note(sampleChange("c1", { ...removed, detail: { title: "Acme" } }));
      await note(sampleChange("c2", { ...removed, detail: { title: "Acme Dental" } }), other);
      await note(sampleChange("c3", { ...removed, what: "added" }));
      expect(await one.store.last("ws_1", removed)).toMatchObject({ id: "c2", detail: { title: "Acme Dental" } });
      expect(await one.store.last("ws_2", removed)).toBeNull();
      expect(await one.store.last("ws_1", { ...removed, name: "other" })).toBeNull();
    });

    it("the newest of an empty store is 0", async () => expect(await one.store.newest()).toBe(0));

    it("a transaction that fails leaves no change, and tells nobody", async () => {
      let told = 0;
      one.onCommit(() => told++);
      const failing = one.write(async (add) => {
        add(sampleChange("a"));
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect([await idsAfter(0), told]).toEqual([[], 0]);
    });

    it("whoever writes hears of it after the commit, and of nothing that others write", async () => {
      const told: unknown[] = [];
      one.onCommit((changes) => told.push(...changes));
      await note(sampleChange("a"));
      expect(told).toEqual(await one.store.after(0, 10));
      await note(sampleChange("b"), other);
      expect(told).toHaveLength(1);
    });

    it("pages end at their limit and leave nothing out", async () => {
      for (const id of ["a", "b", "c", "d", "e"]) await note(sampleChange(id));
      const seen: string[] = [];
      for (let at = 0; ;) {
        const page = await one.store.after(at, 2);
        seen.push(...page.map(({ id }) => id));
        if (page.length < 2) break;
        at = page.at(-1)!.seq;
      }
      expect(seen).toEqual(["a", "b", "c", "d", "e"]);
    });

    it("a change is never added before one that could be read already, however long its transaction takes", async () => {
      let slow = Promise.resolve();
      const end = await new Promise<() => void>((began) => {
        slow = one.write(async (add) => {
          add(sampleChange("slow"));
          await new Promise<void>(began);
        });
      });
      const quick = note(sampleChange("quick"), other);
      const seen: string[] = [];
      let at = 0;
      const readOn = async () => {
        for (const { id, seq } of await other.store.after(at, 100)) {
          seen.push(id);
          at = seq;
        }
      };
      let reading = Promise.resolve();
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        reading = reading.then(readOn); // a store may let nobody read until the transaction is over
      }
      end();
      await Promise.all([slow, quick, reading]);
      await readOn();
      expect(seen.toSorted()).toEqual(["quick", "slow"]);
    });

    it("of many who write at once, a reader who goes by the numbers misses none", async () => {
      const ids = Array.from({ length: 100 }, (_, n) => `c${n}`);
      const seen: string[] = [];
      let at = 0;
      const readOn = async () => {
        for (const { id, seq } of await other.store.after(at, 7)) {
          seen.push(id);
          at = seq;
        }
        await new Promise((resolve) => setImmediate(resolve));
      };
      let isWriting = true;
      const writing = Promise.all(
        ids.map(async (id, n) => {
          for (let turn = 0; turn < n % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          await note(sampleChange(id), n % 2 ? one : other);
        }),
      ).finally(() => (isWriting = false));
      while (isWriting) await readOn();
      await writing;
      for (let before = -1; before < seen.length;) {
        before = seen.length;
        await readOn();
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    it("the history is a workspace's own, and leaves out what only processes need to know", async () => {
      await note(sampleChange("a"));
      await note(sampleChange("theirs", { workspaceId: "ws_2" }));
      await note(sampleChange("pin", { kind: "pin", what: null }));
      await note(sampleChange("b"));
      await note(sampleChange("c"));
      const ids = async (page: Parameters<ChangeStore["history"]>[1], workspace = "ws_1") =>
        (await one.store.history(workspace, page)).map(({ id }) => id);
      expect(await ids({ limit: 2 })).toEqual(["c", "b"]);
      const { seq } = (await one.store.history("ws_1", { limit: 9 })).at(-2)!;
      expect(await ids({ limit: 9, before: seq })).toEqual(["a"]);
      expect(await ids({ limit: 9, after: seq })).toEqual(["c"]);
      expect(await ids({ limit: 1, after: 0 })).toEqual(["a"]);
      expect(await ids({ limit: 9 }, "ws_2")).toEqual(["theirs"]);
      expect(await ids({ limit: 9 }, "ws_3")).toEqual([]);
    });

    it("the history is searched by words, kind, person, record and time", async () => {
      const fields = [{ field: "title", before: "Zahnarzt MÜLLER", after: "100%_Dental" }];
      await note(sampleChange("a", { name: "Welcome", by: "key:1", fields }));
      await clock.advance(1_000);
      await note(sampleChange("b", { kind: "inbox", name: "Main", what: "changed", by: "session:2" }));
      await note(sampleChange("c", { kind: "rule", name: "Ämter", what: "removed" }));
      const found = async (filter: ChangeFilter) => (await one.store.history("ws_1", { ...filter, limit: 9 })).map(({ id }) => id).join("");
      expect(await found({ text: "müller welc" })).toBe("a");
      expect(await found({ text: "müller main" })).toBe("");
      expect(await found({ text: "ÄMT" })).toBe("c");
      expect([
        await found({ text: "100%_" }),
        await found({ text: "1__%" }),
        await found({ text: "%" }),
        await found({ text: "\\" }),
      ]).toEqual(["a", "", "a", ""]);
      expect([await found({ kinds: ["inbox", "rule"] }), await found({ exceptKinds: ["inbox", "rule"] })]).toEqual(["cb", "a"]);
      expect([await found({ by: "key:1" }), await found({ by: null })]).toEqual(["a", "c"]);
      expect(await found({ record: "b" })).toBe("b");
      expect([await found({ from: 2_000 }), await found({ to: 2_000 }), await found({ from: 2_000, to: 2_000 })]).toEqual(["cb", "a", ""]);
      expect(await one.store.people("ws_1")).toEqual([null, "session:2", "key:1"]);
      expect(await one.store.people("ws_2")).toEqual([]);
    });

    it("a note that only pages follow is no part of the history", async () => {
      const committed: Change[] = [];
      one.onCommit((changes) => committed.push(...changes));
      await note(sampleChange("a", { what: null, live: true }));
      expect([committed.map(({ id }) => id), await one.store.history("ws_1", { limit: 9 })]).toEqual([["a"], []]);
    });

    it("what was added by itself is there, too", async () => {
      await one.store.add([sampleChange("a"), sampleChange("b")]);
      expect(await idsAfter(0)).toEqual(["a", "b"]);
    });

    it("what is old is deleted, each kind by its own age, and at most so many at once", async () => {
      await note(sampleChange("old"));
      await note(sampleChange("old pin", { what: null }));
      await note(sampleChange("older", { workspaceId: "ws_2" }));
      await clock.advance(1_000);
      await note(sampleChange("new"));
      await note(sampleChange("new pin", { what: null }));
      expect(await one.store.prune({ audit: 1_000, internal: 2_000 }, 10)).toBe(1);
      expect(await idsAfter(0)).toEqual(["old", "older", "new", "new pin"]);
      expect(await one.store.prune({ audit: 2_000, internal: 0 }, 1)).toBe(1);
      expect(await idsAfter(0)).toEqual(["older", "new", "new pin"]);
    });

    it("the newest stays, so that no number is given twice", async () => {
      await note(sampleChange("a"));
      await note(sampleChange("b"));
      const before = await one.store.newest();
      await one.store.prune({ audit: 9_000, internal: 9_000 }, 10);
      await note(sampleChange("c"));
      expect((await one.store.after(0, 9)).map(({ id, seq }) => [id, seq - before])).toEqual([
        ["b", 0],
        ["c", 1],
      ]);
    });
  });
}
