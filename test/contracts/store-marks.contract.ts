import { describe, expect, it } from "vitest";
import type { StoreMarks } from "#storage/marks.ts";

/** What a store notes of itself: every store keeps it the same way. */
export function storeMarksContract(name: string, open: () => Promise<StoreMarks>): void {
  describe(`store marks: ${name}`, () => {
    it("gives back values of any kind, the last that was written", async () => {
      const marks = await open();
      expect(await marks.read("progress")).toBeNull();
      await marks.write({ progress: 1, clock: { believedAt: 5 }, nothing: null });
      await marks.write({ progress: 2 });
      expect([await marks.read("progress"), await marks.read("clock"), await marks.read("nothing")]).toEqual([2, { believedAt: 5 }, null]);
    });

    it("writes several in one commit", async () => {
      const marks = await open();
      await expect(marks.write({ good: 1, bad: undefined })).rejects.toThrow();
      expect(await marks.read("good")).toBeNull();
    });
  });
}
