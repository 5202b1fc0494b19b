import { Check } from "lucide-react";
import { useState } from "react";
import type { ControlIds } from "../../../../components/ui/field.tsx";
import { Icon } from "../../../../components/ui/icon.tsx";
import { choiceLine, choiceOf, type NamedChoice } from "../../../../lib/named-choices.ts";
import { Suggestions } from "../../../../components/ui/suggestions.tsx";

interface NameBoxProps {
  ids: ControlIds;
  value: string;
  onChange: (value: string | undefined) => void;
  choices: readonly NamedChoice[];
  /** Called when the box is entered: the choices are asked for then. */
  onEnter?: () => void;
  /** Told what is typed, where the choices follow from it. */
  onType?: (text: string) => void;
  placeholder: string;
  busy?: boolean;
  problem?: string | undefined;
}

const shownAtMost = 50;

/** By its name; with what tells it apart where another is called the same. */
const shownChoice = (chosen: NamedChoice, choices: readonly NamedChoice[]): string =>
  choices.some((other) => other !== chosen && other.label.toLowerCase() === chosen.label.toLowerCase()) ? choiceLine(chosen) : chosen.label;

/** A box that shows a name and offers those there are. What is typed and is none of them is kept as it is. */
export function NameBox({ ids, value, onChange, choices, onEnter, onType, placeholder, busy = false, problem }: NameBoxProps) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = choiceOf(choices, value);
  const shown = typed ?? (chosen === undefined ? value : shownChoice(chosen, choices));
  const wanted = (typed ?? "").trim().toLowerCase();
  const matches = choices.filter(({ label, note = "" }) => `${label} ${note}`.toLowerCase().includes(wanted)).slice(0, shownAtMost);
  const close = () => {
    setTyped(null);
    setOpen(false);
  };
  return (
    <Suggestions
      ids={ids}
      text={shown}
      placeholder={busy ? "Looking up names" : placeholder}
      label="Names"
      open={open}
      onOpen={setOpen}
      choices={matches}
      keyOf={(choice) => choice.value}
      draw={(choice) => (
        <>
          <span className="min-w-0 flex-1">
            <bdi className="block truncate">{choice.label}</bdi>
            {choice.note !== undefined && <bdi className="block truncate text-meta text-ink-3">{choice.note}</bdi>}
          </span>
          {choice === chosen && <Icon of={Check} size={14} className="text-accent-ink" />}
        </>
      )}
      onPick={(choice) => {
        onChange(choice.value);
        close();
      }}
      onType={(text) => {
        setTyped(text);
        onType?.(text);
        onChange(text === "" ? undefined : text);
      }}
      onFocus={() => {
        onEnter?.();
        setOpen(true);
      }}
      onBlur={close}
      empty={problem ?? (busy ? "Looking up names" : undefined)}
    />
  );
}
