import { createElement, type FC, useState } from "react";
import type { InputField as CatalogField } from "#catalog/types.ts";
import type { Step, StepKindName } from "#api/schemas.ts";
import { isDuration } from "#kernel/durations.ts";
import { writeRelative } from "../../../lib/relative-date.ts";
import { Segmented } from "../../../components/ui/segmented.tsx";
import { renameItem } from "../document/edits.ts";
import { itemNames } from "../document/step-id.ts";
import { useDraft } from "../draft/context.tsx";
import { ChoiceField } from "../panel/fields/choice-field.tsx";
import { ConditionField } from "../conditions/condition-field.tsx";
import { DurationField } from "../panel/fields/duration-field.tsx";
import { InputField } from "../panel/fields/input-field.tsx";
import { PairsField } from "../panel/fields/pairs-field.tsx";
import { TextField } from "../panel/fields/text-field.tsx";
import { ValueField } from "../panel/fields/value-field.tsx";
import { usePlaceData } from "../panel/place-data.tsx";
import { usePlace } from "../panel/use-place.ts";
import { CodeForm } from "./code/code-form.tsx";
import type { KindFormProps } from "./form-props.ts";

const textOf = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

type Kinds = Exclude<StepKindName, "action">;

const Filter: FC<KindFormProps<Step<"filter">>> = ({ step, place, errors }) => {
  const set = usePlace(place);
  const data = usePlaceData();
  return (
    <ConditionField
      label="Continue only if"
      value={textOf(step.filter)}
      data={data}
      onChange={(value) => set(["filter"], value)}
      error={errors.get("filter")}
    />
  );
};

const Branch: FC<KindFormProps<Step<"branch">>> = ({ step, place, errors }) => {
  const set = usePlace(place);
  const data = usePlaceData();
  return (
    <ConditionField label="If" value={textOf(step.if)} data={data} onChange={(value) => set(["if"], value)} error={errors.get("if")} />
  );
};

const Loop: FC<KindFormProps<Step<"forEach">>> = ({ step, place, errors }) => {
  const set = usePlace(place);
  const draft = useDraft();
  const [item] = itemNames(step);
  return (
    <>
      <ValueField
        takes="expression"
        field={{ name: "forEach", label: "List", required: true, help: "The steps inside run once for each of its items." }}
        value={step.forEach}
        onChange={(value) => set(["forEach"], typeof value === "string" ? value : "")}
        error={textOf(step.forEach).trim() === "" ? "Choose the list to go through." : errors.get("forEach")}
      />
      <TextField
        label="What one item is called"
        hint="The steps inside find it by this name."
        value={item}
        mono
        error={errors.get("as")}
        onChange={(name = "") => {
          if (/^[A-Za-z_][\w-]*$/.test(name)) draft.edit((now) => renameItem(now, place, name), { key: `${place.join(".")}.as` });
          else set(["as"], name);
        }}
      />
    </>
  );
};

const tomorrow = writeRelative({ unit: "days", count: 1, isPast: false });
const until: CatalogField = {
  name: "wait",
  in: "setting",
  label: "Until",
  required: true,
  control: "date",
  schema: { type: "string", format: "date-time" },
};

const Wait: FC<KindFormProps<Step<"wait">>> = ({ step, place, errors }) => {
  const set = usePlace(place);
  const written = textOf(step.wait);
  const isUntil = written.trim() !== "" && !isDuration(written);
  // As long as nothing is written, the form that was chosen stays.
  const [chosen, setChosen] = useState<"for" | "until">(isUntil ? "until" : "for");
  const way = written.trim() === "" ? chosen : isUntil ? "until" : "for";
  return (
    <>
      <Segmented<"for" | "until">
        label="How long"
        value={way}
        onChange={(next) => {
          setChosen(next);
          set(["wait"], next === "for" ? "1h" : tomorrow);
        }}
        options={[
          { value: "for", title: "For some time" },
          { value: "until", title: "Until a date" },
        ]}
      />
      {way === "until" ? (
        <>
          <InputField
            field={until}
            value={step.wait}
            onChange={(value) => set(["wait"], typeof value === "string" ? value : "")}
            app=""
            connection={null}
            values={{}}
            mayEmpty={false}
            error={errors.get("wait")}
          />
          <p className="text-meta text-ink-3">If the time has passed, the run goes on at once.</p>
        </>
      ) : (
        <DurationField
          label="For"
          value={step.wait}
          of={["m", "h", "d", "w"]}
          onChange={(value) => set(["wait"], value ?? "")}
          error={errors.get("wait")}
          required
        />
      )}
    </>
  );
};

const Format: FC<KindFormProps<Step<"format">>> = ({ step, place, errors }) => {
  const set = usePlace(place);
  return (
    <PairsField
      label="Values"
      hint="Later steps find each by its name."
      error={errors.get("format")}
      value={step.format}
      onChange={(value) => set(["format"], value ?? {})}
      addLabel="Add a value"
    />
  );
};

const stops = [
  ["success", "As a success: everything is done"],
  ["filtered", "As filtered: this event was not meant for the flow"],
  ["failed", "As failed: somebody has to look at it"],
] as const;

const Stop: FC<KindFormProps<Step<"stop">>> = ({ step, place, errors }) => {
  const set = usePlace(place);
  return (
    <>
      <ChoiceField
        label="The run ends"
        value={step.stop}
        choices={stops}
        onChange={(value) => set(["stop"], value)}
        error={errors.get("stop")}
      />
      <ValueField
        field={{ name: "reason", label: "Why", help: "Shown in the list of runs." }}
        value={step.reason}
        onChange={(value) => set(["reason"], value)}
        error={errors.get("reason")}
      />
    </>
  );
};

/** Nothing of it is edited here: the sync writes it. */
const Sync: FC<KindFormProps<Step<"sync">>> = ({ step }) => (
  <p>
    A sync wrote this step and changes it. <a href={`/syncs/${encodeURIComponent(textOf(step.sync))}`}>Open the sync</a>
  </p>
);

const forms: { readonly [K in Kinds]: FC<KindFormProps<Step<K>>> } = {
  filter: Filter,
  branch: Branch,
  forEach: Loop,
  wait: Wait,
  code: CodeForm,
  format: Format,
  stop: Stop,
  sync: Sync,
};

/** The form of a step that is no operation. */
export function KindForm({ kind, ...props }: KindFormProps & { kind: Kinds }) {
  return createElement(forms[kind] as FC<KindFormProps>, props);
}
