import { useState } from "react";
import type { ControlIds } from "./field.tsx";
import { Suggestions } from "./suggestions.tsx";

/** One that may be chosen, by what it is called where that is something else than itself. */
export interface Suggested {
  value: string;
  label?: string;
}

interface SuggestBoxProps {
  ids: ControlIds;
  text: string;
  onChange: (text: string) => void;
  choices: readonly Suggested[];
  /** What the list is called for those who cannot see it. */
  label: string;
  placeholder?: string;
  maxLength?: number;
  onFocus?: () => void;
  /** They were looked for with what is typed: not all of them have its letters. */
  areFound?: boolean;
  /** Shows all there are as soon as it is entered. */
  opensOnFocus?: boolean;
}

const shownAtMost = 50;

/** A box in which anything may be written, with a list of what often is. */
export function SuggestBox({
  ids,
  text,
  onChange,
  choices,
  label,
  placeholder = "",
  maxLength,
  onFocus,
  areFound = false,
  opensOnFocus = false,
}: SuggestBoxProps) {
  const [open, setOpen] = useState(false);
  const [isTyping, setTyping] = useState(false);
  const wanted = isTyping && !areFound ? text.trim().toLowerCase() : "";
  const fits = ({ value, label: words = "" }: Suggested) => value !== text && `${words} ${value}`.toLowerCase().includes(wanted);
  const close = () => {
    setOpen(false);
    setTyping(false);
  };
  return (
    <Suggestions
      ids={ids}
      text={text}
      placeholder={placeholder}
      maxLength={maxLength}
      label={label}
      open={open}
      onOpen={setOpen}
      choices={choices.filter(fits).slice(0, shownAtMost)}
      keyOf={({ value }) => value}
      draw={({ value, label: words }) => (
        <>
          <bdi className="min-w-0 flex-1 truncate">{words ?? value}</bdi>
          {words !== undefined && words !== value && <span className="max-w-40 shrink-0 truncate text-meta text-ink-3">{value}</span>}
        </>
      )}
      onPick={({ value }) => {
        onChange(value);
        close();
      }}
      onType={(next) => {
        setTyping(true);
        onChange(next);
      }}
      onFocus={() => {
        onFocus?.();
        if (opensOnFocus) setOpen(true);
      }}
      onBlur={close}
      isFree
    />
  );
}
