import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CatalogEntry, FlowDefinition, FlowDetail, LintFinding, StepDefinition } from "#api/schemas.ts";
import { connectionsQuery } from "../../../lib/queries.ts";
import { StepFindings } from "../../flows/step-findings.tsx";
import { StepMark } from "../canvas/card.tsx";
import { kindOf } from "../document/kinds.ts";
import { isObject } from "#kernel/json.ts";
import { isNeeded, missingFields, withoutMissing } from "../document/missing-fields.ts";
import { allSteps, isSame, type Place } from "../document/place.ts";
import { unseenReads } from "../document/visible.ts";
import { usedNames } from "../document/ids.ts";
import { useDraftPart } from "../draft/context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { stepWords } from "../words/step-words.ts";
import { listed } from "../../../lib/words.ts";
import { ActionSetUp, connectionOf } from "./action-set-up.tsx";
import { InputForm } from "./fields/input-form.tsx";
import { NeededLine, wrongIn } from "./fields/needed-line.tsx";
import { problemsAt } from "./fields/problems.ts";
import { TextField } from "./fields/text-field.tsx";
import { LeftToDo } from "./left-to-do.tsx";
import { KindForm } from "../kinds/forms.tsx";
import { MappingMenu } from "./mapping-menu.tsx";
import { PanelFrame, type PanelTab } from "./panel-frame.tsx";
import { DataDrawer } from "./data-drawer.tsx";
import { PlaceDataProvider } from "./place-data.tsx";
import { StepBasics } from "./step-basics.tsx";
import { SampleChoice } from "../trying/sample-choice.tsx";
import { TestStep } from "./test-step.tsx";
import { usePlace } from "./use-place.ts";

interface StepPanelProps {
  flow: FlowDetail;
  place: Place;
  step: StepDefinition;
  names: StepNames;
  findings: readonly LintFinding[];
  onClose: () => void;
}

/** The panel of one step. */
export function StepPanel({ flow, place, step, names, findings, onClose }: StepPanelProps) {
  const definition = useDraftPart((view) => view.definition);
  const kind = kindOf(step);
  const set = usePlace(place);
  const entry = "operation" in step ? names.entry(step.app, step.operation) : undefined;
  const [tab, setTab] = useState<PanelTab>(entry === undefined ? "setup" : "fields");
  const number = allSteps(definition).find((one) => isSame(one.place, place))?.number ?? "";
  const errors = problemsAt(flow.problems, place);
  const missing = step.off === true ? [] : missingFields(entry?.inputs ?? [], inputOf(step));
  const own = withoutMissing(
    findings.filter((finding) => finding.step === step.id && finding.holds !== true),
    missing,
  );
  const warnings = (
    <>
      {typeof step.comment === "string" && <p className="rounded-md bg-sunken px-3 py-2 break-words whitespace-pre-line">{step.comment}</p>}
      <LeftToDo todo={step.todo} onDone={() => set(["todo"], undefined)} />
      <Warnings flowId={flow.id} place={place} definition={definition} findings={own} />
    </>
  );
  const basics = <StepBasics step={step} place={place} definition={definition} errors={errors} />;
  return (
    <PlaceDataProvider place={place} names={names}>
      <PanelFrame
        mark={<StepMark step={step} size={28} />}
        kicker={`Step ${number}`}
        title={stepWords(step, names)}
        onClose={onClose}
        tab={tab}
        onTab={setTab}
        tabs={[
          {
            value: "setup",
            title: "Set up",
            content: (
              <>
                {warnings}
                {"operation" in step && (
                  <ActionSetUp
                    step={step}
                    place={place}
                    entry={entry}
                    errors={errors}
                    messageErrors={problemsAt(flow.problems, [...place, "messages"])}
                  />
                )}
                {kind !== null && kind !== "action" && (
                  <KindForm kind={kind} flowId={flow.id} step={step} place={place} definition={definition} errors={errors} />
                )}
                {kind === null && <Unknown step={step} />}
                {basics}
              </>
            ),
          },
          ...("operation" in step
            ? [
                {
                  value: "fields" as const,
                  title: "Fields",
                  content: (
                    <>
                      {warnings}
                      {entry === undefined ? (
                        <p className="text-ink-2">Choose what the step does under Set up first.</p>
                      ) : (
                        <Fields
                          entry={entry}
                          step={step}
                          place={place}
                          missing={missing}
                          errors={problemsAt(flow.problems, [...place, "input"])}
                        />
                      )}
                    </>
                  ),
                },
              ]
            : []),
          { value: "test", title: "Test", content: <TestStep flow={flow} step={step} place={place} names={names} /> },
        ]}
      />
    </PlaceDataProvider>
  );
}

interface FieldsProps {
  entry: CatalogEntry;
  step: ActionStep;
  place: Place;
  missing: ReturnType<typeof missingFields>;
  errors: ReturnType<typeof problemsAt>;
}

/** What the operation is filled with. */
function Fields({ entry, step, place, missing, errors }: FieldsProps) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const set = usePlace(place);
  const input = inputOf(step);
  return (
    <>
      <div className="flex min-w-0 items-center gap-2">
        <SampleChoice label="Values of" />
        <MappingMenu app={step.app} operation={step.operation} input={input} onApply={(applied) => set(["input"], applied)} />
      </div>
      <DataDrawer />
      {entry.inputs.some(isNeeded) && <NeededLine missing={missing.length} wrong={wrongIn(entry, missing, errors)} />}
      <InputForm
        key={`${step.app} ${step.operation} ${step.id}`}
        entry={entry}
        connection={connectionOf(connections, step.connection)}
        values={input}
        onChange={(name, value) => set(["input", name], value)}
        errors={errors}
        missing={missing}
      />
    </>
  );
}

interface WarningsProps {
  flowId: string;
  place: Place;
  definition: FlowDefinition;
  findings: readonly LintFinding[];
}

function Warnings({ flowId, place, definition, findings }: WarningsProps) {
  const unseen = unseenReads(definition, place, usedNames(definition));
  return (
    <>
      {unseen.length > 0 && (
        <p role="note" className="rounded-md bg-warning-soft px-3 py-2">
          This step reads {listed(unseen.map((id) => `'${id}'`))}, which it cannot see from here: it comes later, is switched off, or is in
          a branch or loop that this step is not in.
        </p>
      )}
      {findings.length > 0 && <StepFindings flowId={flowId} findings={findings} />}
    </>
  );
}

type ActionStep = Extract<StepDefinition, { operation: string }>;

const inputOf = (step: StepDefinition) => ("operation" in step && isObject(step.input) ? step.input : {});

/** A step that this page has no form for: it is shown as it is, and kept. */
function Unknown({ step }: { step: StepDefinition }) {
  return (
    <TextField
      label="The step as it is written"
      hint="This page has no form for it. It can be changed under JSON."
      long
      mono
      value={JSON.stringify(step, null, 2)}
      onChange={() => {}}
    />
  );
}
