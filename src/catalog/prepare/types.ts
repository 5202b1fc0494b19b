import type { FitSettings } from "../fit.ts";
import type { Pins } from "../pins.ts";
import type { App, Call, Operation } from "../types.ts";

/** A call that may remember what it read; `fresh` asks again. */
export type LookupCall = Call & {
  fresh?: Call;
  /** What names stood for in this sub-account when they were last resolved. */
  pins?: () => Promise<Pins>;
  /** Takes a sentence about what went well and had better be changed. */
  note?: (sentence: string) => void;
};

/** What values mean that do not say so themselves; where the zone or the country is not set, those of the account count. */
export type PrepareSettings = Omit<FitSettings, "lacks" | "note">;

/** A field that users of an app define themselves, as its list of definitions gives it. */
export interface FieldDefinition {
  id: string;
  name: string;
}

/** How custom fields are read: `at` is where they are in the input, `keepMarks` leaves a field that is emptied to the call that writes it. */
export interface CustomFieldSettings extends FitSettings {
  at: string;
  keepMarks: boolean;
}

/** Custom fields by name, as an app takes them: the one thing about inputs that differs from app to app in more than facts. */
export interface PrepareHook {
  /** The names in a value, in each form it may have. */
  names(values: unknown): string[];
  /** The field a name means. Throws STEP_INPUT_INVALID where there is none, or more than one. */
  find(definitions: readonly FieldDefinition[], name: string): FieldDefinition;
  /** The values as the app takes them, each under its id and in the shape of its type. */
  resolve(
    definitions: readonly FieldDefinition[],
    values: unknown,
    settings: CustomFieldSettings,
    find: (name: string) => FieldDefinition,
  ): unknown[];
}

/** What preparing an input needs to know of the operation's app. */
export interface PrepareScope {
  app: Pick<App, "home" | "finders" | "operations">;
  operation(id: string): Operation | undefined;
  hook?: PrepareHook;
}
