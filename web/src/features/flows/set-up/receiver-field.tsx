import type { CatalogEntry, SetupChoice } from "#api/schemas.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { receiverKey } from "#templates/receivers.ts";
import { fieldWords } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { listed } from "#kernel/words.ts";
import { Field, Select } from "../../../components/ui/field.tsx";
import { useApps } from "../../../lib/apps.ts";

interface ReceiverFieldProps {
  /** The app whose login was chosen. */
  app: string;
  /** Its operations that have a field for something of what is sent, those with the most first. */
  operations: readonly CatalogEntry[];
  choice: SetupChoice;
  /** The key of the one that is chosen. */
  value: string | number | undefined;
  error: string | undefined;
  onChange: (receiver: CatalogEntry | null) => void;
}

/** Which operation of an app of the workspace receives what the template sends. */
export function ReceiverField({ app, operations, choice, value, error, onChange }: ReceiverFieldProps) {
  const title = useApps().title(app);
  const body = choice.sends?.input["body"];
  const sent = listed(Object.keys(isObject(body) ? body : {}).map((name) => fieldWords(name)));
  const hint =
    operations.length === 0
      ? `No operation of ${title} has a field for any of these: ${sent}. Choose another login, or add the operation under Your apps.`
      : `What is sent: ${sent}. The operation with the most fields for it comes first.`;
  return (
    <Field label={`Operation of ${title}`} required={choice.required === true} hint={hint} error={error}>
      {(ids) => (
        <Select
          {...ids}
          value={value ?? ""}
          onChange={({ target }) => onChange(operations.find((each) => receiverKey(each) === target.value) ?? null)}
        >
          <option value="">Choose an operation</option>
          {operations.map((entry) => (
            <option key={entry.key} value={receiverKey(entry)}>
              {operationTitle(entry)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
