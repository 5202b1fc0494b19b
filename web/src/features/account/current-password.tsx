import { Field, Input } from "../../components/ui/field.tsx";

interface CurrentPasswordProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** Asked again before something that opens the account for good. */
export function CurrentPassword({ value, onChange, error }: CurrentPasswordProps) {
  return (
    <Field label="Your password now" error={error}>
      {(ids) => (
        <Input
          {...ids}
          type="password"
          name="current-password"
          autoComplete="current-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
