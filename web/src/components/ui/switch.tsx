import { Switch as Parts } from "radix-ui";

interface SwitchProps {
  id?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  label?: string;
}

/** On or off, taking effect at once. */
export function Switch({ id, checked, onChange, label }: SwitchProps) {
  return (
    <Parts.Root
      id={id}
      checked={checked}
      onCheckedChange={onChange}
      aria-label={label}
      className="inline-flex h-[18px] w-8 shrink-0 items-center rounded-full bg-line-strong px-0.5 transition-colors focus-visible:rounded-full data-[state=checked]:bg-accent"
    >
      <Parts.Thumb className="size-3.5 rounded-full bg-canvas shadow-sm transition-transform data-[state=checked]:translate-x-3.5" />
    </Parts.Root>
  );
}
