import type { FlowView } from "#api/schemas.ts";

/** The names of all folders, in the order of the alphabet. */
export const foldersOf = (flows: readonly Pick<FlowView, "folder">[]): string[] =>
  [...new Set(flows.flatMap(({ folder }) => folder ?? []))].sort((a, b) => a.localeCompare(b));

export interface FlowFolder {
  /** Null: those in no folder. */
  name: string | null;
  flows: FlowView[];
}

/** Flows by folder: the folders in the order of the alphabet, then those in none. */
export function byFolder(flows: readonly FlowView[]): FlowFolder[] {
  const names: (string | null)[] = [...foldersOf(flows), null];
  return names.map((name) => ({ name, flows: flows.filter(({ folder }) => folder === name) })).filter((one) => one.flows.length > 0);
}

/** Whether each of the words is in what the list shows of a flow. */
export function isFound({ name, sentence, folder, trigger, subAccounts }: FlowView, words: string): boolean {
  const accounts = subAccounts.map(({ title }) => title);
  const text = [name, sentence, folder ?? "", trigger.title, trigger.app, ...accounts].join("\n").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
