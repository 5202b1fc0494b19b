import { useId } from "react";
import { Switch } from "../../../../components/ui/switch.tsx";

/** Something that is on or off, with what it means. */
export function SwitchField({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <Switch id={id} checked={checked} onChange={onChange} />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && <p className="text-meta text-ink-3">{hint}</p>}
      </div>
    </div>
  );
}
