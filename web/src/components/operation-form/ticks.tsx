import type { FC } from "react";
import type { Json } from "#kernel/json.ts";
import { choiceWords } from "./choice-words.ts";
import type { ControlProps } from "./control-props.ts";

/** Several of a few: a tick box each, in the order of the catalog, whatever was ticked first. */
export const TicksControl: FC<ControlProps> = ({ ids: { id, ...ids }, field, value, onChange }) => {
  const ticked: readonly Json[] = Array.isArray(value) ? (value as Json[]) : [];
  const options = field.schema.items?.enum ?? [];
  const others = ticked.filter((one) => !options.includes(one));
  const tick = (option: Json, on: boolean) => {
    const next = [...options.filter((one) => (one === option ? on : ticked.includes(one))), ...others];
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <div
      {...ids}
      role="group"
      aria-labelledby={ids["aria-label"] === undefined ? `${id}-label` : undefined}
      className="flex flex-wrap gap-x-5 gap-y-1 rounded-md border border-line px-3 py-1.5"
    >
      {options.map((option) => (
        <label key={String(option)} className="inline-flex min-h-7 items-center gap-2">
          <input
            type="checkbox"
            className="tick"
            checked={ticked.includes(option)}
            onChange={(event) => tick(option, event.target.checked)}
          />
          {choiceWords(option, field)}
        </label>
      ))}
      {others.map((other) => (
        <label key={String(other)} className="inline-flex min-h-7 items-center gap-2 text-warning">
          <input
            type="checkbox"
            className="tick"
            checked
            onChange={() => onChange(ticked.length === 1 ? undefined : ticked.filter((one) => one !== other))}
          />
          {String(other)} (not in the list)
        </label>
      ))}
    </div>
  );
};
