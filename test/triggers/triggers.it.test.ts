import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgedOperations } from "#apps/highlevel/operations.ts";
import type { PollMode } from "#engine/triggers/plan.ts";
import { isPlayed } from "#test/support/played.ts";
import { openGround, type Ground } from "./machine.ts";
import { atDawn, Story } from "./story.ts";
import type { Drive, Watched } from "./watched.ts";
import { calendars } from "./watched/calendars.ts";
import { contacts } from "./watched/contacts.ts";
import { conversations } from "./watched/conversations.ts";
import { lists } from "./watched/lists.ts";
import { others } from "./watched/others.ts";

// Every trigger row of the catalog, polled through its life: the real engine on a real store, real requests to the sandbox, and a
// clock that is moved. Each piece of news is to be told exactly once, whatever happens between two looks.
const table: Record<string, Drive> = { ...contacts, ...calendars, ...conversations, ...others };

let ground: Ground;
beforeAll(async () => void (ground = await openGround()));
afterAll(() => ground.close());

const minute = 60_000;

test("every trigger row of the catalog that the sandbox plays is in the table, and nothing else", () => {
  const rows = judgedOperations.filter((o) => o.kind === "trigger" && isPlayed(o)).map(({ id }) => id);
  expect(Object.keys(table).sort()).toEqual(rows.sort());
});

const modes: PollMode[] = ["new", "changed", "all"];
const entries = Object.entries({ ...table, ...lists }).map(([id, drive], i) => ({ id, drive, i }));

describe.each(entries)("$id", ({ id, drive, i }) => {
  test.each(modes)("in mode %s tells each piece of news once", async (mode) => {
    await atDawn(ground);
    const watched = drive(ground.sandbox.state);
    const old = watched.single ? "" : watched.make!(0, ground.clock.now());
    const story = await Story.begin(ground, id, watched, mode, i + modes.indexOf(mode));
    try {
      await (watched.single ? oneRecord(story, watched) : manyRecords(story, watched, old));
      expect(await story.end()).toEqual([]);
    } finally {
      await story.close();
    }
  });
});

/** Twenty looks and more at a list. */
async function manyRecords(story: Story, { make, change, end, many, lag }: Watched, old: string): Promise<void> {
  const { clock } = ground;
  const add = (at = clock.now()) => make!(story.next(), at);
  await story.look("the first look is a baseline");
  await story.look("nothing happened");

  const a = add();
  await story.look("one came", { new: [a] });
  await story.look("it is known");

  const same = [add(), add(), add()];
  await story.look("three came in one millisecond", { new: same });
  await story.look("they are known");

  await story.crash("before the commit", { new: [add()] });
  await story.crash("after the commit", { new: [add()] });
  await story.look("after the crashes");

  if (change) {
    const content = story.next();
    change(a, content);
    await story.look("a change", { changed: [a] });
    change(a, story.next());
    change(a, story.next());
    await story.look("two changes between two looks are one", { changed: [a] });
    change(a, content);
    await story.look("back to an earlier content", { changed: [a] });
    change(old, story.next());
    change(a, story.next());
    await story.look("changes in one millisecond", { changed: [old, a] });
  }

  const failed: string[] = [];
  await story.fail(() => {
    failed.push(add());
    change?.(same[0]!, story.next());
  });
  await story.look("news of the looks that failed", { new: failed, changed: change ? [same[0]!] : [] });

  const late = add(clock.now() - 3 * minute);
  await story.look("one that shows late, dated before others", { new: [late] });

  end!(same[1]!);
  await story.lookTwice("one went", { deleted: [same[1]!] });
  await story.look("nothing else is told because of it");

  let away = "";
  await story.away(() => {
    away = add();
    change?.(same[0]!, story.next());
    end!(same[2]!);
  });
  await story.lookTwice("what happened while the flow was off", {
    new: [away],
    changed: change ? [same[0]!] : [],
    deleted: [same[2]!],
  });

  if (many) {
    const all = Array.from({ length: many }, () => add());
    await story.look("more than a page, in one millisecond", { new: all });
    change!(all[0]!, story.next());
    change!(all.at(-1)!, story.next());
    await story.look("changes on the first page and on the last", { changed: [all[0]!, all.at(-1)!] });
  }
  if (lag) {
    lag(2.5 * minute); // a look may take some seconds of the clock
    const lagging = [add(), add()];
    change!(old, story.next());
    await story.look("the index has not seen it");
    await story.look("nor yet");
    await story.look("now it has", { new: lagging, changed: [old] });
    lag(0);
  }
  await story.down(25 * 60 * minute);
  await story.lookTwice("a day later", {});
}

/** Twenty looks at one record, or at an answer that is always there. Its contents are told apart by being odd or even, for some have only two. */
async function oneRecord(story: Story, { key = "*", make, change, end }: Watched): Promise<void> {
  const { clock } = ground;
  await story.look("the first look is a baseline");
  await story.look("nothing happened");
  if (make) {
    key = make(0, clock.now());
    await story.look("it came", { new: [key] });
    await story.look("it is known");
  }
  const emission = { changed: [key] };
  const say = (content: number) => change!(key, content);
  say(1);
  await story.look("a change", emission);
  await story.look("it is known");
  say(3);
  say(2);
  await story.look("two changes between two looks are one", emission);
  say(1);
  await story.look("back to an earlier content", emission);
  say(2);
  await story.crash("before the commit", emission);
  say(1);
  await story.crash("after the commit", emission);
  await story.look("after the crashes");
  let content = 1;
  await story.fail(() => say(++content));
  if (content % 2) say(++content);
  await story.look("a change while the looks failed", emission);
  await story.away(() => say(1));
  await story.look("a change while the flow was off", emission);
  await story.look("it is known");
  if (end) {
    end(key);
    await story.look("it went", { deleted: [key] });
    await story.look("it is gone");
  }
  if (make) {
    make(7, clock.now());
    await story.look("it is there again", story.mode === "all" ? { new: [key] } : emission);
    await story.look("it is known");
  }
}
