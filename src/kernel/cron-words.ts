/** The times that people usually choose, and how they are written for a schedule: minute, hour, day of the month, month, weekday. */
export interface UsualTimes {
  on: "day" | "workday" | "weekday" | "month";
  /** Of `weekday`: 0 is Sunday. */
  weekday: number;
  /** Of `month`: 1 to 28. */
  day: number;
  hour: number;
  minute: number;
}

export const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

const usual = /^\s*([0-5]?\d)\s+([01]?\d|2[0-3])\s+(\*|\d{1,2})\s+\*\s+(\*|1-5|[0-7])\s*$/;

/** The times of a schedule; null where it is another than people usually choose. */
export function readCron(cron: string): UsualTimes | null {
  const [, minute, hour, day, weekday] = usual.exec(cron) ?? [];
  if (minute === undefined || (day !== "*" && weekday !== "*")) return null;
  const at = { hour: Number(hour), minute: Number(minute), weekday: 1, day: 1 };
  if (weekday === "1-5") return { on: "workday", ...at };
  if (weekday !== "*") return { on: "weekday", ...at, weekday: Number(weekday) % 7 };
  if (day === "*") return { on: "day", ...at };
  const dayOfMonth = Number(day);
  return dayOfMonth >= 1 && dayOfMonth <= 28 ? { on: "month", ...at, day: dayOfMonth } : null;
}

/** The times as a schedule takes them. */
export function writeCron({ on, weekday, day, hour, minute }: UsualTimes): string {
  return `${minute} ${hour} ${on === "month" ? day : "*"} * ${on === "workday" ? "1-5" : on === "weekday" ? weekday : "*"}`;
}

/** "every Monday at 07:00"; null where the schedule is another than people usually choose. */
export function cronWords(cron: string): string | null {
  const times = readCron(cron);
  if (!times) return null;
  const { on, weekday, day, hour, minute } = times;
  const days = { day: "every day", workday: "every workday", weekday: `every ${weekdays[weekday]}`, month: `on day ${day} of every month` };
  return `${days[on]} at ${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
