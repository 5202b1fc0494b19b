import type { NeutralTrigger } from "../neutral.ts";
import type { ExportNode } from "../export-node.ts";

/** When a workflow starts by the clock: a cron, or an interval that no cron can say. */
export interface Schedule {
  cron?: string;
  every?: string;
  /** What of it is not quite the same. */
  note?: string;
}

const one = (n: number) => (n === 1 ? "*" : `*/${n}`);

/** The first rule of a schedule node, of any of its versions. */
export function readSchedule(type: string, params: ExportNode | undefined): Schedule {
  if (type === "interval") return everySoOften(Number(params?.get("interval")?.value ?? 1), params?.textAt("unit") || "seconds");
  const rule = params?.get(...(type === "cron" ? ["triggerTimes", "item"] : ["rule", "interval"]))?.items()[0];
  return type === "cron" ? oldRule(rule) : newRule(rule);
}

const numberAt = (part: ExportNode | undefined, name: string, otherwise: number): number => {
  const value = Number(part?.get(name)?.value ?? otherwise);
  return Number.isInteger(value) && value >= 0 && value < 10_000 ? value : otherwise;
};

function newRule(rule: ExportNode | undefined): Schedule {
  const field = rule?.textAt("field") || "days";
  const [minute, hour] = [numberAt(rule, "triggerAtMinute", 0), numberAt(rule, "triggerAtHour", 0)];
  if (field === "cronExpression") return cronOf(rule?.textAt("expression") ?? "");
  if (field === "seconds") return everySoOften(numberAt(rule, "secondsInterval", 30), "seconds");
  if (field === "minutes") return everySoOften(numberAt(rule, "minutesInterval", 5), "minutes");
  if (field === "hours") return hours(numberAt(rule, "hoursInterval", 1), minute);
  const every = numberAt(rule, `${field}Interval`, 1);
  const note = every > 1 ? `it ran every ${every} ${field}, and runs every time here: add a filter` : undefined;
  return {
    ...dayRule(field, rule, minute, hour, every),
    ...(note !== undefined && field !== "months" && field !== "days" ? { note } : {}),
  };
}

function dayRule(field: string, rule: ExportNode | undefined, minute: number, hour: number, every: number): Schedule {
  if (field === "weeks") {
    const days =
      rule
        ?.get("triggerAtDay")
        ?.items()
        .map((day) => String(day.value)) ?? [];
    return { cron: `${minute} ${hour} * * ${days.join(",") || "0"}` };
  }
  if (field === "months") return { cron: `${minute} ${hour} ${numberAt(rule, "triggerAtDayOfMonth", 1)} ${one(every)} *` };
  return { cron: `${minute} ${hour} ${one(every)} * *` };
}

const hours = (every: number, minute: number): Schedule => ({ cron: `${minute} ${one(every)} * * *` });

function oldRule(rule: ExportNode | undefined): Schedule {
  const mode = rule?.textAt("mode") || "everyDay";
  const [minute, hour] = [numberAt(rule, "minute", 0), numberAt(rule, "hour", 14)];
  if (mode === "custom") return cronOf(rule?.textAt("cronExpression") ?? "");
  if (mode === "everyMinute") return { cron: "* * * * *" };
  if (mode === "everyHour") return hours(1, minute);
  if (mode === "everyWeek") return { cron: `${minute} ${hour} * * ${rule?.textAt("weekday") || "1"}` };
  if (mode === "everyMonth") return { cron: `${minute} ${hour} ${numberAt(rule, "dayOfMonth", 1)} * *` };
  if (mode === "everyX") return everySoOften(numberAt(rule, "value", 2), rule?.textAt("unit") || "hours");
  return { cron: `${minute} ${hour} * * *` };
}

/** A cron as people write it; an expression that is worked out, or words, leave it empty. */
function cronOf(text: string): Schedule {
  const cron = text.replace(/^=/, "").trim().split(/\s+/).slice(0, 7).join(" ");
  return /^[\d*,/A-Za-z?#L -]+$/.test(cron) && [5, 6].includes(cron.split(" ").length) ? { cron } : {};
}

function everySoOften(count: number, unit: string): Schedule {
  const seconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }[unit] ?? 60;
  const total = Math.max(1, Math.round(count * seconds));
  return total < 60
    ? { every: "1m", note: `it ran every ${total} seconds, and a schedule here runs every minute at most` }
    : { every: `${Math.round(total / 60)}m` };
}

/** The trigger of a flow that the clock starts. */
export const scheduleTrigger = ({ cron, every }: Schedule, zone: string | undefined): NeutralTrigger => ({
  app: "millrace",
  operation: "schedule",
  ...(cron === undefined ? {} : { input: { cron, zone: zone ?? "UTC" } }),
  ...(every === undefined ? {} : { every }),
});
