import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { LintFinding } from "#api/schemas.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { TemplateText } from "../../components/template-text.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { isEmptied } from "../../lib/emptied.ts";
import { plural } from "../../lib/words.ts";
import { Finding } from "./finding.tsx";
import { type CardNames, cards } from "./cards.ts";
import { type StepCard, stepSentence } from "./definition.ts";

interface CardParts {
  names: CardNames;
  flowId: string;
  /** What the last check found, in all steps. */
  findings: readonly LintFinding[];
}

/** The steps one under the other, joined by a thin line; what happens inside a branch is set in under its label. */
export function StepCards({ steps, ...more }: CardParts & { steps: readonly StepCard[] }) {
  return (
    <ol className="flex flex-col">
      {steps.map((step) => (
        <li key={step.path}>
          <Joint />
          <Card step={step} {...more} />
        </li>
      ))}
    </ol>
  );
}

/** What would fail here, with what mends it. */
export function StepFindings({ flowId, findings }: Pick<CardParts, "flowId" | "findings">) {
  return (
    <ul aria-label="What the check found here" className="mt-3 flex flex-col">
      {findings.map((finding) => (
        <Finding key={`${finding.at} ${finding.problem}`} flowId={flowId} finding={finding} />
      ))}
    </ul>
  );
}

function Joint() {
  return <span aria-hidden className="ml-8 block h-4 w-px bg-line-strong" />;
}

function Card({ step, ...more }: CardParts & { step: StepCard }) {
  const { names, flowId, findings } = more;
  const { rule } = step;
  const { id } = step.step;
  const own = findings.filter((finding) => finding.step === id);
  return (
    <article aria-label={stepSentence(step, names)} className="rounded-lg border border-line bg-raised">
      <div className="flex items-start gap-3 p-4">
        <Mark step={step} />
        <div className="min-w-0 flex-1">
          <h3 className="text-body font-medium">
            <bdi>{stepSentence(step, names)}</bdi>
          </h3>
          {rule !== null && <code className="mt-0.5 block font-mono text-meta break-words text-ink-2">{rule}</code>}
          {step.fields.length > 0 && <Fields fields={step.fields} />}
          {own.length > 0 && <StepFindings flowId={flowId} findings={own} />}
        </div>
        <code className="max-w-32 shrink-0 truncate font-mono text-meta text-ink-3" title={`Later steps use what this one gives as ${id}`}>
          {id}
        </code>
      </div>
      {step.branches.map((branch) => (
        <Branch key={branch.label} label={branch.label}>
          {branch.steps.length === 0 ? <p className="pt-2 text-ink-3">Nothing.</p> : <StepCards steps={branch.steps} {...more} />}
        </Branch>
      ))}
    </article>
  );
}

function Mark({ step: { step, kind } }: { step: StepCard }) {
  if ("app" in step) return <AppMark app={step.app} size={32} />;
  return (
    <span className="grid size-8 shrink-0 place-items-center rounded-md bg-neutral-soft text-ink-2">
      <Icon of={(kind && cards[kind].icon) ?? TriangleAlert} />
    </span>
  );
}

function Branch({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="border-t border-line bg-sunken px-4 pt-3 pb-4 last:rounded-b-lg">
      <p className="text-meta font-medium text-ink-2">{label}</p>
      {children}
    </div>
  );
}

const inSight = 4;

function Fields({ fields }: { fields: StepCard["fields"] }) {
  return (
    <>
      <FieldList fields={fields.slice(0, inSight)} />
      {fields.length > inSight && (
        <Disclosure summary={<span className="text-meta text-ink-3">{plural(fields.length - inSight, "more field")}</span>}>
          <FieldList fields={fields.slice(inSight)} />
        </Disclosure>
      )}
    </>
  );
}

function FieldList({ fields }: { fields: StepCard["fields"] }) {
  return (
    <dl className="mt-2 grid grid-cols-1 gap-x-4 gap-y-1 sm:grid-cols-[minmax(5rem,auto)_minmax(0,1fr)]">
      {fields.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="truncate text-ink-3">{name}</dt>
          <dd className="min-w-0 max-sm:mb-1">
            {value === "" ? (
              <span className="text-warning">Not filled in yet</span>
            ) : isEmptied(value) ? (
              <span className="text-warning">Will be emptied</span>
            ) : (
              <TemplateText template={typeof value === "string" ? value : JSON.stringify(value)} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
