import { cutText } from "#kernel/characters.ts";
import type { RunDetail, StepView } from "#api/schemas.ts";

/** The steps of one item of a loop. */
export interface Round {
  /** `each[3]`: the loop and the place of the item in its list. */
  path: string;
  /** Where it stands in the list, from 1. */
  place: number;
  /** What the item is called, where it has something like a name. */
  name: string | null;
  /** How it ended: the state of the step that decided it. */
  decided: StepView;
  entries: readonly TimelineEntry[];
}

export type TimelineEntry = StepView | Round;

export const isRound = (entry: TimelineEntry): entry is Round => "entries" in entry;

/** The steps in their order, those of each item of a loop as one entry. A loop in a loop is folded inside its item. */
export function foldRounds(steps: readonly StepView[], all: readonly StepView[] = steps, inside = ""): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (let at = 0; at < steps.length;) {
    const path = roundPath(steps[at]!.path, inside);
    if (path === null) {
      entries.push(steps[at]!);
      at++;
      continue;
    }
    const end = steps.findIndex((step, i) => i > at && !step.path.startsWith(`${path}/`));
    const own = steps.slice(at, end === -1 ? undefined : end);
    entries.push(roundOf(path, own, all));
    at += own.length;
  }
  return entries;
}

/** The outermost item that a step is of, within another one. */
function roundPath(path: string, inside: string): string | null {
  const match = /^[^[]*\[\d+\](?=\/)/.exec(path.slice(inside.length));
  return match === null ? null : inside + match[0];
}

function roundOf(path: string, steps: readonly StepView[], all: readonly StepView[]): Round {
  const index = indexOf(path);
  const decided = steps.reduce((worst, step) => (weight[step.state] >= weight[worst.state] ? step : worst));
  return { path, place: index + 1, name: itemName(itemsOf(path, all)?.[index]), decided, entries: foldRounds(steps, all, path) };
}

const indexOf = (path: string): number => Number(/\[(\d+)\]$/.exec(path)?.[1]);

/** What decides how an item went, the last of the heaviest. */
const weight: Readonly<Record<StepView["state"], number>> = { succeeded: 0, skipped: 1, running: 2, waiting: 3, held: 4, failed: 5 };

/** The list of the loop that an item is of, as the loop's step recorded it. */
function itemsOf(path: string, steps: readonly StepView[]): readonly unknown[] | undefined {
  const loop = path.replace(/\[\d+\]$/, "");
  const output = steps.find((step) => step.path === loop)?.output;
  const items = typeof output === "object" && output !== null && "items" in output ? output.items : undefined;
  return Array.isArray(items) ? items : undefined;
}

const naming = ["name", "title", "label", "email", "phone", "id"];
const longestName = 60;

function itemName(item: unknown): string | null {
  if (typeof item === "string" || typeof item === "number") return cutText(String(item).trim(), longestName) || null;
  if (typeof item !== "object" || item === null) return null;
  const fields = new Map(Object.entries(item).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  for (const key of naming) {
    const value = fields.get(key);
    if ((typeof value === "string" && value.trim() !== "") || typeof value === "number") return itemName(value);
  }
  return null;
}

/** "Item 4: Ada": which item of a loop a step is of; null outside loops. */
export function itemWords(path: string, steps: readonly StepView[]): string | null {
  const round = /^.*\[\d+\](?=\/)/.exec(path)?.[0];
  if (round === undefined) return null;
  const index = indexOf(round);
  return roundTitle({ place: index + 1, name: itemName(itemsOf(round, steps)?.[index]) });
}

export const roundTitle = ({ place, name }: Pick<Round, "place" | "name">): string =>
  name === null ? `Item ${place}` : `Item ${place}: ${name}`;

/** What a finished run left of a loop's list: "Items 5 to 8 were not reached". Null where it reached all, or is under way. */
export function unreachedWords(loop: StepView, steps: readonly StepView[], run: Pick<RunDetail, "finishedAt">): string | null {
  const items = itemsOf(`${loop.path}[0]`, [loop]);
  if (loop.kind !== "forEach" || items === undefined || run.finishedAt === null) return null;
  const inside = `${loop.path}[`;
  const reached = steps.filter(({ path }) => path.startsWith(inside)).map(({ path }) => Number.parseInt(path.slice(inside.length), 10) + 1);
  const first = Math.max(0, ...reached) + 1;
  if (reached.length === 0 || first > items.length) return null;
  return first === items.length ? `Item ${first} was not reached` : `Items ${first} to ${items.length} were not reached`;
}
