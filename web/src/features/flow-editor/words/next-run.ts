import { Cron } from "croner";

/** When a schedule starts its flow next, in words and in its own zone; null where the cron or the zone is none, or there is no such time. */
export function nextRunWords(cron: string, zone: string, now: number): string | null {
  try {
    const next = new Cron(cron, { timezone: zone, paused: true }).nextRun(new Date(now));
    if (next === null) return null;
    const words = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "full", timeStyle: "short" });
    return `${words.format(next)} (${zone.replaceAll("_", " ")})`;
  } catch {
    return null;
  }
}
