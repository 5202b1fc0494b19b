import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { ChevronDown } from "lucide-react";
import { cx } from "../../lib/cx.ts";
import { Icon } from "./icon.tsx";

const box =
  "w-full rounded-md border border-line-strong bg-raised text-ui text-ink transition-colors placeholder:text-ink-3 hover:border-ink-3 focus:border-focus focus:outline-2 focus:outline-offset-0 focus:outline-focus/35 focus-visible:rounded-md aria-invalid:border-failure disabled:opacity-60";

/** What a control gets from its field: the ids that tie label, hint and error to it. */
export interface ControlIds {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  /** Its name, where no label stands above it. */
  "aria-label"?: string;
}

interface FieldProps {
  label: ReactNode;
  /** The label is for those who cannot see where it stands. */
  bare?: boolean;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  /** At the label's right: a type, a switch. */
  aside?: ReactNode;
  children: (ids: ControlIds) => ReactNode;
}

/** A label above a control, with hint or error beneath. */
export function Field({ label, bare = false, hint, error, required = false, aside, children }: FieldProps) {
  const id = useId();
  const note = error !== undefined || hint !== undefined ? `${id}-note` : undefined;
  const name = (
    <label id={`${id}-label`} htmlFor={id} className={bare ? "sr-only" : "font-medium text-ink"}>
      {label}
      {required && <span className="ml-1 font-normal text-ink-3">required</span>}
    </label>
  );
  const control = children({
    id,
    ...(note === undefined ? {} : { "aria-describedby": note }),
    ...(error === undefined ? {} : { "aria-invalid": true }),
  });
  return (
    <div className="flex flex-col gap-1.5">
      {bare ? (
        <div className="relative flex items-start gap-2">
          {name}
          <div className="min-w-0 flex-1">{control}</div>
          <span className="flex h-8 shrink-0 items-center empty:hidden">{aside}</span>
        </div>
      ) : (
        <>
          <div className="flex items-baseline justify-between gap-3">
            {name}
            {aside}
          </div>
          {control}
        </>
      )}
      {note !== undefined && (
        <p id={note} className={cx("text-meta", error === undefined ? "text-ink-3" : "text-failure")}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** A line of text. */
export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={cx(box, "h-8 px-2.5", className)} />;
}

/** Several lines of text. */
export function Textarea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea spellCheck={false} {...rest} className={cx(box, "min-h-20 resize-y px-2.5 py-1.5", className)} />;
}

/** A choice among few. The browser's own list: it is the best one on a phone and for a screen reader. */
export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> }) {
  return (
    <span className={cx("relative inline-flex", className)}>
      <select {...rest} className={cx(box, "h-8 appearance-none truncate py-0 pr-8 pl-2.5")}>
        {children}
      </select>
      <Icon of={ChevronDown} size={14} className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-ink-3" />
    </span>
  );
}
