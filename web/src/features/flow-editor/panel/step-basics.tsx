import { useState } from "react";
import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { renameStep } from "../document/edits.ts";
import { idProblem } from "../document/ids.ts";
import { type Place, placeKey } from "../document/place.ts";
import { useDraft } from "../draft/context.tsx";
import { SwitchField } from "./fields/switch-field.tsx";
import { TextField } from "./fields/text-field.tsx";
import { usePlace } from "./use-place.ts";

interface StepBasicsProps {
  step: StepDefinition;
  place: Place;
  definition: FlowDefinition;
  errors: ReadonlyMap<string, string>;
}

/** What every step has: a title, a comment, a reference for later steps, and a switch. */
export function StepBasics({ step, place, definition, errors }: StepBasicsProps) {
  const set = usePlace(place);
  return (
    <Disclosure
      summary={<span className="text-ink-2">Name, comment, reference, on or off</span>}
      open={step.title !== undefined || step.comment !== undefined || step.off === true || errors.has("id") || errors.has("title")}
    >
      <div className="flex flex-col gap-4 pt-2">
        <TextField
          label="Name"
          hint="Shown instead of what Millrace would call it."
          value={step.title}
          maxLength={120}
          error={errors.get("title")}
          onChange={(value) => set(["title"], value)}
        />
        <TextField
          label="Comment"
          hint="For the people who come after. It changes nothing."
          long
          value={step.comment}
          maxLength={2000}
          error={errors.get("comment")}
          onChange={(value) => set(["comment"], value)}
        />
        <Reference step={step} place={place} definition={definition} error={errors.get("id")} />
        <SwitchField
          label="On"
          hint="When it is off, runs skip it and go on with the next step."
          checked={step.off !== true}
          onChange={(on) => set(["off"], on ? undefined : true)}
        />
      </div>
    </Disclosure>
  );
}

/** The id, by which later steps read what this one gives. What reads it follows a new one. */
function Reference({
  step,
  place,
  definition,
  error,
}: {
  step: StepDefinition;
  place: Place;
  definition: FlowDefinition;
  error: string | undefined;
}) {
  const draft = useDraft();
  const [typed, setTyped] = useState<string | null>(null);
  const problem = typed === null ? null : idProblem(definition, place, typed);
  return (
    <TextField
      label="Reference"
      hint="Later steps read this step's result by this name. They follow when you change it."
      mono
      value={typed ?? step.id}
      error={problem ?? error}
      onChange={(next = "") => {
        const isFine = idProblem(definition, place, next) === null;
        setTyped(isFine ? null : next);
        if (isFine) draft.edit((now) => renameStep(now, place, next), { key: `${placeKey(place)}.id` });
      }}
    />
  );
}
