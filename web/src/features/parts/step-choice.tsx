import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { Field, Select } from "../../components/ui/field.tsx";
import { flowQuery, flowsQuery } from "../../lib/queries.ts";
import { useNames } from "../../lib/use-names.ts";
import { actionSteps, type ActionStep } from "./flow-steps.ts";

interface StepChoiceProps {
  /** Which steps can be chosen. */
  fits?: (step: ActionStep) => boolean;
  /** What to say of a flow without such a step. */
  none: string;
  onChange: (chosen: { flow: FlowDetail; step: ActionStep } | null) => void;
}

const all = () => true;

/** Chooses a flow, and one of its steps. */
export function StepChoice({ fits = all, none, onChange }: StepChoiceProps) {
  const flows = useQuery(flowsQuery()).data ?? [];
  const [flowId, setFlowId] = useState("");
  const [stepId, setStepId] = useState("");
  const flow = useQuery({ ...flowQuery(flowId), enabled: flowId !== "" }).data;
  const names = useNames();
  const steps = flow ? actionSteps(flow.definition).filter(fits) : [];
  const choose = (id: string) => {
    setStepId(id);
    const step = steps.find((each) => each.id === id);
    onChange(flow && step ? { flow, step } : null);
  };
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <Field label="Flow">
        {(ids) => (
          <Select
            {...ids}
            value={flowId}
            onChange={(event) => {
              setFlowId(event.target.value);
              setStepId("");
              onChange(null);
            }}
          >
            <option value="">Choose a flow</option>
            {flows.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Step" error={flow && steps.length === 0 ? none : undefined}>
        {(ids) => (
          <Select {...ids} value={stepId} disabled={steps.length === 0} onChange={(event) => choose(event.target.value)}>
            <option value="">Choose a step</option>
            {steps.map((step) => (
              <option key={step.id} value={step.id}>
                {step.title ?? names.operation(step.app, step.operation)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}
