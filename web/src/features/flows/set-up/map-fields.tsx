import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import type { CatalogEntry, FlowDefinition, TemplateChoice } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { writeChoice, writePlace } from "#templates/places.ts";
import { useNow } from "../../../lib/clock.ts";
import { useApps } from "../../../lib/apps.ts";
import { samplesQuery } from "../../../lib/queries.ts";
import { humanize } from "../../../lib/words.ts";
import { filledSample, madeSample, samplesOf } from "../../flow-editor/data/samples.ts";
import { type SourceWords, sourcesOf } from "../../flow-editor/data/sources.ts";
import type { PlaceData, Written } from "../../flow-editor/data/types.ts";
import { placeOfId } from "../../flow-editor/document/place.ts";
import { seenFrom } from "../../flow-editor/document/visible.ts";
import { textOf } from "../../flow-editor/mapping/literal.ts";
import { MappingField } from "../../flow-editor/mapping/mapping-field.tsx";
import type { MappedStep } from "./mapped.ts";
import type { Draft } from "./use-set-up-draft.ts";

interface MapFieldsProps {
  flowId: string;
  step: MappedStep;
  draft: Draft;
  catalog: readonly CatalogEntry[];
}

/** The fields of a step that are filled from data, each with the value it would have. */
export function MapFields({ flowId, step, draft, catalog }: MapFieldsProps) {
  const data = useStepData(flowId, step.id, draft.flow, catalog);
  const put = (place: (typeof step.fields)[number]["place"], value: Written) => draft.change(writePlace(draft.flow, place, value ?? ""));
  return (
    <div className="flex flex-col gap-4 pt-1 pb-3">
      {step.fields.map(({ place, label, value, brought, field }) => (
        <div key={JSON.stringify(place)} className="flex flex-col items-start gap-1 [&>:first-child]:w-full">
          <MappingField
            field={{ ...field, name: String(place.at(-1)), label }}
            value={value}
            app={step.app}
            data={data}
            onChange={(next) => put(place, next)}
          />
          {value === "" && <p className="text-meta text-ink-3">Nothing fills it now: the flow leaves it out.</p>}
          {brought !== undefined && value !== brought && (
            <Button small kind="quiet" icon={<Icon of={Undo2} size={13} />} onClick={() => put(place, brought)}>
              Put back what was in {label}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}

interface MappedChoiceProps {
  flowId: string;
  choice: TemplateChoice;
  value: string | number | undefined;
  draft: Draft;
  catalog: readonly CatalogEntry[];
  error: string | undefined;
}

/** A question whose answer has data in it: the data as chips, as in the other fields of its step. */
export function MappedChoice({ flowId, choice, value, draft, catalog, error }: MappedChoiceProps) {
  const [at] = choice.at;
  const data = useStepData(flowId, String(at?.[0]), draft.flow, catalog);
  const { label, help, required = false, kind } = choice;
  return (
    <MappingField
      field={{
        name: String(at?.at(-1)),
        label,
        required,
        ...(help !== undefined && { help }),
        ...(kind === "longtext" && { control: kind }),
      }}
      value={value}
      data={data}
      error={error}
      onChange={(next) => draft.change(writeChoice(draft.flow, choice, next === undefined || next === "" ? undefined : textOf(next)))}
    />
  );
}

/** What a step can read, with the newest sample, or a made-up one. */
function useStepData(flowId: string, stepId: string, flow: FlowDefinition, catalog: readonly CatalogEntry[]): PlaceData {
  const apps = useApps();
  const now = useNow();
  const views = useQuery(samplesQuery(flowId)).data ?? [];
  const words: SourceWords = {
    entry: (app, operation) => catalog.find((entry) => entry.app === app && entry.key === operation),
    app: (id) => apps.title(id),
    step: (step) => step.title ?? humanize(step.id),
  };
  const seen = seenFrom(flow, placeOfId(flow, stepId) ?? ["steps", 0]);
  const received = samplesOf(views, flowId);
  const samples = (received.length > 0 ? received : [madeSample(flow.trigger, flowId, words, now)]).map((sample) =>
    filledSample(sample, seen, words),
  );
  const { zone = "UTC", country } = flow.settings ?? {};
  return {
    sources: sourcesOf(flow.trigger, seen, words, samples),
    samples,
    sample: samples[0] ?? null,
    zone,
    ...(country !== undefined && { country }),
  };
}
