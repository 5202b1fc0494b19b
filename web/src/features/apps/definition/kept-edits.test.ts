import { expect, test } from "vitest";
import { EditsKeeper, type KeptEdits } from "./kept-edits.ts";

/** A browser's storage, with room for so many characters. */
function storage(room = Infinity) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new Error("no room");
      kept.set(key, value);
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}
const draft: KeptEdits = { definition: { title: "Desk" }, guesses: {}, revision: null, at: 1 };

test("a draft is there again, for its workspace only", () => {
  const store = storage();
  new EditsKeeper(store, "ws_1").keep("desk", draft);
  expect(new EditsKeeper(store, "ws_1").all()).toEqual([["desk", draft]]);
  expect(new EditsKeeper(store, "ws_2").all()).toEqual([]);
});

test("what the browser has no room for is kept in the page", () => {
  const keeper = new EditsKeeper(storage(5), "ws_full");
  expect(keeper.keep("desk", draft)).toBe(false);
  expect(keeper.read("desk")).toEqual(draft);
  keeper.forget("desk");
  expect(keeper.read("desk")).toBeNull();
});

test("what cannot be shown is as if it were not there", () => {
  const store = storage();
  for (const broken of ["{", "null", '{"definition":{"title":"A","operations":5},"guesses":{},"revision":1,"at":1}']) {
    store.setItem("millrace.unsaved-app.ws_1.desk", broken);
    expect(new EditsKeeper(store, "ws_1").read("desk")).toBeNull();
  }
});
