/** What a mapping can see: `trigger`, each finished step's output under its id, loop variables, `flow` and `run`. */
export type Scope = Record<string, unknown>;

export interface MappingSettings {
  /** IANA zone in which dates without one are meant. */
  zone: string;
  /** Two-letter country of phone numbers without one. */
  country?: string;
  now: () => number;
  /** What the filter `rule` applies. Without it a mapping has no rules. */
  rules?: { apply(name: string, value: unknown): unknown } | undefined;
}

/**
 * A filter: a plain function of its value and arguments, so that compiled templates call it without Liquid.
 * What is missing stays missing, so that an absent field is left out of a request rather than sent blank.
 */
export type Filter = (value: unknown, ...args: unknown[]) => unknown;
export type Filters = Readonly<Record<string, Filter>>;
