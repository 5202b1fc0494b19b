import type { NeutralTrigger } from "../neutral.ts";
import type { ExportNode } from "../export-node.ts";

/** When Make carries out a scenario that begins with no trigger. A blueprint alone does not say it. */
export function readScheduling(part: ExportNode): NeutralTrigger | undefined {
  const scheduling = part.get("scheduling") ?? part.get("response", "scheduling") ?? part.get("scenario", "scheduling");
  const read = scheduling && timesOf(scheduling);
  if (!read) return undefined;
  scheduling.converted();
  scheduling.check({
    at: "Scenario › scheduling",
    why: "the file does not say in which time zone it was meant",
    todo: "look at the time and the zone of the trigger",
  });
  return { app: "millrace", operation: "schedule", ...read };
}

type Times = Pick<NeutralTrigger, "input" | "every">;

function timesOf(scheduling: ExportNode): Times | undefined {
  const type = scheduling.textAt("type");
  const interval = Number(scheduling.get("interval")?.value ?? 900);
  if (type === "indefinitely") return { every: `${Math.max(1, Math.round(interval / 60)) || 15}m` };
  const [hour = "9", minute = "0"] = (/^(\d{1,2}):(\d{2})/.exec(scheduling.textAt("time")) ?? []).slice(1);
  const at = `${Number(minute)} ${Number(hour)}`;
  const days = listAt(scheduling, "days", 7);
  if (type === "daily") return cron(`${at} * * *`);
  if (type === "weekly") return cron(`${at} * * ${days || "1"}`);
  if (type === "monthly") return cron(`${at} ${listAt(scheduling, "dates", 31) || "1"} * *`);
  if (type === "yearly") return cron(`${at} ${listAt(scheduling, "dates", 31) || "1"} ${listAt(scheduling, "months", 12) || "1"} *`);
  return undefined;
}

const cron = (text: string): Times => ({ input: { cron: text, zone: "UTC" } });

const listAt = (scheduling: ExportNode, name: string, most: number): string =>
  (scheduling.get(name)?.items() ?? [])
    .map(({ value }) => Number(value))
    .filter((n) => Number.isInteger(n) && n >= 0 && n <= most)
    .join(",");
