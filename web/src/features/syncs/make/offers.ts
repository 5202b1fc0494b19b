import type { z } from "zod";
import type { ConnectionView, readySyncList } from "#api/schemas.ts";
import { otherSide, type Side } from "../types.ts";

/** Pure: what a new sync can begin with, and its two sides as they are chosen. */

type Ready = z.infer<typeof readySyncList>["ready"][number];

/** A sync that is worked out already, with its sides as far as they need no choice. */
export interface Offer {
  id: string;
  title: string;
  says: string;
  chosen: Readonly<Record<Side, ChosenSide>>;
  /** Apps that are not connected yet. */
  missing: readonly string[];
}

/** Ready syncs, those first whose apps are both connected. */
export function offersOf(ready: readonly Ready[], connections: readonly Pick<ConnectionView, "name" | "app">[]): Offer[] {
  const of = (app: string) => connections.filter((one) => one.app === app);
  const side = ({ app, type }: Ready["a"]): ChosenSide => {
    const [first, ...others] = of(app);
    return { app, connection: first !== undefined && others.length === 0 ? first.name : "", type };
  };
  const offers = ready.map(({ id, title, says, a, b }): Offer => {
    const apps = [...new Set([a.app, b.app])];
    return { id, title, says, chosen: { a: side(a), b: side(b) }, missing: apps.filter((app) => of(app).length === 0) };
  });
  return offers.toSorted((one, other) => Number(one.missing.length > 0) - Number(other.missing.length > 0));
}

/** A chosen side as it stands in the address. */
export const sideText = ({ app, connection, type }: { app: string; connection: string; type: string }): string =>
  [app, connection, type].join(" ");

/** A side as far as it is chosen. */
export interface ChosenSide {
  app: string;
  connection: string;
  type: string;
}

export function readSide(text: string | undefined): ChosenSide {
  const [app = "", connection = "", type = ""] = text?.split(" ") ?? [];
  return { app, connection, type };
}

export const isChosen = ({ app, connection, type }: ChosenSide): boolean => app !== "" && connection !== "" && type !== "";

/** What is chosen on a side, after another choice of it: what depends on that choice is chosen anew. */
export function chosenAnew(side: ChosenSide, change: Partial<ChosenSide>, connections: readonly ConnectionView[]): ChosenSide {
  if (change.app === undefined) return { ...side, ...change };
  const usable = connections.filter(({ app }) => app === change.app);
  return { app: change.app, connection: usable.length === 1 ? usable[0]!.name : "", type: "" };
}

/** Whether both sides are the very same list. */
export const isSameList = (chosen: Readonly<Record<Side, ChosenSide>>): boolean =>
  isChosen(chosen.a) && sideText(chosen.a) === sideText(chosen[otherSide("a")]);
