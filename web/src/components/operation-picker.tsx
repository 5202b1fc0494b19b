import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useMemo, useState } from "react";
import type { CatalogEntry } from "#api/schemas.ts";
import { useApps } from "../lib/apps.ts";
import { findOperations } from "../lib/find-operations.ts";
import { operationTitle } from "../lib/operation-words.ts";
import { useListbox } from "../lib/use-listbox.ts";
import { AppMark } from "./app-mark.tsx";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

interface OperationPickerProps {
  id?: string;
  value: CatalogEntry | null;
  onChange: (entry: CatalogEntry) => void;
  entries: readonly CatalogEntry[];
  placeholder: string;
  /** What is looked for: 'Find a trigger'. */
  finds?: string;
  /** At the right of each line; its category unless said. */
  noteOf?: (entry: CatalogEntry) => string;
}

const shownAtMost = 60;

/** Finds one operation among hundreds by a few letters. */
export function OperationPicker({ id, value, onChange, entries, placeholder, finds = "Find an operation", noteOf }: OperationPickerProps) {
  const [open, setOpen] = useState(false);
  const apps = useApps();
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button
          id={id}
          {...(id === undefined ? {} : { "aria-labelledby": `${id}-label ${id}` })}
          className="w-full !justify-start font-normal"
        >
          {value === null ? <span className="text-ink-3">{placeholder}</span> : <Named entry={value} />}
          <Icon of={ChevronDown} size={14} className="ml-auto text-ink-3" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-(--radix-popover-trigger-width) rounded-md bg-raised shadow-float animate-rise"
        >
          <Finder
            entries={entries}
            finds={finds}
            noteOf={noteOf ?? ((entry) => entry.category || apps.title(entry.app))}
            onPick={(entry) => {
              onChange(entry);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Named({ entry }: { entry: CatalogEntry }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <AppMark app={entry.app} size={20} />
      <span className="truncate">{operationTitle(entry)}</span>
    </span>
  );
}

interface FinderProps extends Required<Pick<OperationPickerProps, "entries" | "finds" | "noteOf">> {
  onPick: (entry: CatalogEntry) => void;
}

function Finder({ entries, finds, noteOf, onPick }: FinderProps) {
  const [words, setWords] = useState("");
  const matches = useMemo(() => findOperations(entries, words).slice(0, shownAtMost), [entries, words]);
  const list = useListbox(matches.length, (index) => {
    const entry = matches[index];
    if (entry !== undefined) onPick(entry);
  });
  return (
    <>
      <input
        {...list.input}
        autoFocus
        aria-label={finds}
        placeholder={finds}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="h-9 w-full border-b border-line bg-transparent px-3 text-ui outline-none placeholder:text-ink-3"
      />
      <ul {...list.list} aria-label="Operations" className="max-h-64 overflow-y-auto p-1">
        {matches.map((entry, index) => (
          <li
            key={`${entry.app}/${entry.key}`}
            {...list.option(index)}
            className="flex items-center gap-2 rounded-sm px-2 py-1 aria-selected:bg-hover"
          >
            <AppMark app={entry.app} size={20} />
            <span className="min-w-0 flex-1 truncate">{operationTitle(entry)}</span>
            <span className="shrink-0 text-meta text-ink-3">{noteOf(entry)}</span>
          </li>
        ))}
      </ul>
      {matches.length === 0 && <p className="px-3 py-4 text-ink-2">Nothing matches '{words}'.</p>}
    </>
  );
}
