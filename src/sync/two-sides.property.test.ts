import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import { minuteMs } from "#kernel/durations.ts";
import { personType, syncField, syncOf } from "#test/support/sync-sides.ts";
import { PretendApp, type AppTraits, type WriteFault } from "#test/support/two-sides/app.ts";
import { Driver } from "#test/support/two-sides/driver.ts";
import { trials } from "#test/support/trials.ts";
import { lagMs } from "./echo.ts";
import type { ConflictPolicy, Side } from "./format.ts";
import { otherSide, sides } from "./sides.ts";
import type { Link } from "./types.ts";
import { sameValue } from "./values.ts";

/**
 * Two apps, people on both sides who do as they like, and everything that goes wrong between: webhooks lost, doubled and late, lists that lag,
 * outages, lost answers, kills. Once it is quiet and both sides were read, they have to be in step.
 */

type Field = "name" | "note" | "tags";
type Step = { who: number; side: Side } & (
  | { do: "edit"; field: Field; value: number }
  | { do: "create" | "remove" | "poll" | "work" }
  | { do: "merge"; into: number }
  | { do: "fault"; fault: WriteFault }
  | { do: "kill"; after: number }
);
type Delivery = "lost" | "once" | "twice" | "late";
interface World {
  policy: ConflictPolicy;
  deletes: Record<Side, "nothing" | "delete">;
  traits: Record<Side, AppTraits>;
  deliveries: readonly Delivery[];
}

const persons = 3;
const settings = { zone: "UTC" };
const emailOf = (who: number): string => `p${who}@x.org`;

class Story {
  readonly clock = { now: 1_000 * minuteMs };
  readonly apps: Record<Side, PretendApp>;
  readonly driver: Driver;
  readonly #world: World;
  #late: { side: Side; id: string }[] = [];
  #sent = 0;
  /** Writes that what people did may need, at most. */
  needed = 0;
  /** Whose field was edited by which sides, and the last value. */
  readonly edits = new Map<string, { by: Set<Side>; last: unknown }>();
  /** Who has which tag: the sides that ever changed it, whether it is there now, and whether somebody removed it. */
  readonly tags = new Map<string, { by: Set<Side>; has: boolean; removed: boolean }>();
  /** Persons of whom a record was deleted or merged. */
  readonly disturbed = new Set<number>();

  constructor(world: World) {
    this.#world = world;
    const fields = [syncField("name"), syncField("email", "email", { once: true }), syncField("note"), syncField("tags", "tags")];
    const typeOf = (id: string, side: Side) => {
      const { one, ...rest } = personType(id, { fields });
      return world.traits[side].hasOne ? { ...rest, one: one! } : rest;
    };
    const sync = syncOf(
      {
        match: [[{ a: "email", b: "email" }]],
        fields: [
          { a: "name", b: "name", way: "both" },
          { a: "email", b: "email", way: "both" },
          { a: "note", b: "note", way: "toB" },
          { a: "tags", b: "tags", way: "both" },
        ],
        conflict: world.policy,
        deletes: world.deletes,
      },
      { a: typeOf("contact", "a"), b: typeOf("profile", "b") },
    );
    this.apps = { a: new PretendApp("a", this.clock, world.traits.a), b: new PretendApp("b", this.clock, world.traits.b) };
    this.driver = new Driver(sync, this.apps, this.clock);
  }

