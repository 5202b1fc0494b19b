import { describe, expect, test } from "vitest";
import { undoWords, writeWords } from "../changes/write-words.ts";
import { anyPair } from "../fake-syncs.test-support.ts";
import { costWords, kindWords, previewKinds } from "../preview/preview-words.ts";
import { contactType, profileType } from "../syncs.test-support.ts";
import type { BothWords } from "../types.ts";
import { nameOfSync, sideWords } from "../use-side-words.ts";
import { allOf, pairWords, stillOpen } from "./pair-words.ts";

const words: BothWords = {
  a: { app: "left", account: "Acme Dental", one: "contact", many: "contacts", type: contactType },
  b: { app: "right", account: "Harbour", one: "profile", many: "profiles", type: profileType },
};
const conflicts = ["x=y", "u=v"].map((field) => ({ field, label: field, a: 1, b: 2, at: 1 }));

describe("a pair in words", () => {
  test("says first what a person has to do", () => {
    const says = (more: Parameters<typeof anyPair>[2]) => pairWords(anyPair("p", "Ada", more), words);
    expect(says({})).toBe("In step");
    expect(says({ conflicts, problem: "No." })).toBe("2 fields to decide");
    expect(says({ problem: "The phone number is not valid." })).toBe("The phone number is not valid.");
    expect(says({ gone: { side: "b", at: 1 } })).toBe("Deleted in Harbour");
    expect(says({ b: null })).toBe("Only in Acme Dental: no profile in Harbour yet");
    expect(says({ a: null })).toBe("Only in Harbour: no contact in Acme Dental yet");
    expect(says({ ignored: true, conflicts })).toBe("Ignored");
  });

  test("one side for all is every open field, and what somebody else decided meanwhile is not sent again", () => {
    expect(allOf({ conflicts }, "b")).toEqual({ "x=y": "b", "u=v": "b" });
    expect(stillOpen({ "x=y": "b", "gone=gone": "a" }, { conflicts })).toEqual({ "x=y": "b" });
  });
});

describe("what was written", () => {
  test("says where, and of a plan that it is one", () => {
    expect(writeWords({ kind: "update", side: "b" }, words)).toBe("changed in Harbour");
    expect(writeWords({ kind: "delete", side: "a" }, words, true)).toBe("would be deleted in Acme Dental");
  });

  test("an undo says what it puts back and what it takes away, as far as that is known", () => {
    const kinds = (...all: ("update" | "delete")[]) => all.map((kind) => ({ kind }));
    expect(undoWords([], 0)).toBe("There is nothing to put back.");
    expect(undoWords(kinds("update"), 1)).toBe("1 record would be put back as it was.");
    expect(undoWords(kinds("delete", "delete"), 2)).toBe("2 records that the sync made would be taken away again.");
    expect(undoWords(kinds("update", "delete", "update"), 3)).toBe(
      "2 records would be put back, and 1 record that the sync made taken away again.",
    );
    expect(undoWords(kinds("delete"), 500)).toBe(
      "500 records would be put back as they were; those that the sync made are taken away again.",
    );
  });
});

describe("what a first sync would do", () => {
  test("has words for every kind, and says what it costs", () => {
    expect(previewKinds.map((kind) => kindWords(kind, words).title)).toContain("To create in Harbour");
    expect(new Set(previewKinds).size).toBe(7);
    expect(costWords({ calls: 852, seconds: 540 })).toBe("852 calls, about 9 min with the quota there is.");
    expect(costWords({ calls: 2, seconds: 1 })).toBe("2 calls, less than a minute with the quota there is.");
    expect(costWords({ calls: 1, seconds: null })).toBe("1 call.");
    expect(costWords({ calls: 0, seconds: 0 })).toBe("Nothing would be written.");
    expect(costWords({ calls: null, seconds: null })).toBeNull();
  });
});

describe("the sides in words", () => {
  const apps = { title: (id: string) => id.toUpperCase() };
  const side = { app: "left", type: "custom_thing", connection: "old-name" };

  test("follow a connection that was renamed, and make do without what is not loaded", () => {
    const connections = [{ name: "acme", title: "Acme Dental", formerNames: ["old-name"] }];
    expect(sideWords(side, apps, connections, undefined)).toMatchObject({
      account: "Acme Dental",
      one: "custom thing",
      many: "custom things",
    });
    expect(sideWords({ ...side, connection: "gone" }, apps, connections, undefined).account).toBe("LEFT");
    expect(sideWords({ ...side, type: "contact" }, apps, connections, [contactType])).toMatchObject({
      many: "contacts",
      type: contactType,
    });
  });

  test("give a new sync its name, which is not longer than names may be", () => {
    expect(nameOfSync(words.a, words.b)).toBe("Contacts of Acme Dental ↔ Profiles of Harbour");
    expect(nameOfSync({ ...words.a, account: "x".repeat(200) }, words.b).length).toBeLessThanOrEqual(120);
  });
});
