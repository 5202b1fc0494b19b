import { useId } from "react";
import { cx } from "../../lib/cx.ts";

interface ChoicesProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; title: string; about: string }[];
}

/** One of a few, all in sight, each with what it means. */
export function Choices<T extends string>({ legend, name, value, onChange, options }: ChoicesProps<T>) {
  const id = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className="flex flex-col gap-2">
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              "flex gap-3 rounded-md border px-3 py-2 transition-colors",
              value === option.value ? "border-accent bg-accent-soft" : "border-line hover:border-line-strong",
            )}
          >
            <input
              type="radio"
              name={name}
              aria-label={option.title}
              aria-describedby={`${id} ${option.value}`.replaceAll(" ", "-")}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              className="mt-0.5 size-4 accent-accent"
            />
            <span>
              <span className="block font-medium">{option.title}</span>
              <span id={`${id} ${option.value}`.replaceAll(" ", "-")} className="block text-ink-2">
                {option.about}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
