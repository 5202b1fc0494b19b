import { repeatable } from "#catalog/types.ts";
import type { Effect } from "./types.ts";

/** What an operation does, as somebody who knows the app would say it. The order is that of the choice. */
export const effectChoices: Readonly<Record<Effect, string>> = {
  read: "Reads, and changes nothing",
  create: "Makes a new record each time",
  update: "Changes a record that is there",
  upsert: "Makes a record, or changes the one that is there",
  delete: "Deletes a record",
  link: "Links two records, or adds a tag",
  unlink: "Takes a link or a tag away",
  send: "Sends something: an e-mail, a message",
  other: "Does something else",
};

/** The same in a word or two, for lists. */
export const effectWords: Readonly<Record<Effect, string>> = {
  read: "Reads",
  create: "Creates",
  update: "Updates",
  upsert: "Creates or updates",
  delete: "Deletes",
  link: "Links",
  unlink: "Unlinks",
  send: "Sends",
  other: "Something else",
};

export const effects = Object.keys(effectChoices) as Effect[];

/** Whether doing it twice does harm: after an unclear answer it is only done again if a read shows that it did not take effect. */
export const isOnce = (effect: Effect): boolean => !repeatable.has(effect);
