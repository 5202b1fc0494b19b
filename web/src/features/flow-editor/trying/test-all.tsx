import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import type { FlowDetail, StepDefinition } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { eventToTry, keyOfSample } from "../data/samples.ts";
import { allSteps, placeOfId } from "../document/place.ts";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { stepWords } from "../words/step-words.ts";
import { keepTest } from "./kept-test.ts";
import { useSamples } from "./samples-context.tsx";
import { testAllWords } from "./test-all-words.ts";
import { testInOrder } from "./test-in-order.ts";

interface TestAllProps {
  flow: FlowDetail;
  names: StepNames;
}

/** Tests every step with the chosen sample, one after the other: what a step gives is the sample of the steps after it. */
export function TestAll({ flow, names }: TestAllProps) {
  const draft = useDraft();
  const definition = useDraftPart((view) => view.definition);
  const { sample } = useSamples();
  const all = useTestAll(flow.id);
  const result = all.data?.sample === keyOfSample(sample) ? all.data : undefined;
  const isOld = result !== undefined && result.definition !== definition;
  const open = (id: string) => {
    const place = placeOfId(definition, id);
    if (place !== null) draft.select(place);
  };
  const ended = result?.tested.ended ?? null;
  return (
    <>
      <Button
        small
        className="ml-auto"
        icon={<Icon of={ListChecks} size={14} />}
        title="Reads for real, writes as a dry run"
        disabled={definition.steps.length === 0}
        busy={all.isPending}
        onClick={() => all.mutate()}
      >
        Test all steps
      </Button>
      {(result !== undefined || all.error !== null) && (
        <div role="status" aria-label="Test of all steps" className={`basis-full text-meta ${isOld ? "outdated" : ""}`}>
          {all.error !== null && <p className="text-failure">{messageOf(all.error)}</p>}
          {result !== undefined && (
            <p className={ended?.by === "failure" ? "text-failure" : "text-ink-2"}>
              {testAllWords(result.tested, ended === null ? "" : nameOf(definition, ended.step, names))}
              {isOld && " The flow has changed since."}{" "}
              {ended !== null && (
                <button type="button" className="rounded-sm text-accent-ink hover:underline" onClick={() => open(ended.step)}>
                  Open the step
                </button>
              )}
            </p>
          )}
        </div>
      )}
    </>
  );
}

function nameOf(definition: Parameters<typeof allSteps>[0], id: string, names: StepNames): string {
  const placed = allSteps(definition).find(({ step }) => step.id === id);
  return placed === undefined ? "A step" : `Step ${placed.number} '${stepWords(placed.step, names)}'`;
}

function useTestAll(flowId: string) {
  const draft = useDraft();
  const cache = useQueryClient();
  const { sample } = useSamples();
  return useMutation({
    mutationFn: async () => {
      const { definition } = draft.view();
      const testOne = async (step: StepDefinition) => {
        const { test } = await api.flows.testStep({ id: flowId, body: { step: step.id, definition, ...eventToTry(sample) } });
        if (test !== null) keepTest(cache, flowId, test, step);
        return test;
      };
      return { definition, sample: keyOfSample(sample), tested: await testInOrder(definition.steps, testOne) };
    },
    meta: { quiet: true },
  });
}
