import type { ReactNode } from "react";
import type { InputField } from "#catalog/types.ts";
import { Notes, errorFlags } from "../../mapping/notes.tsx";

interface TitledProps {
  label: string;
  field: InputField;
  error: string | undefined;
  aside?: ReactNode;
  children: ReactNode;
}

/** A field of several controls, under its name. The group inside has the name for those who cannot see it. */
export function Titled({ label, field, error, aside, children }: TitledProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <span aria-hidden className="font-medium">
          {label}
          {field.required === true && <span className="ml-1 font-normal text-ink-3">required</span>}
        </span>
        {aside}
      </div>
      {children}
      <Notes id={`${field.name}-notes`} flags={errorFlags(error)} hint={field.help} />
    </div>
  );
}