  take(step: Step): void {
    this.clock.now += 2 * minuteMs;
    const app = this.apps[step.side];
    const id = app.withEmail(emailOf(step.who));
    switch (step.do) {
      case "edit":
        if (id !== undefined) this.#edit(step.side, step.who, id, step.field, step.value);
        break;
      case "create":
        this.#create(step.side, step.who, id);
        break;
      case "remove":
        if (id !== undefined) this.#remove(step.side, step.who, id);
        break;
      case "merge":
        this.#merge(step, id);
        break;
      case "poll":
        this.driver.poll(step.side);
        break;
      case "work":
        this.driver.queue.push(...this.#late.splice(0));
        break;
      case "fault":
        app.faults.push(step.fault);
        break;
      case "kill":
        this.driver.killAfter = step.after;
        break;
    }
    if (step.do === "work" || step.do === "poll" || step.do === "kill") this.#work();
    else this.#deliver();
  }

  #edit(side: Side, who: number, id: string, field: Field, value: number): void {
    const app = this.apps[side];
    this.needed++;
    if (field !== "tags") {
      const text = `${side} ${field} ${value}`;
      app.edit(id, { [field]: text });
      return this.#edited(side, who, field, text);
    }
    const tags = (app.now(id)?.["tags"] ?? []) as string[];
    const tag = `t${value % 3}`;
    const has = tags.includes(tag);
    app.edit(id, { tags: has ? tags.filter((one) => one !== tag) : [...tags, tag] });
    this.#tagged(side, who, tag, !has);
  }

  #tagged(side: Side, who: number, tag: string, has: boolean): void {
    const key = `${who} ${tag}`;
    const { by, removed } = this.tags.get(key) ?? { by: new Set<Side>(), removed: false };
    this.tags.set(key, { by: by.add(side), has, removed: removed || !has });
  }

  #edited(side: Side, who: number, field: Field, last: unknown): void {
    const { by } = this.edits.get(`${who} ${field}`) ?? { by: new Set<Side>() };
    this.edits.set(`${who} ${field}`, { by: by.add(side), last });
  }

  /** Where an app takes doubles, each person begins on one side: nobody could know that two made at once are the same. */
  #create(side: Side, who: number, id: string | undefined): void {
    const doubles = !sides.every((one) => this.apps[one].traits.isUnique);
    if (id !== undefined || (doubles && (who % 2 === 0) !== (side === "a")) || (doubles && this.disturbed.has(who))) return;
    const values = { name: `${side} made ${who}`, note: side === "a" ? `note ${who}` : null, tags: [`t${who % 3}`] };
    this.apps[side].create({ email: emailOf(who), ...values });
    this.needed += 3;
    this.#edited(side, who, "name", values.name);
    if (side === "a") this.#edited(side, who, "note", values.note);
    this.#tagged(side, who, `t${who % 3}`, true);
  }

  #remove(side: Side, who: number, id: string): void {
    this.apps[side].remove(id);
    this.disturbed.add(who);
    this.needed += 2;
  }

  #merge({ side, who, into }: { side: Side; who: number; into: number }, id: string | undefined): void {
    const winner = this.apps[side].withEmail(emailOf(into));
    if (id === undefined || winner === undefined || id === winner) return;
    this.apps[side].merge(id, winner);
    this.disturbed.add(who).add(into);
    this.needed += 4;
  }

  /** Webhooks of everything that changed since, also by our own writes. */
  #deliver(): void {
    for (const side of sides)
      for (const id of this.apps[side].changes.splice(0)) {
        const how = this.#world.deliveries[this.#sent++ % this.#world.deliveries.length]!;
        const times = { lost: 0, once: 1, twice: 2, late: 0 }[how];
        for (let i = 0; i < times; i++) this.driver.queue.push({ side, id });
        if (how === "late") this.#late.push({ side, id });
      }
  }

  #work(): void {
    this.driver.work();
    this.#deliver();
  }

  writes(): number {
    return sides.reduce((sum, side) => sum + Object.values(this.apps[side].writes).reduce((all, count) => all + count, 0), 0);
  }

  deletions = (): number => this.apps.a.writes.delete + this.apps.b.writes.delete;

  /** Nobody does anything any more, and both sides are read until nothing is written. */
  settle(): void {
    this.driver.killAfter = Number.POSITIVE_INFINITY;
    let quiet = 0;
    for (let round = 0; quiet < 3; round++) {
      if (round > 40) throw new Error("It never came to rest.");
      const before = this.writes();
      this.clock.now += lagMs + minuteMs;
      this.driver.queue.push(...this.#late.splice(0));
      for (const side of sides) this.#look(side);
      for (let i = 0; i < 3; i++) this.#work();
      quiet = this.writes() === before && this.driver.queue.length === 0 ? quiet + 1 : 0;
    }
  }

  /** Reads a side. Where that misses every pair's record, nothing is deleted before a person was asked. */
  #look(side: Side): void {
    const waits = this.driver.queue.some(({ missing }) => missing);
    const linked = [...this.driver.links.values()].filter(({ a, b }) => a !== null && b !== null);
    this.driver.poll(side);
    const missed = this.driver.queue.filter(({ missing }) => missing);
    if (!waits && missed.length > 1 && missed.length === linked.length) throw new Error("It takes everything for deleted.");
    if (this.driver.asking.length > 0) this.#allow();
  }

  /** What waits for a person is not deleted before. */
  #allow(): void {
    const before = this.deletions();
    const hints = this.driver.asking.splice(0);
    for (let i = 0; i < 2; i++) this.#work();
    for (const { side, id } of hints) {
      const other = this.driver.linkOf(side, id)?.[otherSide(side)];
      const isGone = other && this.apps[otherSide(side)].now(other) === null;
      if (isGone && this.deletions() > before) throw new Error("It deleted without asking.");
    }
    this.driver.queue.push(...hints);
  }
}

