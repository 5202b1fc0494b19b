import type { CardAction } from "./context.tsx";

export type CardKey = Exclude<CardAction, "open"> | "next" | "previous" | "paste" | "add";

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const plain: Readonly<Record<string, CardKey>> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Delete: "delete",
  Backspace: "delete",
  "+": "add",
};
const withControl: Readonly<Record<string, CardKey>> = { c: "copy", x: "cut", v: "paste", d: "duplicate" };
const withAlt: Readonly<Record<string, CardKey>> = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

/** What a key means on a card. */
export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): CardKey | null {
  const keys = ctrlKey || metaKey ? (altKey || shiftKey ? {} : withControl) : altKey ? withAlt : plain;
  return (keys as Partial<Record<string, CardKey>>)[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

/** What is said of the keys under the column. */
export const keyWords: readonly [keys: string, does: string][] = [
  ["F6", "to the panel, to Publish, to the tabs, and to the steps again"],
  ["↑ ↓", "from card to card"],
  ["Enter", "open"],
  ["+", "add a step after it"],
  ["Alt ↑ ↓", "move it"],
  ["Alt → ←", "move it in or out"],
  ["Ctrl C, X, V", "copy, cut, paste after it, or at a plus"],
  ["Ctrl D", "duplicate"],
  ["Delete", "delete"],
  ["Ctrl Z", "undo"],
  ["/ in a field", "put in a value; '/first upper' also changes it"],
  ["→ ← in a field", "select a value"],
  ["Enter on a value", "change it: upper case, date and others"],
  ["| after a value", "choose the change by name"],
  ["Esc", "out of a field, then out of the panel"],
];
