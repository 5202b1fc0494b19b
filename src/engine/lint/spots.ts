import type { JsonObject } from "#kernel/json.ts";
import type { ScriptWithTests } from "../types/scripts.ts";
import type { MessageException } from "../types/messages.ts";
import type { MappingSettings } from "../mapping/mapping.ts";

/** Where a flow calls an operation: its trigger, or a step. */
export interface Place {
  /** `trigger`, `steps[2].then[0]`. */
  at: string;
  step: string | null;
  app: string;
  operation: string;
  connection: string | undefined;
  /** What people call the connection. */
  login?: string;
  input: JsonObject;
  /** Of a step: how many rows of a list it reads at most. */
  rows?: number;
  /** Of a step: the rules for messages that it does not keep. */
  messages?: MessageException;
  /** What its templates can read, by name. */
  names: ReadonlyMap<string, Source>;
}

/** What stands behind a name of a template. */
export type Source =
  | { kind: "call"; place: Omit<Place, "names"> }
  /** A loop's item: paths into the list. */
  | { kind: "item"; of: string[] }
  | { kind: "format"; value: JsonObject };

/** Where a flow decides: the condition of a filter or a branch. */
export interface Condition {
  /** `steps[1].filter`. */
  at: string;
  step: string;
  text: string;
  names: ReadonlyMap<string, Source>;
}

/** A script of a flow. */
export interface ScriptSpot {
  /** `steps[1]`. */
  at: string;
  step: string;
  script: ScriptWithTests;
  /** Whose results it can read, as far as that is known. */
  names: ReadonlySet<string>;
}

/** What of a flow there is to be checked. */
export interface Spots {
  places: Place[];
  conditions: Condition[];
  scripts: ScriptSpot[];
  /** Names of what loops go through. */
  looped: Set<string>;
  /** Waits for some time, inside of loops. */
  waits: { at: string; step: string }[];
}

/** Nothing is evaluated: the clock and the zone make no difference to what a template reads. */
export const still: MappingSettings = { zone: "UTC", now: () => 0 };

/** A place's connection, as a sentence calls it. */
export const loginOf = ({ connection, login }: Pick<Place, "connection" | "login">): string => `'${login ?? connection}'`;
