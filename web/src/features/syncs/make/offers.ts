import type { ConnectionView, RecordTypeView } from "#api/schemas.ts";
import { otherSide, type Side } from "../types.ts";

/** Pure: which syncs are offered ready, from the kinds of records of the apps that are connected. */

/** A side that can be chosen. */
export interface Offered {
  app: string;
  connection: string;
  type: RecordTypeView;
}
export interface Offer {
  a: Offered;
  b: Offered;
}

/** What apps call one and the same kind of record. */
const sameKinds = [
  ["contact", "profile", "person", "customer", "lead", "subscriber", "client", "user", "member"],
  ["company", "organization", "organisation", "business", "account"],
  ["opportunity", "deal"],
  ["appointment", "event", "booking", "meeting"],
];

const plainly = ({ title }: RecordTypeView): string => title.toLowerCase().trim();

/** Whether two kinds of records stand for the same things. */
function isSameKind(a: RecordTypeView, b: RecordTypeView): boolean {
  const [one, other] = [plainly(a), plainly(b)];
  return one === other || sameKinds.some((kinds) => kinds.includes(one) && kinds.includes(other));
}

/** Something can be written on at least one side. */
const isUseful = (a: RecordTypeView, b: RecordTypeView): boolean => [a, b].some(({ can }) => can.create || can.update);

const mostOffered = 6;

/** Kinds of records of different apps that can be kept in step with each other. */
export function offersOf(offered: readonly Offered[]): Offer[] {
  const pairs = offered.flatMap((a, at) =>
    offered
      .slice(at + 1)
      .filter((b) => b.app !== a.app && isSameKind(a.type, b.type) && isUseful(a.type, b.type))
      .map((b) => ({ a, b })),
  );
  return pairs.slice(0, mostOffered);
}

/** The connections that a sync can be made between, one for each app: the main app's first. */
export function firstOfEachApp(connections: readonly ConnectionView[], main: string | undefined): ConnectionView[] {
  const firsts = connections.filter(({ app }, at) => connections.findIndex((one) => one.app === app) === at);
  return firsts.toSorted((one, other) => Number(other.app === main) - Number(one.app === main));
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
