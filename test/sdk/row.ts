import type { HighLevel } from "@gohighlevel/api-client";
import type { JsonObject } from "#kernel/json.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { Login, Side } from "./side.ts";

/** One row of the catalog, done twice. */
export interface Doing {
  /** Whose login: the sub-account's unless told. */
  login?: Login;
  /** What Millrace is given. */
  input: JsonObject;
  /** What the official client is asked, and what of its answer is the result. */
  official(client: HighLevel): Promise<unknown>;
}

/** Lays out what a row needs, the same on each side, and says how it is done. */
export type Row = (ground: Ground) => Doing | Promise<Doing>;

/** What there is to work with. */
export type Ground = ReturnType<typeof groundOf>;

export const { acmeDental: locationId, companyId } = sandboxDefaults;
export const dayMs = 86_400_000;

export function groundOf({ sandbox, clock, official }: Side) {
  const { state } = sandbox;
  const contacts = state.contacts.inLocation(locationId).map(({ id }) => id);
  return {
    state,
    now: clock.now(),
    /** Lets time pass, so that what is laid out has another date than what comes after. */
    wait: (ms: number) => clock.advance(ms),
    contacts,
    /** It has a note, a task and an appointment, and a conversation with a recorded call. */
    contactId: contacts[0]!,
    location: official.location,
    agency: official.agency,
    seedContacts: (count: number) => sandbox.seedContacts(count),
  };
}

/** Reads on by offset until a page is short. */
export async function byOffset<T>(size: number, page: (skip: number, limit: number) => Promise<readonly T[] | undefined>): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const rows = (await page(all.length, size)) ?? [];
    all.push(...rows);
    if (rows.length < size) return all;
  }
}

/** Reads on by what `next` makes of an answer, until it makes nothing of it. */
export async function byCursor<A, C>(
  page: (cursor: C | undefined) => Promise<A>,
  rowsOf: (answer: A) => readonly unknown[] | undefined,
  next: (answer: A) => C | undefined,
): Promise<unknown[]> {
  const all: unknown[] = [];
  let cursor: C | undefined;
  do {
    const answer = await page(cursor);
    all.push(...(rowsOf(answer) ?? []));
    cursor = next(answer);
  } while (cursor !== undefined);
  return all;
}
