import { Plus } from "lucide-react";
import { Button } from "../../components/ui/button.tsx";
import { Field, Textarea } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";

/** Filters that people look for, in words. */
const common: readonly (readonly [words: string, filter: string])[] = [
  ["Trim spaces", "squish"],
  ["Lower case", "downcase"],
  ["Upper case", "upcase"],
  ["Name in capitals and small letters", "titlecase"],
  ["First name", "first_name"],
  ["Cut after 40 characters", "truncate: 40"],
  ["International phone number", "phone_or_blank"],
  ["Date as 31.12.2026", "date: '%d.%m.%Y'"],
  ["A number", "to_number"],
  ["Two decimals", "round: 2"],
  ["Money in euros", "money: 'EUR'"],
  ["List of tags", "tags"],
];

/** A chain of filters. The usual ones are added by a click. */
export function FormatField({ value, onChange }: { value: string; onChange: (filters: string) => void }) {
  const add = (filter: string) => onChange(value.trim() === "" ? filter : `${value.trim().replace(/\|$/, "").trim()} | ${filter}`);
  return (
    <section aria-label="Filters" className="flex flex-col gap-3">
      <Field label="Filters" hint="One after the other, with | between them. They are those of the mapping language.">
        {(ids) => (
          <Textarea
            {...ids}
            value={value}
            maxLength={2000}
            placeholder="squish | downcase"
            onChange={(event) => onChange(event.target.value)}
            className="min-h-16 font-mono"
          />
        )}
      </Field>
      <ul aria-label="Add a filter" className="flex flex-wrap gap-1.5">
        {common.map(([words, filter]) => (
          <li key={filter}>
            <Button small icon={<Icon of={Plus} size={13} />} onClick={() => add(filter)}>
              {words}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
