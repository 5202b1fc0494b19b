/** Pure: the plain kinds of schedules, between their five fields and what a person chooses. */
export interface PlainSchedule {
  kind: "day" | "weekdays" | "week" | "month" | "hour";
  /** `09:00`; of an hourly one only the minutes count. */
  at: string;
  /** 0 is Sunday. */
  weekday: number;
  day: number;
}

export const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const usual = { at: "09:00", weekday: 1, day: 1 };
const two = (n: number | string) => String(n).padStart(2, "0");

/** The plain schedule that a cron says; null where it says something else. */
export function readCron(cron: string): PlainSchedule | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== "*" || !isIn(minute, 59)) return null;
  if (hour === "*" && day === "*" && weekday === "*") return { ...usual, kind: "hour", at: `00:${two(minute)}` };
  if (!isIn(hour, 23)) return null;
  const at = `${two(hour)}:${two(minute)}`;
  if (day === "*" && weekday === "*") return { ...usual, kind: "day", at };
  if (day === "*" && weekday === "1-5") return { ...usual, kind: "weekdays", at };
  if (day === "*" && isIn(weekday, 7)) return { ...usual, kind: "week", at, weekday: Number(weekday) % 7 };
  if (weekday === "*" && isIn(day, 31) && Number(day) > 0) return { ...usual, kind: "month", at, day: Number(day) };
  return null;
}

/** A plain schedule as a cron. */
export function toCron({ kind, at, weekday, day }: PlainSchedule): string {
  const [hour = "0", minute = "0"] = at.split(":").map((part) => String(Number(part)));
  return {
    hour: `${minute} * * * *`,
    day: `${minute} ${hour} * * *`,
    weekdays: `${minute} ${hour} * * 1-5`,
    week: `${minute} ${hour} * * ${weekday}`,
    month: `${minute} ${hour} ${day} * *`,
  }[kind];
}

/** A cron in words; null where it is not a plain one. */
export function cronWords(cron: string): string | null {
  const plain = readCron(cron);
  if (plain === null) return null;
  const { kind, at, weekday, day } = plain;
  return {
    hour: `Every hour, at ${at.slice(3)} past`,
    day: `Every day at ${at}`,
    weekdays: `Monday to Friday at ${at}`,
    week: `Every ${weekdays[weekday]} at ${at}`,
    month: `On day ${day} of every month at ${at}`,
  }[kind];
}

const isIn = (text: string, most: number): boolean => /^\d{1,2}$/.test(text) && Number(text) <= most;
