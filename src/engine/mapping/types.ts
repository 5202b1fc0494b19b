/** What a mapping can see: `trigger`, each finished step's output under its id, loop variables, `flow` and `run`. */
export type Scope = Record<string, unknown>;

export interface MappingSettings {
  /** IANA zone in which dates without one are meant. */
  zone: string;
  /** Two-letter country of phone numbers without one. */
  country?: string;
  now: () => number;
  /** What the filters `rule`, `in_segment` and `segments` apply. Without it a mapping has no rules. */
  rules?: AppliedRules | undefined;
}

/** The rules of a workspace, ready to be applied. */
export interface AppliedRules {
  /** What a rule gives for a value. */
  apply(name: string, value: unknown): unknown;
  /** Whether a record is in a segment. */
  isIn(name: string, person: unknown): boolean;
  /** Whether the change that started the flow brought a record into a segment, or took it out; missing where that is not known. */
  moved(how: "entered" | "left", name: string, person: unknown): boolean | undefined;
  /** The titles of all segments that a record is in. */
  segmentsOf(person: unknown): string[];
}

/**
 * A filter: a plain function of its value and arguments, so that compiled templates call it without Liquid.
 * What is missing stays missing, so that an absent field is left out of a request rather than sent blank.
 */
export type Filter = (value: unknown, ...args: unknown[]) => unknown;
export type Filters = Readonly<Record<string, Filter>>;
