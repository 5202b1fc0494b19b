import { describe, expect, it } from "vitest";
import { TestClock, type Clock } from "#kernel/clock.ts";
import type { QueuedRun, RunQueue } from "#engine/types.ts";

/** What every carrier of runs does. */
export function runQueueContract(name: string, open: (clock: Clock) => RunQueue): void {
  describe(`run queue: ${name}`, () => {
    const entry = (id: string, more: Partial<QueuedRun> = {}): QueuedRun => ({ id, dueAt: 0, lane: "live", group: "g", ...more });
    const setup = () => {
      const clock = new TestClock();
      const queue = open(clock);
      const done: string[] = [];
      return { clock, queue, done, work: (concurrency = 1) => queue.work(async (id) => void done.push(id), concurrency) };
    };

    it("hands over what is due, in the order it came", async () => {
      const { clock, queue, done, work } = setup();
      queue.add([entry("a"), entry("b"), entry("c")]);
      work();
      await clock.advance(1);
      await clock.advance(1);
      expect(done).toEqual(["a", "b", "c"]);
    });

    it("keeps what is due later until its time", async () => {
      const { clock, queue, done, work } = setup();
      work();
      queue.add([entry("later", { dueAt: clock.now() + 5000 }), entry("now")]);
      await clock.advance(4999);
      expect(done).toEqual(["now"]);
      await clock.advance(2);
      await clock.advance(1);
      expect(done).toEqual(["now", "later"]);
    });

    it("takes the same id once, however often it is added", async () => {
      const { clock, queue, done, work } = setup();
      queue.add([entry("a"), entry("a")]);
      queue.add([entry("a")]);
      work();
      await clock.advance(1);
      expect(done).toEqual(["a"]);
    });

    it("an id added while it is being worked on goes round once more", async () => {
      const { clock, queue } = setup();
      const done: string[] = [];
      queue.work(async (id) => {
        done.push(id);
        if (done.length === 1) queue.add([entry("a", { dueAt: clock.now() + 100 })]);
      }, 1);
      queue.add([entry("a")]);
      await clock.advance(1);
      await clock.advance(50);
      expect(done).toEqual(["a"]);
      await clock.advance(60);
      await clock.advance(1);
      expect(done).toEqual(["a", "a"]);
    });

    it("works on as many at a time as it may, and no more", async () => {
      const { clock, queue } = setup();
      let running = 0;
      let most = 0;
      const release: (() => void)[] = [];
      queue.work(async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => release.push(resolve));
        running--;
      }, 3);
      queue.add(Array.from({ length: 8 }, (_, i) => entry(`r${i}`)));
      await clock.advance(1);
      expect(running).toBe(3);
      while (release.length) {
        release.shift()!();
        await clock.advance(1);
      }
      expect(most).toBe(3);
    });

    it("lets groups take turns, so that one flow's thousand do not keep another's one waiting", async () => {
      const { clock, queue, done, work } = setup();
      queue.add(Array.from({ length: 1000 }, (_, i) => entry(`big${i}`, { group: "big" })));
      queue.add([entry("small", { group: "small" })]);
      work();
      await clock.advance(1);
      await clock.advance(1);
      expect(done.indexOf("small")).toBeLessThan(3);
    });

    it("offers live runs more turns than backfill, and yet backfill comes along", async () => {
      const { clock, queue, done, work } = setup();
      queue.add(Array.from({ length: 200 }, (_, i) => entry(`back${i}`, { lane: "backfill" })));
      queue.add(Array.from({ length: 200 }, (_, i) => entry(`live${i}`)));
      work();
      await clock.advance(1);
      const firstHundred = done.slice(0, 100);
      const live = firstHundred.filter((id) => id.startsWith("live")).length;
      expect(live).toBeGreaterThan(80);
      expect(live).toBeLessThan(100);
    });

    it("goes on after a run's handler fails", async () => {
      const { clock, queue } = setup();
      const done: string[] = [];
      queue.work(async (id) => {
        done.push(id);
        if (id === "bad") throw new Error("no");
      }, 1);
      queue.add([entry("bad"), entry("good")]);
      await clock.advance(1);
      await clock.advance(1);
      expect(done).toEqual(["bad", "good"]);
    });

    it("closes when what is running has finished, and hands over nothing after", async () => {
      const { clock, queue, done } = setup();
      let release = () => {};
      queue.work(async (id) => {
        await new Promise<void>((resolve) => (release = resolve));
        done.push(id);
      }, 1);
      queue.add([entry("a"), entry("b")]);
      await clock.advance(1);
      const closed = queue.close();
      release();
      await closed;
      await clock.advance(1);
      expect(done).toEqual(["a"]);
    });
  });
}
