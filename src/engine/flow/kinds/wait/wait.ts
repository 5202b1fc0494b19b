import { durationInWords } from "#kernel/durations.ts";
import { moment } from "../../moment.ts";
import { isTemplate } from "../../../mapping/template.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { wait as shape } from "./shape.ts";
import { checkWait, durationOf, resolveWait } from "./until.ts";

export const wait: StepKind<Step<"wait">> = {
  shape,
  templates: {}, // a duration is no template: see check
  gives: false,
  labels: { wait: "Wait" },
  clause: ({ wait: until }, { template }) =>
    until === "" ? "wait" : durationOf(until) !== undefined ? `wait ${durationInWords(until)}` : `wait until ${template(until)}`,
  check(step, check) {
    if (isTemplate(step.wait)) check.value(step.wait, "wait");
    else if (check.names.has(/^[^.[]*/.exec(step.wait)![0]))
      check.tell("wait", `put braces around a value of an earlier step: {{ ${step.wait} }}`);
    else check.attempt("wait", () => checkWait(step.wait));
  },
  lint({ id, wait: until }, { at, names, spots }) {
    const isLooped = [...names.values()].some(({ kind }) => kind === "item");
    if (isLooped && durationOf(until) !== undefined) spots.waits.push({ at, step: id });
  },
  compile(step, compiling) {
    const value = compiling.value(step.wait, "wait");
    return async (walk, path, scope) => {
      const { clock, dry, pace } = walk.parts;
      const prior = walk.recorded(path);
      if (prior?.state === "succeeded") return null;
      const now = clock.now();
      const record = walk.record(path, prior, now);
      const until =
        (prior?.output as { until: number } | undefined)?.until ??
        resolveWait(await value.unhurried(scope, pace), now, walk.flow.settings.zone);
      if (dry) {
        walk.put({ ...record, state: "skipped", output: { until }, finishedAt: now });
        dry.skipped.push({ step: path, why: `would wait until ${moment(until, walk.flow.settings.zone)}` });
        return null;
      }
      if (until <= now) {
        walk.put({ ...record, state: "succeeded", output: { until }, finishedAt: now });
        return null;
      }
      walk.put({ ...record, state: "waiting", output: { until } });
      return { kind: "paused", dueAt: until, durable: true, waiting: { kind: "wait", reason: `Waits in step '${path}'`, step: path } };
    };
  },
};