// ---------------------------------------------------------------- what has to be true in the end

function expectInStep(story: Story, { policy }: World): void {
  for (const link of story.driver.links.values()) {
    if (link.a === null || link.b === null || link.ignored) continue;
    expect(link.hops, "nothing loops").toBeLessThan(6);
    const records = { a: story.apps.a.now(link.a), b: story.apps.b.now(link.b) };
    expect(records.a && records.b, "a pair has both its records").toBeTruthy();
    for (const field of ["name", "tags", "note"] as const) expectAgreed(link, field, { a: records.a!, b: records.b! }, policy);
  }
}

function expectAgreed(link: Link, field: Field, records: Record<Side, JsonObject>, policy: ConflictPolicy): void {
  const [a, b] = [records.a[field] ?? null, records.b[field] ?? null];
  const kind = field === "tags" ? "tags" : "text";
  if (sameValue(kind, a, b, settings)) return;
  const key = `${field}=${field}`;
  const isAsked = policy === "ask" && field === "name" && link.conflicts.some((conflict) => conflict.field === key);
  // The target of a one-way row was edited: it stays until its source changes.
  const isEdited = field === "note" && sameValue(kind, a, link.agreed[key]?.a ?? null, settings);
  expect({ [field]: { a, b }, isExplained: isAsked || isEdited }).toEqual({ [field]: { a, b }, isExplained: true });
}

/** Of a person whose records nobody deleted or merged, each side has one, and nothing that one side alone changed is lost. */
function expectWhole(story: Story, who: number): void {
  const found = sides.map((side) => story.apps[side].ids().filter((id) => story.apps[side].now(id)?.["email"] === emailOf(who)));
  if (story.disturbed.has(who) || found.every((ids) => ids.length === 0)) return;
  expect(
    found.map((ids) => ids.length),
    `records of person ${who}`,
  ).toEqual([1, 1]);
  const [a, b] = [story.apps.a.now(found[0]![0]!)!, story.apps.b.now(found[1]![0]!)!];
  for (const field of ["name", "note"] as const) {
    const edit = story.edits.get(`${who} ${field}`);
    if (edit?.by.size !== 1 || (field === "note" && !edit.by.has("a"))) continue;
    expect([a[field], b[field]], `the last ${field}, which one side alone changed`).toEqual([edit.last, edit.last]);
  }
  for (const [key, { by, has, removed }] of story.tags) {
    const [person, tag] = key.split(" ");
    if (Number(person) !== who || (removed && by.size > 1)) continue;
    for (const record of [a, b]) expect(((record["tags"] ?? []) as string[]).includes(tag!), `has ${tag}`).toBe(has);
  }
}

