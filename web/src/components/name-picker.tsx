import { ChevronDown, Plus, X } from "lucide-react";
import { Popover } from "radix-ui";
import { type ReactNode, useState } from "react";
import { choiceLine, type NamedChoice } from "../lib/named-choices.ts";
import { useListbox } from "../lib/use-listbox.ts";
import { type ControlIds, Input } from "./ui/field.tsx";
import { IconButton } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

interface NamePickerProps {
  ids: ControlIds;
  value: string;
  /** Undefined while they are looked up. */
  names: readonly NamedChoice[] | undefined;
  /** What is chosen, in a word: "tag". */
  what: string;
  /** A name that is not in the list may be used too. */
  free?: boolean;
  /** Why they could not be looked up, said below. */
  problem?: ReactNode;
  onChange: (value: string | undefined) => void;
}

const mostShown = 100;

/** One of the names that an account has, found by a few letters. */
export function NamePicker({ ids, value, names, what, free = false, problem, onChange }: NamePickerProps) {
  const [open, setOpen] = useState(false);
  const chosen = names?.find((one) => one.value === value);
  const choose = (name: string) => {
    onChange(name);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <div className="flex items-center gap-1">
        <Popover.Trigger asChild>
          <button
            type="button"
            {...ids}
            aria-labelledby={`${ids.id}-label ${ids.id}`}
            className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border border-line-strong bg-raised px-2.5 text-left text-ui transition-colors hover:border-ink-3 aria-invalid:border-failure"
          >
            <span className={value === "" ? "truncate text-ink-3" : "truncate"}>
              <bdi>{value === "" ? `Choose a ${what}` : chosen === undefined ? value : choiceLine(chosen)}</bdi>
            </span>
            <Icon of={ChevronDown} size={14} className="ml-auto shrink-0 text-ink-3" />
          </button>
        </Popover.Trigger>
        {value !== "" && (
          <IconButton label={`Leave the ${what} empty`} onClick={() => onChange(undefined)}>
            <Icon of={X} size={14} />
          </IconButton>
        )}
      </div>
      {problem}
      <Popover.Portal>
        <Popover.Content
          aria-label={`Choose a ${what}`}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-(--radix-popover-trigger-width) min-w-56 rounded-md bg-raised shadow-float animate-rise"
        >
          <Finder names={names} what={what} free={free} isUnlisted={problem !== undefined} onPick={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A box to find one of many names in, and those that fit. */
export function Finder({
  names,
  what,
  free = false,
  isUnlisted = false,
  onPick,
}: Pick<NamePickerProps, "names" | "what" | "free"> & {
  /** They could not be looked up: that is not to say that there are none. */
  isUnlisted?: boolean;
  onPick: (name: string) => void;
}) {
  const [words, setWords] = useState("");
  const asked = words.trim();
  const fitting = (names ?? []).filter((one) => choiceLine(one).toLowerCase().includes(asked.toLowerCase())).slice(0, mostShown);
  const isNew = free && asked !== "" && !fitting.some(({ label }) => label.toLowerCase() === asked.toLowerCase());
  const all: NamedChoice[] = isNew ? [...fitting, { value: asked, label: `Use "${asked}"` }] : fitting;
  const list = useListbox(all.length, (index) => all[index] !== undefined && onPick(all[index].value));
  return (
    <>
      <Input
        {...list.input}
        autoFocus
        aria-label={free ? `Find or name a ${what}` : `Find a ${what}`}
        placeholder={free ? "Find, or type a new one" : "Find"}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="rounded-b-none border-0 border-b !border-line"
      />
      <ul {...list.list} aria-label={`Each ${what}`} className="max-h-64 overflow-y-auto p-1">
        {all.map(({ value, label, note }, index) => (
          <li key={value} {...list.option(index)} className="flex min-h-8 items-center gap-2 rounded-sm px-2 py-1 aria-selected:bg-hover">
            {isNew && index === fitting.length && <Icon of={Plus} size={13} className="text-ink-3" />}
            <span className="min-w-0">
              <bdi className="block truncate">{label}</bdi>
              {note !== undefined && <bdi className="block truncate text-meta text-ink-3">{note}</bdi>}
            </span>
          </li>
        ))}
      </ul>
      {all.length === 0 && (
        <p className="px-3 py-3 text-ink-2">
          {names === undefined
            ? "Looking up names"
            : isUnlisted
              ? `The names cannot be looked up. Type the ${what}.`
              : asked === ""
                ? `There is no ${what} yet.`
                : `No ${what} fits '${asked}'.`}
        </p>
      )}
    </>
  );
}
