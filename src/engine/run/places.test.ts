import { describe, expect, test } from "vitest";
import { Places } from "./places.ts";

const open = (limits: Partial<ConstructorParameters<typeof Places>[0]> = {}) =>
  new Places({ calls: 8, share: 2, bytes: 1_000_000, ...limits });

describe("places for calls", () => {
  test("are given to a flow up to its share, wherever it calls", () => {
    const places = open();
    expect(["a", "b", "c"].map((run) => places.take(run, "flow", `${run}.example`))).toEqual([true, true, false]);
    expect(places.take("d", "other", "d.example")).toBe(true);
  });

  test("are given to a host up to its share, whoever calls", () => {
    const places = open();
    expect(["a", "b", "c"].map((run) => places.take(run, run, "host"))).toEqual([true, true, false]);
    expect(places.take("d", "d", "other")).toBe(true);
  });

  test("are no more than there are in all", () => {
    const places = open({ calls: 3 });
    expect(["a", "b", "c", "d"].map((run) => places.take(run, run, run))).toEqual([true, true, true, false]);
  });

  test("come free when the pass ends, once for each run however often it asked", () => {
    const places = open();
    for (let i = 0; i < 5; i++) expect(places.take("a", "flow", "host")).toBe(true);
    expect(places.inFlight).toBe(1);
    places.take("b", "flow", "host");
    places.leave("a", false);
    places.leave("a", false);
    expect(["c", "d"].map((run) => places.take(run, "flow", "host"))).toEqual([true, false]);
  });

  test("move with the run to another host, and are lost where that has none", () => {
    const places = open();
    places.take("x", "x", "busy");
    places.take("y", "y", "busy");
    places.take("a", "flow", "");
    expect(places.take("a", "flow", "free")).toBe(true);
    expect(places.take("a", "flow", "busy")).toBe(false);
    expect(places.inFlight).toBe(2);
    expect(["b", "c"].map((run) => places.take(run, run, "free"))).toEqual([true, true]);
  });

  test("of a host that is not yet known count for the flow, and for the host as soon as it is", () => {
    const places = open();
    expect(["a", "b", "c"].map((run) => places.take(run, "flow", ""))).toEqual([true, true, false]);
    places.take("a", "flow", "host");
    places.take("x", "x", "host");
    expect(places.take("b", "flow", "host")).toBe(false);
  });

  test("go to runs that hold no more than the bound together; one that is larger than it goes alone", () => {
    const places = open({ share: 8, bytes: 300_000 });
    for (const run of ["a", "b", "c", "d"]) places.weigh(run, 100_000);
    expect(["a", "b", "c", "d"].map((run) => places.take(run, run, run))).toEqual([true, true, true, false]);
    places.weigh("giant", 9_000_000);
    expect(places.take("giant", "giant", "giant")).toBe(false);
    for (const run of ["a", "b", "c"]) places.leave(run, false);
    expect(places.take("giant", "giant", "giant")).toBe(true);
    expect(places.take("d", "d", "d")).toBe(false);
    expect(places.take("light", "light", "light")).toBe(true);
  });

  test("count what a run turns out to hold after it has taken one, and take it back where that is too much", () => {
    const places = open({ share: 8, bytes: 150_000 });
    places.take("a", "a", "a");
    places.take("b", "b", "b");
    places.weigh("a", 100_000);
    places.weigh("b", 100_000);
    expect(places.take("a", "a", "a")).toBe(true);
    expect(places.take("b", "b", "b")).toBe(false);
    places.leave("b", true);
    places.leave("a", false);
    expect(places.take("b", "b", "b")).toBe(true);
  });
});