function check(world: World, steps: readonly Step[]): void {
  const story = new Story(world);
  for (const step of steps) story.take(step);
  story.settle();
  expectInStep(story, world);
  for (let who = 0; who < persons; who++) expectWhole(story, who);
  const lists = sides.filter((side) => !world.traits[side].hasOne).length;
  // A side that is known by a list that lags alone may be taken for changed once more.
  expect(story.writes(), "writes").toBeLessThanOrEqual(story.needed * (1 + lists));
}

// ---------------------------------------------------------------- cases

const side = fc.constantFrom<Side>("a", "b");
const who = fc.integer({ min: 0, max: persons - 1 });
const stepOf = (more: Record<string, fc.Arbitrary<unknown>>) => fc.record({ who, side, ...more }) as unknown as fc.Arbitrary<Step>;
const does = (...what: string[]) => stepOf({ do: fc.constantFrom(...what) });
const edit = stepOf({ do: fc.constant("edit"), field: fc.constantFrom("name", "note", "tags"), value: fc.integer({ min: 0, max: 9 }) });
const fault = stepOf({ do: fc.constant("fault"), fault: fc.constantFrom("refused", "answer lost") });
const kill = stepOf({ do: fc.constant("kill"), after: fc.integer({ min: 0, max: 8 }) });
const merge = stepOf({ do: fc.constant("merge"), into: who });

const calm = fc.oneof(
  { weight: 5, arbitrary: edit },
  { weight: 4, arbitrary: does("create") },
  { weight: 6, arbitrary: does("poll", "work") },
);
const rough = fc.oneof({ weight: 15, arbitrary: calm }, { weight: 3, arbitrary: fault }, { weight: 3, arbitrary: kill });
const wild = fc.oneof({ weight: 20, arbitrary: rough }, { weight: 3, arbitrary: does("remove") }, { weight: 1, arbitrary: merge });

const traits = (hasOne: fc.Arbitrary<boolean>, isUnique: boolean): fc.Arbitrary<AppTraits> =>
  fc.record({
    hasOne,
    isUnique: fc.constant(isUnique),
    hasChanged: fc.boolean(),
    skewMs: fc.integer({ min: -90_000, max: 90_000 }),
    lagsMs: fc.array(fc.integer({ min: 0, max: lagMs - 1_000 }), { minLength: 1, maxLength: 4 }),
  });
const worlds = (hasOne: fc.Arbitrary<boolean>): fc.Arbitrary<World> =>
  fc.boolean().chain((isUnique) =>
    fc.record({
      policy: fc.constantFrom("newest", "a", "b", "ask"),
      deletes: fc.record({ a: fc.constantFrom("nothing", "delete"), b: fc.constantFrom("nothing", "delete") }),
      traits: fc.record({ a: traits(hasOne, isUnique), b: traits(hasOne, isUnique) }),
      deliveries: fc.array(fc.constantFrom<Delivery>("lost", "once", "twice", "late"), { minLength: 1, maxLength: 5 }),
    }),
  );
const fresh = worlds(fc.constant(true));
const stories = (steps: fc.Arbitrary<Step>) => fc.array(steps, { maxLength: 40 });

describe("two sides stay in step", () => {
  test.each([
    ["when people edit and make records on both", fresh, calm, 1_500],
    ["when calls fail, answers are lost and the process is killed", fresh, rough, 3_000],
    ["when records are deleted, made again and merged", fresh, wild, 3_000],
    ["when all that an app has is a list that lags", worlds(fc.boolean()), wild, 5_000],
  ])("%s", (_, world, steps, full) => {
    fc.assert(fc.property(world, stories(steps), check), { numRuns: trials(full) });
  });
});
