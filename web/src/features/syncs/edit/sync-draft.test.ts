import { expect, test } from "vitest";
import { rest } from "#test/support/turns.ts";
import { anyDefinition } from "../syncs.test-support.ts";
import type { Definition } from "../types.ts";
import { SyncDraft } from "./sync-draft.ts";

/** A server that keeps one definition, and refuses a save of an older revision. */
function server(definition: Definition) {
  const kept = { definition, revision: 3 };
  const waiting: (() => void)[] = [];
  const saves: Definition[] = [];
  const parts = {
    save: async (next: Definition, revision: number | null) => {
      if (revision !== null && revision !== kept.revision) throw new Error("changed");
      saves.push(next);
      kept.definition = next;
      return ++kept.revision;
    },
    judge: () => "conflict" as const,
    messageOf: (error: unknown) => String(error),
    later: (_ms: number, act: () => void) => {
      waiting.push(act);
      return () => void waiting.splice(waiting.indexOf(act), 1);
    },
  };
  const settle = async () => {
    for (const act of waiting.splice(0)) act();
    await rest();
  };
  return { kept, saves, parts, settle };
}
const renamed = (name: string) => (definition: Definition) => ({ ...definition, name });

test("a sync that never started is saved as one goes, the newest edit once", async () => {
  const { kept, saves, parts, settle } = server(anyDefinition());
  const draft = new SyncDraft({ ...kept }, parts, false);
  draft.edit(renamed("One"));
  draft.edit(renamed("Two"));
  expect(draft.view().save.kind).toBe("saving");
  await settle();
  expect(saves.map(({ name }) => name)).toEqual(["Two"]);
  expect(draft.view()).toMatchObject({ save: { kind: "saved" }, isHeld: false });
});

test("edits of a sync that works are held until somebody saves them, or discards them", async () => {
  const { kept, saves, parts, settle } = server(anyDefinition());
  const draft = new SyncDraft({ ...kept }, parts, true);
  draft.edit(renamed("One"));
  await settle();
  expect(saves).toEqual([]);
  expect(draft.view().isHeld).toBe(true);
  draft.discard();
  expect(draft.view()).toMatchObject({ isHeld: false, definition: anyDefinition() });
  draft.edit(renamed("Two"));
  await draft.saveNow();
  expect(saves.map(({ name }) => name)).toEqual(["Two"]);
  expect(draft.view().isHeld).toBe(false);
});

test("an edit that is taken back holds nothing", () => {
  const { kept, parts } = server(anyDefinition());
  const draft = new SyncDraft({ ...kept }, parts, true);
  draft.edit(renamed("One"));
  draft.edit(renamed(anyDefinition().name));
  expect(draft.view().isHeld).toBe(false);
});

test("somebody else's change is said, and one of the two counts as a person chooses", async () => {
  for (const choice of ["mine", "theirs"] as const) {
    const { kept, saves, parts, settle } = server(anyDefinition());
    const draft = new SyncDraft({ ...kept }, parts, false);
    Object.assign(kept, { definition: anyDefinition({ name: "Theirs" }), revision: 9 });
    draft.edit(renamed("Mine"));
    await settle();
    expect(draft.view().save.kind).toBe("conflict");
    expect(saves).toEqual([]);
    if (choice === "mine") draft.keepMine();
    else draft.takeTheirs({ ...kept });
    await settle();
    expect(draft.view().save.kind).toBe("saved");
    expect([draft.view().definition.name, kept.definition.name]).toEqual(choice === "mine" ? ["Mine", "Mine"] : ["Theirs", "Theirs"]);
  }
});

test("somebody else's change is loaded as long as nothing here is unsaved", () => {
  const { kept, parts } = server(anyDefinition());
  const draft = new SyncDraft({ ...kept }, parts, true);
  draft.adopt({ definition: anyDefinition({ name: "Theirs" }), revision: 4 });
  expect(draft.view().definition.name).toBe("Theirs");
  draft.adopt({ definition: anyDefinition({ name: "Older" }), revision: 4 });
  expect(draft.view().definition.name).toBe("Theirs");
  draft.edit(renamed("Mine"));
  draft.adopt({ definition: anyDefinition({ name: "Newer" }), revision: 5 });
  expect(draft.view().definition.name).toBe("Mine");
});
