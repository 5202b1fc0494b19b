import type { InputField } from "#catalog/types.ts";
import type { CatalogEntry } from "#api/schemas.ts";
import { OperationForm } from "../../components/operation-form/operation-form.tsx";

interface TriggerSettingsProps {
  entry: CatalogEntry | null;
  /** With which login the choices are looked up. */
  connection: string | null;
  values: Readonly<Record<string, unknown>>;
  onChange: (values: Record<string, unknown>) => void;
}

/** What a change trigger is narrowed to: the tag, the stage, the calendar. */
export function TriggerSettings({ entry, ...rest }: TriggerSettingsProps) {
  if (entry?.kind !== "change") return null;
  const fields = entry.inputs as unknown as InputField[]; // the catalog's fields travel as plain JSON
  return <OperationForm key={entry.key} app={entry.app} fields={fields} flat {...rest} />;
}
