import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MillraceError } from "#kernel/errors.ts";
import { acceptance } from "#test/contracts/run-store.contract.ts";
import type { Run, RunPatch, RunState } from "../types/runs.ts";
import { illegalMove, isEnd, moves, StateGuard } from "./states.ts";

const states = Object.keys(moves) as RunState[];
const runIn = (state: RunState): Run => ({ ...acceptance(0).runs[0]!, state, finishedAt: isEnd(state) ? 5 : null });
const patchTo = (state: RunState): RunPatch => ({ state, finishedAt: isEnd(state) ? 9 : null, attention: false });

describe("moves of a run's state", () => {
  test("every state is left only for those that the table names", () => {
    for (const from of states)
      for (const to of states) {
        const isLegal = from === to || moves[from].includes(to);
        expect(illegalMove({ was: runIn(from), patch: patchTo(to) }) === null, `${from} to ${to}`).toBe(isLegal);
      }
  });

  test("what succeeded, was filtered or was cancelled stays so; what failed or is held goes on only when a person says so", () => {
    expect(states.filter((state) => moves[state].length === 0)).toEqual(["succeeded", "filtered", "cancelled"]);
    for (const state of ["failed", "held"] as const) expect(moves[state].filter((to) => !isEnd(to))).toEqual(["queued"]);
  });

  test("a run has an end in the states that are ends, and in no other, and needs attention only there", () => {
    for (const state of states) {
      const isOver = isEnd(state);
      expect(illegalMove({ was: runIn(state), patch: { finishedAt: isOver ? null : 9 } })).not.toBeNull();
      expect(illegalMove({ was: runIn(state), patch: { attention: true } }) === null).toBe(isOver);
    }
  });

  test("an illegal move is refused and reported with the run, a legal one is not", () => {
    const reported: MillraceError[] = [];
    const guard = new StateGuard((error) => reported.push(error));
    const was = runIn("cancelled");
    expect(guard.allows({ was, patch: patchTo("succeeded") })).toBe(false);
    expect(guard.allows({ was: runIn("queued"), patch: patchTo("succeeded") })).toBe(true);
    expect(reported.map(({ details }) => details.problem)).toEqual([`run ${was.id} cannot go from cancelled to succeeded`]);
  });

  test("whatever is tried, a run that passed the guard has had an end at most once unless a person let it go on", () => {
    const tried = fc.array(fc.constantFrom(...states), { maxLength: 30 });
    fc.assert(
      fc.property(tried, (wishes) => {
        const guard = new StateGuard(() => {});
        let run = runIn("queued");
        const history: RunState[] = [run.state];
        for (const state of wishes) {
          const patch = patchTo(state);
          if (!guard.allows({ was: run, patch })) continue;
          run = { ...run, ...patch };
          if (run.state !== history.at(-1)) history.push(run.state);
        }
        history.forEach((state, i) => {
          const next = history[i + 1];
          if (!isEnd(state) || next === undefined) return;
          expect(["failed", "held"]).toContain(state);
          expect(next === "queued" || (state === "held" && next === "cancelled")).toBe(true);
        });
      }),
    );
  });
});
