/** Schedules that people usually choose, between the five fields of a cron and a form. Any other cron is shown as it is written. */
export interface UsualSchedule {
  kind: "day" | "weekdays" | "week" | "month" | "hour";
  /** `09:00`; of an hourly one only the minutes count. */
  at: string;
  /** Of `week`: 0 is Sunday. */
  weekday: number;
  /** Of `month`: 1 to 31. */
  day: number;
}

export const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const usual = { at: "09:00", weekday: 1, day: 1 };
const two = (n: string) => n.padStart(2, "0");

/** The usual schedule that a cron stands for; null for any other. */
export function readCron(cron: string): UsualSchedule | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== "*" || !isUpTo(minute, 59)) return null;
  if (hour === "*" && day === "*" && weekday === "*") return { ...usual, kind: "hour", at: `00:${two(minute)}` };
  if (!isUpTo(hour, 23)) return null;
  const at = `${two(hour)}:${two(minute)}`;
  if (day === "*" && weekday === "*") return { ...usual, kind: "day", at };
  if (day === "*" && weekday === "1-5") return { ...usual, kind: "weekdays", at };
  if (day === "*" && isUpTo(weekday, 7)) return { ...usual, kind: "week", at, weekday: Number(weekday) % 7 };
  if (weekday === "*" && isUpTo(day, 31) && Number(day) > 0) return { ...usual, kind: "month", at, day: Number(day) };
  return null;
}

/** The cron of a schedule. */
export function writeCron({ kind, at, weekday, day }: UsualSchedule): string {
  const [hour = "0", minute = "0"] = at.split(":").map((part) => String(Number(part)));
  return {
    hour: `${minute} * * * *`,
    day: `${minute} ${hour} * * *`,
    weekdays: `${minute} ${hour} * * 1-5`,
    week: `${minute} ${hour} * * ${weekday}`,
    month: `${minute} ${hour} ${day} * *`,
  }[kind];
}

/** "every Monday at 07:00"; null where the schedule is not a usual one. */
export function cronWords(cron: string): string | null {
  const schedule = readCron(cron);
  if (schedule === null) return null;
  const { kind, at, weekday, day } = schedule;
  return {
    hour: `every hour, at ${at.slice(3)} past`,
    day: `every day at ${at}`,
    weekdays: `every weekday at ${at}`,
    week: `every ${weekdays[weekday]} at ${at}`,
    month: `on day ${day} of every month at ${at}`,
  }[kind];
}

const isUpTo = (text: string, most: number): boolean => /^\d{1,2}$/.test(text) && Number(text) <= most;
