import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { iconOf } from "../../flow-editor/canvas/blocks.ts";
import { columnsOf } from "../../flow-editor/document/columns.ts";
import { kindOf, listLabel } from "../../flow-editor/document/kinds.ts";
import { allSteps } from "../../flow-editor/document/place.ts";
import { furtherLabel } from "../../flow-editor/words/further-label.ts";
import type { StepNames } from "../../flow-editor/words/step-names.ts";
import { detailWords, stepWords } from "../../flow-editor/words/step-words.ts";
import { triggerWords } from "../../flow-editor/words/trigger-words.ts";
import { useStepNames, useSourceNames } from "../../flow-editor/words/use-step-names.ts";

/** A version in the words of the editor's cards, with what each step is filled in with. */
export function VersionSteps({ definition }: { definition: FlowDefinition }) {
  const names = useStepNames(useSourceNames(definition));
  const { trigger } = definition;
  const numbers = new Map<unknown, string>(allSteps(definition).map(({ step, number }) => [step, number]));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2.5">
        <AppMark app={trigger.app} size={24} />
        <p className="min-w-0 font-medium break-words">
          <bdi>{triggerWords(trigger, names)}</bdi>
        </p>
      </div>
      <Steps steps={definition.steps} names={names} numbers={numbers} />
    </div>
  );
}

interface PartProps {
  names: StepNames;
  numbers: ReadonlyMap<unknown, string>;
}

function Steps({ steps, ...part }: PartProps & { steps: readonly StepDefinition[] }) {
  return (
    <ol className="flex flex-col gap-3">
      {steps.map((step) => (
        <li key={step.id} className="flex min-w-0 flex-col gap-2">
          <StepLine step={step} {...part} />
          <Inside step={step} {...part} />
        </li>
      ))}
    </ol>
  );
}

function StepLine({ step, names, numbers }: PartProps & { step: StepDefinition }) {
  const rows = "operation" in step ? filledRows(step, names) : "format" in step ? rowsOf(step.format, names) : [];
  const detail = rows.length === 0 || step.title !== undefined ? detailWords(step, names) : null;
  return (
    <div className="flex min-w-0 items-start gap-2.5">
      {"app" in step ? (
        <AppMark app={step.app} size={24} />
      ) : (
        <span className="grid size-6 shrink-0 place-items-center rounded-md bg-neutral-soft text-ink-2">
          <Icon of={iconOf(kindOf(step))} size={14} />
        </span>
      )}
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="text-meta text-ink-3">
          {numbers.get(step)}
          {step.off === true && " · switched off"}
        </p>
        <p className="font-medium break-words">
          <bdi>{stepWords(step, names)}</bdi>
        </p>
        {detail !== null && (
          <p className="text-ink-3">
            <bdi>{detail}</bdi>
          </p>
        )}
        {rows.length > 0 && (
          <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-meta">
            {rows.map(([label, words]) => (
              <div key={label} className="contents">
                <dt className="text-ink-3">{label}</dt>
                <dd className="break-words">
                  <bdi>{words}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}

/** The steps inside a step, in the columns and under the labels of the editor. */
function Inside({ step, ...part }: PartProps & { step: StepDefinition }) {
  return columnsOf({ step, at: "", number: "" }).map(({ step: owner, member, isFurther, at }) => {
    const inner = (owner as unknown as Record<string, unknown>)[member];
    const steps = Array.isArray(inner) ? (inner as StepDefinition[]) : [];
    if (steps.length === 0 && !isFurther) return null;
    return (
      <section key={`${at} ${member}`} className="ml-3 flex flex-col gap-2 border-l border-line pl-4">
        <p className="text-meta font-medium text-ink-2">{isFurther ? furtherLabel : listLabel(owner, member)}</p>
        {isFurther && <StepLine step={owner} {...part} />}
        <Steps steps={steps} {...part} />
      </section>
    );
  });
}

type Row = readonly [label: string, words: string];

function filledRows(step: StepDefinition & { app: string; operation: string; input?: unknown }, names: StepNames): Row[] {
  const fields = names.entry(step.app, step.operation)?.inputs ?? [];
  return rowsOf(step.input, names, (name) => fields.find((field) => field.name === name)?.label ?? fieldLabel(name));
}

/** What is filled in, each with the words of its value. */
const rowsOf = (values: unknown, names: StepNames, label: (name: string) => string = (name) => name): Row[] =>
  !isObject(values)
    ? []
    : Object.entries(values).flatMap(([name, value]): Row[] => {
        const words = wordsOf(value, names);
        return words === "" ? [] : [[label(name), words]];
      });

function wordsOf(value: unknown, names: StepNames): string {
  if (typeof value === "string") return value === "" ? "" : names.text(value);
  if (Array.isArray(value)) return value.map((one) => wordsOf(one, names)).join(", ");
  if (isObject(value))
    return rowsOf(value, names)
      .map(([name, words]) => `${name}: ${words}`)
      .join("; ");
  return value === undefined || value === null ? "" : typeof value === "boolean" ? (value ? "yes" : "no") : JSON.stringify(value);
}
