import { describe, expect, it } from "vitest";
import type { WebhookTrigger } from "#catalog/types.ts";
import { eventKey, personOf, withAliases } from "./events.ts";
import { phrase, summarise } from "../run/summary.ts";
import { step } from "#test/contracts/run-store.contract.ts";

const trigger: WebhookTrigger = { id: "t", app: "a", title: "T", kind: "webhook", key: ["type", "data.id"], example: {} };

describe("an event's key", () => {
  it("is made of the app's own fields", () => {
    expect(eventKey(trigger, { type: "x", data: { id: 7 } }, "{}")).toBe("x|7");
  });
  it("is the sender's delivery id where the fields are missing", () => {
    expect(eventKey(trigger, { type: "x" }, "{}", "d-1")).toBe("d-1");
  });
  it("is the hash of the bytes where nothing names it: a retry is a repeat, another body is not", () => {
    expect(eventKey(null, {}, "{}")).toBe(eventKey(null, {}, "{}"));
    expect(eventKey(null, {}, "{}")).not.toBe(eventKey(null, {}, "{ }"));
  });
  it("stays short however long the id", () => {
    expect(eventKey(null, {}, "{}", "x".repeat(5000)).length).toBeLessThan(40);
  });
});

describe("the person of an event", () => {
  it("is the first e-mail, phone or name found, e-mails in small letters", () => {
    expect(personOf(undefined, { contact: { email: " Ada@Example.com " } })).toBe("ada@example.com");
    expect(personOf(["who"], { who: "Ada Byron", email: "a@b.c" })).toBe("Ada Byron");
    expect(personOf(undefined, { email: "", phone: "+41791234567" })).toBe("+41791234567");
    expect(personOf(undefined, [])).toBeNull();
  });
});

describe("aliases", () => {
  it("put a known field under its own name, beside what was received", () => {
    expect(withAliases({ score: ["nps", "rating.value"] }, { rating: { value: 9 } })).toEqual({ rating: { value: 9 }, score: 9 });
  });
  it("never overwrite what is there, and leave the rest untouched", () => {
    const payload = { score: 1, nps: 9 };
    expect(withAliases({ score: ["nps"] }, payload)).toBe(payload);
  });
});

describe("the summary of a run", () => {
  const titles: Record<string, string> = {
    create: "Create Contact",
    note: "Create Contact Note",
    tags: "Add Tags to Contact",
    task: "Create Contact Task",
    find: "Find Contact",
    mapping: "Create or update tag mapping",
    guarded: "Create or update contact (guarded)",
  };
  const done = (operation: string, path: string, more = {}) => step("r", path, { app: "a", operation, effect: "create", ...more });
  const say = (steps: Parameters<typeof summarise>[0]) => summarise(steps, (_, o) => titles[o] ?? null);

  it("says what was written, in words, and counts repeats", () => {
    expect(say([done("create", "a"), done("note", "b"), done("note", "c")])).toBe("Created contact and note ×2");
    expect(say([done("note", "b"), done("create", "a")])).toBe("Created contact note and contact");
  });
  it("says what it is about once, and what was done alike together", () => {
    expect(say(["create", "tags", "task", "note"].map((operation) => done(operation, operation)))).toBe(
      "Created contact, added tags, created task and note",
    );
  });
  it("keeps a create-or-update together that does not say which of the two it was", () => {
    expect(say([done("create", "a"), done("mapping", "b")])).toBe("Created contact, created or updated tag mapping");
  });
  it("leaves out reads and what failed", () => {
    expect(say([done("find", "a", { effect: "read" }), done("note", "b", { state: "failed" })])).toBeNull();
  });
  it("says what was to be changed and was kept, with why, and not more of it than can be read", () => {
    const kept = [
      { field: "email", value: "ada@example.com", why: "the primary e-mail address is kept" },
      { field: "dateOfBirth", value: null, why: "HighLevel takes this field at creation only" },
    ];
    expect(say([done("guarded", "a", { output: { created: false, kept } })])).toBe(
      "Updated contact, kept e-mail ada@example.com (the primary e-mail address is kept), kept date of birth (HighLevel takes this field at creation only)",
    );
    const many = Array.from({ length: 9 }, (_, n) => ({ field: `f${n}`, why: "no" }));
    expect(say([done("guarded", "a", { output: { created: false, kept: many } })])).toMatch(/kept f2 \(no\), kept 6 more fields$/);
    expect(say([done("guarded", "a", { output: { created: true, kept: [null, { why: 1 }] } })])).toBe("Created contact");
  });
  it("says which of the two a create-or-update did", () => {
    expect(phrase(titles.guarded!, { created: true })).toBe("Created contact");
    expect(phrase(titles.guarded!, { created: false })).toBe("Updated contact");
  });
});
