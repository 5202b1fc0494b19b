import { MillraceError } from "#kernel/errors.ts";
import { toStored } from "../../../run/stored-error.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { stop as shape } from "./shape.ts";

export const stop: StepKind<Step<"stop">> = {
  shape,
  templates: { reason: "value" },
  gives: false,
  ends: true,
  labels: { stop: "Outcome" },
  clause: (step) => (step.stop === "failed" ? "stop as failed" : "stop"),
  compile({ stop: as, reason: written }, compiling) {
    const value = written === undefined ? null : compiling.value(written, "reason");
    return async (walk, path, scope) => {
      const reason = value === null ? undefined : String((await value.unhurried(scope, walk.parts.pace)) ?? "");
      await walk.decide(path, () => ({ stopped: as, ...(reason && { reason }) }));
      if (as === "failed")
        return { kind: "failed", error: toStored(new MillraceError("FLOW_STOPPED", { details: { reason: reason || "no reason given" } })) };
      return { kind: as === "success" ? "succeeded" : "filtered", ...(reason && { reason }) };
    };
  },
};
