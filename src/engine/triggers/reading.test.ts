import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { readPages, type Page } from "./reading.ts";
import type { PollPlan } from "./plan.ts";

const plan: PollPlan = {
  mode: "changed",
  fingerprint: "f",
  input: {},
  list: true,
  identity: "id",
  time: "at",
  timeTrusted: true,
  newestFirst: true,
  volatile: [],
};
const bounds = { maxPages: 100, stopBefore: null };

/** Pages of rows whose times are given in seconds after 2026 began. */
async function* pagesOf(...pages: (number | null)[][]): AsyncIterable<Page> {
  let id = 0;
  for (const page of pages) yield { rows: page.map((s) => ({ id: id++, at: s === null ? null : second(s) })) };
}
const second = (s: number) => Date.UTC(2026, 0, 1) + s * 1000;

async function read(
  pages: AsyncIterable<Page>,
  more: Partial<typeof bounds> | { stopBefore: number },
  of: PollPlan = plan,
  enough = Infinity,
) {
  let rows = 0;
  const end = await readPages(of, pages, { ...bounds, ...more }, async (page) => {
    rows += page.length;
    return rows >= enough;
  });
  return { rows, ...end };
}

describe("reading a list", () => {
  test("goes to the end, however many pages", async () => {
    expect(await read(pagesOf([9, 8], [7, 6], [5]), {})).toMatchObject({ rows: 5, pages: 3, whole: true });
  });

  test("newest first stops after the page that lies behind the time to stop", async () => {
    expect(await read(pagesOf([9, 8], [7, 6], [5, 4], [3, 2]), { stopBefore: second(6.5) })).toMatchObject({
      rows: 4,
      whole: false,
      truncated: false,
    });
  });

  test("goes on through rows at the very time to stop: others may share it", async () => {
    expect(await read(pagesOf([9, 6], [6, 6], [6, 5], [4, 3]), { stopBefore: second(6) })).toMatchObject({ rows: 6, whole: false });
  });

  test("goes to the end when the rows turn out not to come newest first", async () => {
    expect(await read(pagesOf([1, 2], [3, 4], [9, 0], [1, 1]), { stopBefore: second(5) })).toMatchObject({ rows: 8, whole: true });
  });

  test("goes to the end when a row has no time", async () => {
    expect(await read(pagesOf([9, null], [3, 2], [1]), { stopBefore: second(5) })).toMatchObject({ rows: 5, whole: true });
  });

  test("is cut off when enough is held, and lets others have their turn between the rows of a large page", async () => {
    expect(await read(pagesOf([9], [8], [7]), {}, plan, 2)).toMatchObject({ rows: 2, pages: 2, truncated: true, whole: false });
    let turns = 0;
    let watching = true;
    const count = () => {
      turns++;
      if (watching) setImmediate(count);
    };
    setImmediate(count);
    await read(pagesOf(Array.from({ length: 40_000 }, (_, i) => 40_000 - i)), {});
    watching = false;
    expect(turns).toBeGreaterThan(1);
  });

  test("is cut off at the bound, and says so", async () => {
    expect(await read(pagesOf([9], [8], [7]), { maxPages: 2 })).toMatchObject({ rows: 2, truncated: true, whole: false });
  });

  test("lets go of the pages it does not want", async () => {
    let closed = false;
    async function* endless(): AsyncIterable<Page> {
      try {
        for (let at = 1000; ; at--) yield { rows: [{ id: at, at: second(at) }] };
      } finally {
        closed = true;
      }
    }
    await read(endless(), { stopBefore: second(990) });
    expect(closed).toBe(true);
  });
});

describe("reading one record", () => {
  const single = { ...plan, list: false };
  const missing = new MillraceError("OUTBOUND_NOT_FOUND", {
    details: { app: "HighLevel", operation: "contacts.get", message: "no such contact" },
  });
  const failing = (error: Error): AsyncIterable<Page> => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) });

  test("null is no record", async () => {
    expect(
      await read(
        (async function* () {
          yield { rows: [null] };
        })(),
        {},
        single,
      ),
    ).toMatchObject({ rows: 0, whole: true, notFound: null });
  });

  test("not found is an answer: the record is not there", async () => {
    expect(await read(failing(missing), {}, single)).toMatchObject({ rows: 0, whole: true, notFound: missing });
  });

  test("not found is an answer for a list that is the record of its parent: there is nothing", async () => {
    expect(await read(failing(missing), {}, { ...plan, lone: true })).toMatchObject({ rows: 0, whole: true, notFound: missing });
  });

  test("not found of a list, and any other failure, is a failure", async () => {
    await expect(read(failing(missing), {}, plan)).rejects.toBe(missing);
    await expect(read(failing(new Error("no line")), {}, single)).rejects.toThrow("no line");
  });
});
