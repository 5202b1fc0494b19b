import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { executeSync } from "./execute.ts";
import { sync as shape } from "./shape.ts";

/** The kind of step that keeps pairs of records in step. */
export const sync: StepKind<Step<"sync">> = {
  shape,
  templates: {},
  gives: false,
  calls: true,
  ends: true,
  unoffered: true,
  labels: { sync: "Sync", side: "Side", event: "Event" },
  clause: () => "bring the record and its counterpart into step",
  check: (_, check) => check.noAnswer("makes several calls"),
  compile:
    ({ id, sync: syncId, side, event }) =>
    (walk, path) =>
      executeSync({ id, syncId, side, heard: event ?? null }, walk, path),
};
