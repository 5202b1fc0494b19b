import type { ReactNode } from "react";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { confirmed } from "../definition/edits.ts";
import { useEditing, useProblem } from "./editing.ts";
import { GuessNote, type GuessOf } from "./guess-note.tsx";

interface LineProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Where it is in the definition: what is wrong there is said here. */
  at: string;
  guess?: GuessOf;
  required?: boolean;
}

interface TextLineProps extends LineProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  mono?: boolean;
  maxLength?: number;
}

/** Changes the draft and takes away the guess about what was changed: a person has decided. */
export function useDecided(guess: GuessOf | undefined): () => void {
  const { edit } = useEditing();
  return () => {
    if (guess !== undefined) edit((draft) => ({ ...draft, guesses: confirmed(draft.guesses, guess.operation, guess.member) }));
  };
}

/** A line of text of the definition. */
export function TextLine({
  label,
  hint,
  at,
  guess,
  required = false,
  value,
  onChange,
  placeholder,
  mono = false,
  maxLength,
}: TextLineProps) {
  const problem = useProblem(at);
  const decided = useDecided(guess);
  return (
    <div className="flex flex-col gap-1.5">
      <Field label={label} hint={hint} error={problem} required={required}>
        {(ids) => (
          <Input
            {...ids}
            value={value}
            placeholder={placeholder}
            maxLength={maxLength}
            className={mono ? "font-mono text-meta" : undefined}
            onChange={(event) => {
              onChange(event.target.value);
              decided();
            }}
          />
        )}
      </Field>
      {guess && <GuessNote of={guess} />}
    </div>
  );
}

interface ChoiceLineProps extends LineProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly (readonly [value: string, title: string])[];
  bare?: boolean;
}

/** A choice of the definition. */
export function ChoiceLine({ label, hint, at, guess, required = false, value, onChange, options, bare = false }: ChoiceLineProps) {
  const problem = useProblem(at);
  const decided = useDecided(guess);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Field label={label} hint={hint} error={problem} required={required} bare={bare}>
        {(ids) => (
          <Select
            {...ids}
            className="w-full"
            value={value}
            onChange={(event) => {
              onChange(event.target.value);
              decided();
            }}
          >
            {options.map(([one, title]) => (
              <option key={one} value={one}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {guess && <GuessNote of={guess} />}
    </div>
  );
}
