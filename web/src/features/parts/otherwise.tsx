import { Field, Input, Select } from "../../components/ui/field.tsx";
import type { RuleDraft } from "./rule-draft.ts";

const wishes: Record<RuleDraft["otherwise"], string> = {
  fail: "Stop the run, so that somebody looks",
  keep: "Keep the value as it is",
  missing: "Leave the field out",
  value: "Use this instead",
};

interface OtherwiseChoiceProps {
  draft: Pick<RuleDraft, "otherwise" | "other">;
  change: (patch: Partial<RuleDraft>) => void;
}

/** What happens to a value that no row is for. */
export function OtherwiseChoice({ draft: { otherwise, other }, change }: OtherwiseChoiceProps) {
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <Field label="All other values" hint="A missing or empty value stays missing, unless a row is for it.">
        {(ids) => (
          <Select {...ids} value={otherwise} onChange={(event) => change({ otherwise: event.target.value as RuleDraft["otherwise"] })}>
            {Object.entries(wishes).map(([wish, words]) => (
              <option key={wish} value={wish}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {otherwise === "value" && (
        <Field label="Instead">
          {(ids) => <Input {...ids} value={String(other)} maxLength={4096} onChange={(event) => change({ other: event.target.value })} />}
        </Field>
      )}
    </div>
  );
}
