import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { OperationForm } from "../../components/operation-form/operation-form.tsx";

export type TriggerInput = NonNullable<FlowDefinition["trigger"]["input"]>;

interface TriggerSettingsProps {
  entry: CatalogEntry | null;
  /** With which login the choices are looked up. */
  connection: string | null;
  values: TriggerInput;
  onChange: (values: TriggerInput) => void;
}

/** What a change trigger is narrowed to: the tag, the stage, the calendar. */
export function TriggerSettings({ entry, onChange, ...rest }: TriggerSettingsProps) {
  if (entry?.kind !== "change") return null;
  return (
    <OperationForm
      key={entry.key}
      app={entry.app}
      fields={entry.inputs}
      flat
      onChange={(values) => onChange(values as TriggerInput)}
      {...rest}
    />
  ); // a control gives JSON
}
