import type { StepKind } from "#engine/flow/kinds/kind.ts";
import type { StepOf } from "#engine/flow/kinds/shape.ts";
import type { Steps } from "#engine/flow/kinds/shapes.ts";
import { note as shape } from "./shape.ts";

type NoteStep = StepOf<typeof shape, Steps>;

const longestNote = 1000;

export const note: StepKind<NoteStep> = {
  shape,
  templates: { note: "value", onlyIf: "condition" },
  gives: true,
  labels: { note: "Text", onlyIf: "Condition" },
  check(step, check) {
    if (step.note.length > longestNote) check.tell("note", `is longer than ${longestNote} characters`);
    check.noAnswer("makes no call");
  },
  compile({ id, note: written, level = "info", onlyIf }, compiling) {
    const text = compiling.value(written, "note");
    const condition = onlyIf === undefined ? null : compiling.condition(onlyIf, "onlyIf");
    return async (walk, path, scope) => {
      const { pace, dry } = walk.parts;
      const { output } = await walk.decide(path, async () => {
        if (condition && !(await condition.unhurried(scope, pace))) return null;
        return { level, text: String(await text.unhurried(scope, pace)) };
      });
      if (output === null) dry?.skipped.push({ step: path, why: "the note's condition does not hold" });
      scope[id] = output;
      return null;
    };
  },
  clause: ({ level }) => (level === "warning" ? "note a warning" : "write a note"),
  lint(step, visit) {
    visit.gives({ kind: "format", value: { level: step.level ?? "info", text: step.note } });
  },
};
