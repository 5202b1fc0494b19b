import { describe, expect, it } from "vitest";
import { TestClock, type Clock } from "#kernel/clock.ts";
import type { QueuedRun, RunQueue, WorkLimits } from "#engine/ports/queue.ts";

const within = (atOnce: number, more: Partial<WorkLimits> = {}): WorkLimits => ({ atOnce, perGroup: atOnce, admit: () => true, ...more });

/** Lets what is due happen, over several turns of the event loop. */
async function turns(clock: TestClock, n = 20): Promise<void> {
  await clock.advance(1);
  for (let i = 0; i < n; i++) await clock.advance(0);
}

/** What every carrier of runs does. */
export function runQueueContract(name: string, open: (clock: Clock) => RunQueue): void {
  describe(`run queue: ${name}`, () => {
    const entry = (id: string, more: Partial<QueuedRun> = {}): QueuedRun => ({ id, dueAt: 0, lane: "live", group: "g", ...more });
    const setup = () => {
      const clock = new TestClock();
      const queue = open(clock);
      const done: string[] = [];
      return { clock, queue, done, work: (concurrency = 1) => queue.work(async (id) => void done.push(id), within(concurrency)) };
    };

    it("lets timers and sockets have their turn however many runs there are, and however long each takes", async () => {
      const { queue, clock } = setup();
      let done = 0;
      queue.work(async () => {
        done++;
        const until = performance.now() + 1;
        while (performance.now() < until); // busy
      }, within(50));
      queue.add(Array.from({ length: 200 }, (_, i) => entry(`r${i}`)));
      await clock.advance(0);
      const most: number[] = [];
      for (let before = 0; done < 200; before = done) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        most.push(done - before);
      }
      expect(Math.max(...most)).toBeLessThan(20);
    });

    it("hands over what is due, in the order it came", async () => {
      const { clock, queue, done, work } = setup();
      queue.add([entry("a"), entry("b"), entry("c")]);
      work();
      await turns(clock);
      await turns(clock);
      expect(done).toEqual(["a", "b", "c"]);
    });

    it("keeps what is due later until its time", async () => {
      const { clock, queue, done, work } = setup();
      work();
      queue.add([entry("later", { dueAt: clock.now() + 5000 }), entry("now")]);
      await clock.advance(4999);
      expect(done).toEqual(["now"]);
      await clock.advance(2);
      await turns(clock);
      expect(done).toEqual(["now", "later"]);
    });

    it("takes the same id once, however often it is added", async () => {
      const { clock, queue, done, work } = setup();
      queue.add([entry("a"), entry("a")]);
      queue.add([entry("a")]);
      work();
      await turns(clock);
      expect(done).toEqual(["a"]);
    });

    it("an id added while it is being worked on goes round once more", async () => {
      const { clock, queue } = setup();
      const done: string[] = [];
      queue.work(async (id) => {
        done.push(id);
        if (done.length === 1) queue.add([entry("a", { dueAt: clock.now() + 100 })]);
      }, within(1));
      queue.add([entry("a")]);
      await turns(clock);
      await clock.advance(50);
      expect(done).toEqual(["a"]);
      await clock.advance(60);
      await turns(clock);
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
      }, within(3));
      queue.add(Array.from({ length: 8 }, (_, i) => entry(`r${i}`)));
      await turns(clock);
      expect(running).toBe(3);
      while (release.length) {
        release.shift()!();
        await turns(clock);
      }
      expect(most).toBe(3);
    });

    it("lets groups take turns, so that one flow's thousand do not keep another's one waiting", async () => {
      const { clock, queue, done, work } = setup();
      queue.add(Array.from({ length: 1000 }, (_, i) => entry(`big${i}`, { group: "big" })));
      queue.add([entry("small", { group: "small" })]);
      work();
      await turns(clock);
      await turns(clock);
      expect(done.indexOf("small")).toBeLessThan(3);
    });

    it("leaves a run whose call is not admitted where it is, and hands over those that need no call, of its group and of others", async () => {
      const { clock, queue, done } = setup();
      queue.work(async (id) => void done.push(id), within(9, { admit: (_, __, host) => host !== "full" }));
      queue.add([entry("stuck", { call: "full" }), entry("plain"), entry("elsewhere", { call: "free" }), entry("other", { group: "h" })]);
      await turns(clock);
      expect(done.toSorted()).toEqual(["elsewhere", "other", "plain"]);
      expect(queue.depth().live).toBe(1);
    });

    it("hands over what was not admitted as soon as it is, when woken and at the end of another, in the order in which it came", async () => {
      const { clock, queue } = setup();
      const done: string[] = [];
      const ends: (() => void)[] = [];
      let free = 1;
      const work = async (id: string) => {
        done.push(id);
        await new Promise<void>((resolve) => ends.push(resolve));
        free++;
      };
      queue.work(work, within(9, { admit: () => free > 0 && free-- > 0 }));
      queue.add(["a", "b", "c", "d"].map((id) => entry(id, { call: "host" })));
      await turns(clock);
      expect(done).toEqual(["a"]);
      ends.shift()!();
      await turns(clock);
      expect(done).toEqual(["a", "b"]);
      free++;
      queue.wake();
      await turns(clock);
      expect(done).toEqual(["a", "b", "c"]);
    });

    it("admits each run it hands over exactly once, with its group and host", async () => {
      const { clock, queue, done } = setup();
      const admitted: string[] = [];
      const admit = (...run: string[]) => admitted.push(run.join("/")) > 0;
      queue.work(async (id) => void done.push(id), within(2, { admit }));
      queue.add([entry("a", { call: "x" }), entry("b", { call: "", group: "h" }), entry("c")]);
      await turns(clock);
      await turns(clock);
      expect(admitted.toSorted()).toEqual(["a/g/x", "b/h/"]);
      expect(done.toSorted()).toEqual(["a", "b", "c"]);
    });

    it("works on no more of one group than its share, and goes on with the others", async () => {
      const { clock, queue } = setup();
      const begun: string[] = [];
      const ends: (() => void)[] = [];
      const work = (id: string) => {
        begun.push(id);
        return new Promise<void>((resolve) => ends.push(resolve));
      };
      queue.work(work, within(8, { perGroup: 2 }));
      queue.add(Array.from({ length: 9 }, (_, i) => entry(`big${i}`, { group: "big" })));
      queue.add([entry("small", { group: "small", lane: "backfill" })]);
      await turns(clock);
      expect(begun.toSorted()).toEqual(["big0", "big1", "small"]);
      ends.shift()!();
      await turns(clock);
      expect(begun).toHaveLength(4);
    });

    it("offers live runs more turns than backfill, and yet backfill comes along", async () => {
      const { clock, queue, done, work } = setup();
      queue.add(Array.from({ length: 200 }, (_, i) => entry(`back${i}`, { lane: "backfill" })));
      queue.add(Array.from({ length: 200 }, (_, i) => entry(`live${i}`)));
      work();
      await turns(clock, 500);
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
      }, within(1));
      queue.add([entry("bad"), entry("good")]);
      await turns(clock);
      await turns(clock);
      expect(done).toEqual(["bad", "good"]);
    });

    it("closes when what is running has finished, and hands over nothing after", async () => {
      const { clock, queue, done } = setup();
      let release = () => {};
      queue.work(async (id) => {
        await new Promise<void>((resolve) => (release = resolve));
        done.push(id);
      }, within(1));
      queue.add([entry("a"), entry("b")]);
      await turns(clock);
      const closed = queue.close();
      release();
      await closed;
      await turns(clock);
      expect(done).toEqual(["a"]);
    });
  });
}
