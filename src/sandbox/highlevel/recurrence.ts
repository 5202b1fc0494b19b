import { DateTime, type DateTimeUnit } from "luxon";
import { unprocessable } from "../refusal.ts";
import type { Appointment } from "../rows/calendars.ts";

/** What a rule without an end is cut at: a calendar looks no further. */
const mostInstances = 730;
const frequencies: Record<string, "days" | "weeks" | "months" | "years"> = {
  DAILY: "days",
  WEEKLY: "weeks",
  MONTHLY: "months",
  YEARLY: "years",
};
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const understood = new Set(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"]);

interface Rule {
  unit: "days" | "weeks" | "months" | "years";
  interval: number;
  count: number;
  until: number;
  /** 1 for Monday; none where the rule does not say. */
  days: number[];
  /** Starts that are left out. */
  except: Set<number>;
}

const expanded = new WeakMap<Appointment, Appointment[]>();

/** The instances of a recurring appointment, in order; an ordinary one is its own. Each is known by `<master>_<epoch ms>_<seconds>`. */
export function instancesOf(master: Appointment, zone: string): Appointment[] {
  if (!master.rrule) return [master];
  const instances = expanded.get(master) ?? startsOf(master, readRule(master.rrule), zone).map((startsAt) => instance(master, startsAt));
  expanded.set(master, instances); // rows are replaced, never changed
  return instances;
}

/** The rule as it is kept, or the refusal of one that cannot be read. */
export function checkedRule(rrule: string): string {
  readRule(rrule);
  return rrule;
}

/** Master and start of an instance's id. */
export function partsOfInstance(id: string): { masterId: string; startsAt: number } | undefined {
  const [, masterId, startsAt] = /^(.+)_(\d{10,15})_\d+$/.exec(id) ?? [];
  return masterId === undefined ? undefined : { masterId, startsAt: Number(startsAt) };
}

function instance(master: Appointment, startsAt: number): Appointment {
  const { rrule: _, exceptions: __, ...rest } = master;
  const lengthMs = master.endsAt - master.startsAt;
  return { ...rest, id: `${master.id}_${startsAt}_${lengthMs / 1000}`, masterId: master.id, startsAt, endsAt: startsAt + lengthMs };
}

/** Wall-clock time is kept across summer and winter. */
function startsOf({ startsAt, exceptions = [] }: Appointment, rule: Rule, zone: string): number[] {
  const first = DateTime.fromMillis(startsAt, { zone });
  const starts: number[] = [];
  for (let step = 0; starts.length < rule.count && step < mostInstances; step++) {
    const base = first.plus({ [rule.unit]: step * rule.interval });
    const days =
      rule.unit === "weeks" && rule.days.length > 0
        ? rule.days.map((day) => base.startOf("week" as DateTimeUnit).plus({ days: day - 1 }))
        : [base];
    for (const day of days) {
      const at = day.set({ hour: first.hour, minute: first.minute, second: first.second, millisecond: first.millisecond }).toMillis();
      if (at > rule.until) return without(starts, rule, exceptions);
      if (at >= startsAt && starts.length < rule.count) starts.push(at);
    }
  }
  return without(starts, rule, exceptions);
}

const without = (starts: number[], { except }: Rule, exceptions: readonly number[]) =>
  starts.filter((at) => !except.has(at) && !exceptions.includes(at));

function readRule(rrule: string): Rule {
  const lines = rrule.split(/\r?\n/).map((line) => line.trim());
  const parts = Object.fromEntries(
    (lines[0] ?? "")
      .replace(/^RRULE:/, "")
      .split(";")
      .filter(Boolean)
      .map((part) => part.split("=", 2) as [string, string]),
  );
  const unit = frequencies[parts["FREQ"] ?? ""];
  const interval = Number(parts["INTERVAL"] ?? 1);
  const count = Math.min(Number(parts["COUNT"] ?? mostInstances), mostInstances);
  const until = parts["UNTIL"] ? stamp(parts["UNTIL"]) : Infinity;
  const days = (parts["BYDAY"]?.split(",") ?? []).map((day) => weekdays.indexOf(day) + 1).sort((a, b) => a - b);
  const except = new Set(
    (
      lines
        .find((line) => line.startsWith("EXDATE:"))
        ?.slice(7)
        .split(",") ?? []
    ).map(stamp),
  );
  const good =
    unit &&
    interval >= 1 &&
    count >= 1 &&
    !Number.isNaN(until) &&
    days.every(Boolean) &&
    Object.keys(parts).every((name) => understood.has(name));
  if (!good) throw unprocessable(["rrule must be a valid RRULE string"]);
  return { unit, interval, count, until, days, except };
}

const stamp = (text: string): number =>
  DateTime.fromFormat(text, text.endsWith("Z") ? "yyyyMMdd'T'HHmmss'Z'" : "yyyyMMdd", { zone: "utc" }).toMillis();
