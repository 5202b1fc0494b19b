import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { copiedStep, copyStep } from "./clipboard.ts";

const format = (id: string) => ({ id, format: { name: id } });
let kept: Map<string, string>;
let hasRoom: boolean;
beforeEach(() => {
  kept = new Map();
  hasRoom = true;
  vi.stubGlobal("window", {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem(key: string, value: string) {
        if (!hasRoom) throw new Error("no room");
        kept.set(key, value);
      },
      removeItem: (key: string) => void kept.delete(key),
    },
  });
});
afterEach(() => void vi.unstubAllGlobals());

test("the step that was copied last is pasted, also where the browser has no room for it", () => {
  copyStep(format("first"));
  expect(copiedStep()).toEqual(format("first"));
  hasRoom = false;
  copyStep(format("second"));
  expect(copiedStep()).toEqual(format("second"));
});
