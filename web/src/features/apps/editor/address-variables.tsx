import { Field, Input } from "../../../components/ui/field.tsx";
import { fieldLabel } from "#kernel/field-words.ts";
import { patched, placeholdersOf } from "../definition/edits.ts";
import type { AddressVariable, Definition } from "../definition/types.ts";
import { useProblem } from "./editing.ts";

interface AddressVariablesProps {
  definition: Definition;
  onChange: (patch: Partial<Definition>) => void;
}

/** What each connection fills in of the address: a row for each name in braces. */
export function AddressVariables({ definition, onChange }: AddressVariablesProps) {
  const { variables = [], baseUrl = "" } = definition;
  const problem = useProblem("variables", true);
  const names = new Set([...placeholdersOf(baseUrl), ...variables.map(({ name }) => name)]);
  const rows = [...names].map((name) => variables.find((one) => one.name === name) ?? { name, label: fieldLabel(name) });
  if (rows.length === 0) return problem === undefined ? null : <p className="text-meta text-failure">{problem}</p>;
  const put = (name: string, patch: Partial<AddressVariable>) =>
    onChange({ variables: rows.map((row) => (row.name === name ? patched(row, patch) : row)) });
  return (
    <div role="group" aria-label="What each connection fills in" className="flex flex-col gap-3 border-l-2 border-line pl-4">
      <p className="text-meta text-ink-3">Whoever connects the app fills in:</p>
      {rows.map(({ name, label, help = "", default: usual = "", choices = [] }) => (
        <div key={name} className="grid grid-cols-1 gap-3 sm:grid-cols-[auto_minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]">
          <code className="pt-7 font-mono text-meta">{`{${name}}`}</code>
          <Field label="Label">
            {(ids) => <Input {...ids} value={label} maxLength={80} onChange={({ target }) => put(name, { label: target.value })} />}
          </Field>
          <Field label="Help">
            {(ids) => (
              <Input {...ids} value={help} maxLength={300} onChange={({ target }) => put(name, { help: target.value || undefined })} />
            )}
          </Field>
          <ChoicesField key={choices.join()} choices={choices} onChange={(next) => put(name, { choices: next })} />
          <Field label={choices.length > 0 ? "Usual choice" : "Usual value"}>
            {(ids) => <Input {...ids} value={usual} onChange={({ target }) => put(name, { default: target.value || undefined })} />}
          </Field>
        </div>
      ))}
      {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
    </div>
  );
}

/** What may be chosen, with commas between. It is taken over when the field is left: half a word is no choice. */
function ChoicesField({ choices, onChange }: { choices: readonly string[]; onChange: (choices: string[] | undefined) => void }) {
  const take = (text: string) => {
    const next = [...new Set(text.split(",").map((one) => one.trim()))].filter((one) => one !== "");
    if (next.join() !== choices.join()) onChange(next.length === 0 ? undefined : next);
  };
  return (
    <Field label="Choices" hint="With commas between. Empty: anything.">
      {(ids) => <Input {...ids} defaultValue={choices.join(", ")} onBlur={({ target }) => take(target.value)} />}
    </Field>
  );
}
