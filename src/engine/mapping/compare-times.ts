import { IANAZone } from "luxon";
import { epochMs, readIso, readMoment, utcOf, type IsoTime } from "#catalog/moments.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { MappingProblem } from "./problem.ts";
import { isNil, quote } from "./text.ts";
import { currentWork } from "./work.ts";

/**
 * How the times of a condition compare, with as few looks at a zone as can be: a list of thousands is compared within milliseconds.
 * Only ISO's usual spelling counts as a time here, with a time of day on at least one side, so that ids, versions, phone numbers and plain
 * numbers stay what they are.
 */

/** A time on one side of a comparison. A number is in UTC. */
interface Side extends IsoTime {
  text: string;
}

/**
 * Below, at or above zero; undefined where the two are not both times. A date beside a time is that whole day, by the flow's calendar.
 * Throws for a day or time that does not exist.
 */
export function compareTimes(left: unknown, right: unknown, zone: string): number | undefined {
  const [a, b] = [timeOf(left), rightTimeOf(right)];
  if (!a && !b) return undefined;
  const [first, second] = [a ?? figureOf(left), b ?? figureOf(right)];
  if (!first || !second || (a?.day && b?.day)) return undefined; // as text, two dates have the same order
  for (const { wall, text } of [first, second]) if (Number.isNaN(wall)) throw noSuchTime(text, "compared with a time");
  return compareSides(first, second, zone);
}

/** Whether two values are the same time. A time that does not exist equals nothing. */
export function isSameTime(left: unknown, right: unknown, zone: string): boolean {
  const [a, b] = [timeOf(left), rightTimeOf(right)];
  if ((!a && !b) || (a?.day && b?.day)) return false;
  // A number beside a date alone would be the same day by chance; beside a time it has to be that moment.
  const [first, second] = [a ?? (b?.day ? null : figureOf(left)), b ?? (a?.day ? null : figureOf(right))];
  return first !== null && second !== null && compareSides(first, second, zone) === 0;
}

const noSuchTime = (text: string, use: string) => new MappingProblem(`${quote(text)} cannot be ${use}: there is no such day or time`);

function compareSides(a: Side, b: Side, zone: string): number {
  if (a.day) return -compareWithDay(b, a, zone);
  if (b.day) return compareWithDay(a, b, zone);
  if (a.offset === null && b.offset === null) return a.wall - b.wall;
  if (a.offset === null) return -compareWithLocal(b, a, zone);
  return b.offset === null ? compareWithLocal(a, b, zone) : utcOf(a) - utcOf(b);
}

const longest = 48;
function timeOf(value: unknown): Side | null {
  if (typeof value !== "string" || value.length < 10 || value.length > longest) return null;
  const text = value.trim();
  if (text[4] !== "-" || text[7] !== "-") return null;
  currentWork().charge(readCharge);
  const iso = readIso(text);
  return iso && { ...iso, text };
}

/** What a list is compared with stays the same from item to item. */
let lastRight: { value: unknown; side: Side | null } = { value: null, side: null };
function rightTimeOf(value: unknown): Side | null {
  if (lastRight.value !== value) lastRight = { value, side: timeOf(value) };
  return lastRight.side;
}

function figureOf(value: unknown): Side | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const text = String(value).trim();
  const ms = text.length > longest ? null : epochMs(text);
  return ms === null ? null : { wall: ms, offset: 0, day: false, text };
}

const dayOf = (wall: number): number => Math.floor(wall / dayMs) * dayMs;
/** No zone is or was further from UTC. */
const furthest = 16 * hourMs;

/** What reading a time and looking into a zone cost, as characters gone through: a mapping may do so some 32,000 and 500 times. */
const readCharge = 512;
const lookCharge = 32 * 1024;

/** A moment and a time that names no zone. Far enough apart, their order is the same in every zone. */
function compareWithLocal(moment: Side, local: Side, zone: string): number {
  const apart = utcOf(moment) - local.wall;
  if (Math.abs(apart) > furthest) return apart;
  return utcOf(moment) - whenIn(zone, local);
}

/** When a time is that names no zone. */
function whenIn(zone: string, { text, wall }: Side): number {
  currentWork().charge(lookCharge);
  const ms = readMoment(text, { zone, now: 0 })?.at.toMillis() ?? Number.NaN;
  return ms + (wall % 1);
}

/** A time and a day. Midnight is how systems write a day without a time, so a moment that is midnight where it was written is that day. */
function compareWithDay(time: Side, day: Side, zone: string): number {
  if (time.offset === null || time.wall % dayMs === 0) return dayOf(time.wall) - day.wall;
  const apart = utcOf(time) - day.wall;
  if (Math.abs(apart) > furthest + dayMs) return apart;
  currentWork().charge(lookCharge / 4);
  const ahead = IANAZone.create(zone).offset(utcOf(time)) * 60_000;
  return dayOf(utcOf(time) + ahead) - day.wall;
}

/**
 * When each of a list is, to sort it by; null where not all of them are times, or all are dates, which are in order as text. A date begins the
 * day it names. What is missing has no time.
 */
export function timesOf(values: readonly unknown[], zone: string): (number | undefined)[] | null {
  const sides = values.map((value) => (isNil(value) ? undefined : timeOf(value)));
  if (!isComplete(sides) || sides.every((side) => !side || side.day)) return null;
  const unreal = sides.find((side) => side && Number.isNaN(side.wall));
  if (unreal) throw noSuchTime(unreal.text, "sorted as a time");
  const isMixed = sides.some((side) => side && side.offset !== null) && sides.some((side) => side && side.offset === null);
  return sides.map((side) => side && (isMixed && side.offset === null ? whenIn(zone, side) : utcOf(side)));
}

const isComplete = (sides: (Side | null | undefined)[]): sides is (Side | undefined)[] => !sides.includes(null);
