import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { Field } from "../../components/ui/field.tsx";
import { controlFor } from "../catalog/controls.tsx";

export type TriggerInput = NonNullable<FlowDefinition["trigger"]["input"]>;

interface TriggerSettingsProps {
  entry: CatalogEntry | null;
  /** With which login the choices are looked up. */
  connection: string | null;
  values: TriggerInput;
  onChange: (values: TriggerInput) => void;
}

/** What a change trigger is narrowed to: the tag, the stage, the calendar. */
export function TriggerSettings({ entry, connection, values, onChange }: TriggerSettingsProps) {
  if (entry?.kind !== "change") return null;
  const fields = entry.inputs;
  return fields.map((field) => {
    const Control = controlFor(field.control ?? "text", field);
    return (
      <Field key={`${entry.key} ${field.name}`} label={field.label ?? field.name} hint={field.help}>
        {(ids) => (
          <Control
            ids={ids}
            field={field}
            value={values[field.name]}
            connection={connection}
            onChange={(value) => onChange({ ...values, [field.name]: value as TriggerInput[string] })} // a control gives JSON
          />
        )}
      </Field>
    );
  });
}
