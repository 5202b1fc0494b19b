/** Pure: time zones by what people type of them. */

const zones: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
const shownAtMost = 50;

/** The zones whose name has the words, those where a city or an area begins so first. */
export function findZones(words: string): string[] {
  const wanted = words.trim().toLowerCase().replaceAll(" ", "_");
  const beginning = (zone: string) =>
    zone
      .toLowerCase()
      .split("/")
      .some((part) => part.startsWith(wanted));
  const matches = zones.filter((zone) => zone.toLowerCase().includes(wanted));
  return [...matches.filter(beginning), ...matches.filter((zone) => !beginning(zone))].slice(0, shownAtMost);
}

/** Whether there is such a zone; names of before, as `Asia/Calcutta`, count. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "" && !/^[+-]\d/.test(name);
  } catch {
    return false;
  }
}
