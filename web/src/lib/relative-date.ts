/** A moment that is counted from when a step runs, between how a person says it and how a template has it. */
export interface RelativeDate {
  count: number;
  unit: RelativeUnit;
  /** So long before, rather than after. */
  isPast: boolean;
}

export const relativeUnits = {
  minutes: "minutes",
  hours: "hours",
  days: "days",
  business_days: "working days",
  weeks: "weeks",
  months: "months",
} as const;
export type RelativeUnit = keyof typeof relativeUnits;

const units = Object.keys(relativeUnits).join("|");
const asTemplate = new RegExp(`^\\{\\{ 'now' \\| (plus|minus)_(${units}): (\\d{1,6}) \\}\\}$`);

/** What a template counts from now; null for every other. */
export function readRelative(template: unknown): RelativeDate | null {
  const [, sign, unit, count] = (typeof template === "string" ? asTemplate.exec(template) : null) ?? [];
  return unit === undefined ? null : { unit: unit as RelativeUnit, count: Number(count), isPast: sign === "minus" };
}

/** The template that a person need not see. */
export const writeRelative = ({ unit, count, isPast }: RelativeDate): string =>
  `{{ 'now' | ${isPast ? "minus" : "plus"}_${unit}: ${count} }}`;
