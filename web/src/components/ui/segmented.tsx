import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";

interface SegmentedProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  label: string;
  options: readonly { value: T; title: ReactNode; label?: string }[];
}

/** A choice among two to four, all in sight. */
export function Segmented<T extends string>({ value, onChange, label, options }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next !== "" && onChange(next as T)}
      aria-label={label}
      className="inline-flex h-8 w-fit items-center gap-0.5 rounded-md bg-neutral-soft p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option.label}
          title={option.label}
          className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium whitespace-nowrap text-ink-2 transition-colors hover:text-ink data-[state=on]:bg-chosen data-[state=on]:text-ink data-[state=on]:ring-1 data-[state=on]:ring-line"
        >
          {option.title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
