import type { ChartView, DayCounts } from "#api/schemas.ts";

/** What is counted, in the order in which it is stacked, and what it is called. */
export const series: readonly (readonly [keyof DayCounts, string])[] = [
  ["succeeded", "Succeeded"],
  ["filtered", "Filtered out"],
  ["failed", "Failed"],
  ["cancelled", "Cancelled"],
  ["open", "Not finished"],
];

/** The words of the chart's page. */
export const texts = {
  heading: ({ title }: ChartView) => `Runs per day: ${title}`,
  loading: "Loading the chart…",
  showTable: "Show as a table",
  showChart: "Show as a chart",
  again: "Try again",
  day: "Day",
  total: "Total",
  unknown: "not known",
  noToken: "This address has no chart. Open it from the page that it belongs to.",
  offline: "The chart could not be loaded. Check the connection to the Internet.",
  empty: ({ days }: ChartView) => `There were no runs in the last ${days.length === 1 ? "day" : `${days.length} days`}.`,
  zone: ({ zone }: ChartView) => `Days are those of ${zone === "UTC" ? "UTC" : zone.replaceAll("_", " ")}.`,
};

/** Of all days together. */
export const totals = ({ days }: ChartView): DayCounts => {
  const sum = (name: keyof DayCounts) => days.reduce((all, { runs }) => all + (runs?.[name] ?? 0), 0);
  return { succeeded: sum("succeeded"), filtered: sum("filtered"), failed: sum("failed"), cancelled: sum("cancelled"), open: sum("open") };
};

/** Everything that was counted in one day, or in all. */
export const allOf = (counts: DayCounts): number => series.reduce((all, [name]) => all + counts[name], 0);

/** The chart in a sentence, for those who do not see it. */
export function summaryOf(view: ChartView): string {
  const counts = totals(view);
  const parts = series
    .filter(([name]) => counts[name] > 0)
    .map(([name, label]) => `${counts[name].toLocaleString("en")} ${label.toLowerCase()}`);
  return `${allOf(counts).toLocaleString("en")} runs in ${view.days.length} days: ${parts.join(", ")}. The table has the number of each day.`;
}

/** A day as people write it, such as `1 Dec`. */
export const shortDay = (date: string): string =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
