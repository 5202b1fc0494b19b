import { isObject } from "#kernel/json.ts";
import type { RunContext } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";

/** What runs have done, in the numbers a person asks for. */
export interface WorkDone {
  accepted: number;
  created: number;
  updated: number;
  tagged: number;
  notes: number;
  tasks: number;
  filtered: number;
  failed: number;
  /** Runs that are not over yet. */
  open: number;
  repeats: number;
}

export interface ExampleReport extends WorkDone {
  hookUrl: string;
  flowName: string;
}

/** Pure: counted from what the steps wrote down. */
export function countWork(runs: readonly RunContext[]): WorkDone {
  const steps = runs.flatMap((context) => context.steps).filter((step) => step.state === "succeeded");
  const of = (operation: string) => steps.filter((step) => step.operation === operation);
  const states = (...wanted: string[]) => runs.filter(({ run }) => wanted.includes(run.state)).length;
  const upserts = of("contacts.guarded_upsert");
  return {
    accepted: runs.length,
    created: upserts.filter(wasCreated).length,
    updated: upserts.filter((step) => !wasCreated(step)).length,
    tagged: of("contacts.add_tags").length,
    notes: of("contacts.create_note").length,
    tasks: of("contacts.create_task").length,
    filtered: states("filtered"),
    failed: states("failed", "held"),
    open: states("queued", "running", "waiting"),
    repeats: 0,
  };
}

const wasCreated = ({ output }: StepRecord): boolean => isObject(output) && output["created"] === true;
