import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import type { ActionStep } from "./flow-steps.ts";
import { SaveAsMapping } from "./save-as-mapping.tsx";
import { StepChoice } from "./step-choice.tsx";

/** A mapping template begins as what a step is filled with. */
export function NewMapping() {
  const [chosen, setChosen] = useState<{ flow: FlowDetail; step: ActionStep } | null>(null);
  const [saving, setSaving] = useState(false);
  const navigate = useNavigate();
  return (
    <section aria-label="New mapping template" className="flex max-w-3xl flex-col gap-4">
      <div>
        <h2 className="text-section font-semibold">New mapping template</h2>
        <p className="text-ink-2">
          Choose a step that is filled as you like it. Other steps of the same operation can then be filled from the template.
        </p>
      </div>
      <StepChoice fits={({ input }) => Object.keys(input).length > 0} none="No step of this flow fills a field." onChange={setChosen} />
      <Button kind="primary" disabled={chosen === null} onClick={() => setSaving(true)} className="self-start">
        Choose its fields
      </Button>
      {chosen && (
        <SaveAsMapping
          open={saving}
          onClose={() => setSaving(false)}
          app={chosen.step.app}
          operation={chosen.step.operation}
          input={chosen.step.input}
          onSaved={({ name }) => void navigate({ to: "/rules/mapping/$mapping", params: { mapping: name } })}
        />
      )}
    </section>
  );
}
