import { isObject } from "#kernel/json.ts";
import type { Sending } from "./format.ts";

/**
 * Who receives what a template sends to an address: that address over plain HTTP, or an operation of an app that the workspace has defined. Pure,
 * and without schemas: the page uses it too.
 */

/** An operation as far as it can receive something. */
export interface Receiver {
  app: string;
  key: string;
  /** What it does to the other side: a read receives nothing. */
  effect: string | null;
  inputs: readonly { name: string; wire?: string | undefined; in: string }[];
}

/** `your-app.tags.replace`: a receiver as the answer to a question. */
export const receiverKey = ({ app, key }: Pick<Receiver, "app" | "key">): string => `${app}.${key}`;

/** The operations that have a field for something of what is sent, those with the most first. */
export function receiversFor(sending: Sending, operations: readonly Receiver[]): Receiver[] {
  const counted = operations
    .filter(({ effect }) => effect !== null && effect !== "read" && effect !== "delete")
    .map((operation) => ({ operation, count: Object.keys(valuesFor(operation, sending.input)).length }));
  return counted
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ operation }) => operation);
}

/** The one that surely is meant: it has fields for several of the things that are sent, and for more than any other has. */
export function surelyMeant(sending: Sending, operations: readonly Receiver[]): Receiver | undefined {
  const [best, next] = receiversFor(sending, operations);
  const count = (operation: Receiver | undefined) => (operation ? Object.keys(valuesFor(operation, sending.input)).length : 0);
  return count(best) > Math.max(count(next), 1) ? best : undefined;
}

/** What is sent, under the names of the operation's fields. */
export function valuesFor({ inputs }: Receiver, input: Sending["input"]): Record<string, string> {
  const values = new Map(Object.entries(bodyOf(input)).map(([name, value]) => [plain(name), value]));
  return Object.fromEntries(
    inputs.flatMap(({ name, wire = name, in: place }) => {
      const value = place === "header" ? undefined : (values.get(plain(wire)) ?? values.get(plain(name)));
      return typeof value === "string" ? [[name, value] as const] : [];
    }),
  );
}

const bodyOf = ({ body }: Sending["input"]): Record<string, unknown> => (isObject(body) ? body : {});

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
