import { expect, test } from "vitest";
import { compileCondition } from "#engine/mapping/mapping.ts";
import { builtInTemplates } from "#templates/built-in/index.ts";
import { findTrigger } from "#test/support/built-in.ts";

test.each(Object.entries(builtInTemplates))(
  "%s does something for its made-up event: no filter of what the trigger gives ends it",
  (_, template) => {
    const { app, operation } = template.flow.trigger;
    const found = findTrigger(app, operation);
    if (!found || found.kind !== "webhook") return;
    const trigger = { ...found.example, ...template.example };
    const ending = template.flow.steps.filter((step) => {
      const text = "filter" in step && step.filter.includes("trigger.") && !/\b(?!trigger\b)\w+\./.test(step.filter) ? step.filter : "true";
      return !compileCondition(text, { zone: "UTC", now: () => 0 }, "filter").test({ trigger });
    });
    expect(ending.map(({ id }) => id)).toEqual([]);
  },
);
