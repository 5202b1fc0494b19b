import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useMemo, useState } from "react";
import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { useApps } from "../lib/apps.ts";
import { findOperations } from "#surfaces/find-operations.ts";
import { cx } from "../lib/cx.ts";
import { groupOf, isUnconnected } from "../lib/operation-groups.ts";
import { effectWords } from "#surfaces/effect-words.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
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
  /** What else there is to say of one, at the right of its line. */
  hintOf?: (entry: CatalogEntry) => string | null;
  /** What one is called. */
  nameOf?: (entry: CatalogEntry) => string;
  /** The logins that there are: what is found in their apps comes before what is found elsewhere. */
  connections?: readonly Pick<ConnectionView, "app">[];
  /** What there is to say of the words that are looked for, above what is found. */
  noteOf?: (words: string) => string | null;
}

/** How many are shown: matches of a search, and all in their groups. */
const shownAtMost = { found: 60, all: 400 };
const noHint = () => null;

/** Finds one operation among hundreds by a few letters. */
export function OperationPicker({
  id,
  value,
  onChange,
  entries,
  placeholder,
  finds = "Find an operation",
  hintOf = noHint,
  nameOf = operationTitle,
  connections,
  noteOf = noHint,
}: OperationPickerProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button
          id={id}
          {...(id === undefined ? {} : { "aria-labelledby": `${id}-label ${id}` })}
          className="w-full !justify-start font-normal"
        >
          {value === null ? <span className="text-ink-3">{placeholder}</span> : <Named entry={value} name={nameOf(value)} />}
          <Icon of={ChevronDown} size={14} className="ml-auto text-ink-3" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={placeholder}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-(--radix-popover-trigger-width) rounded-md bg-raised shadow-float animate-rise"
        >
          <Finder
            entries={entries}
            finds={finds}
            hintOf={hintOf}
            nameOf={nameOf}
            connections={connections}
            noteOf={noteOf}
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

function Named({ entry, name }: { entry: CatalogEntry; name: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <AppMark app={entry.app} size={20} />
      <span className="truncate">{name}</span>
    </span>
  );
}

/** What it does to what is there already: where several are found, one chooses by that. */
export function EffectLine({ entry }: { entry: CatalogEntry }) {
  const words = entry.kind === "action" ? effectWords(entry) : null;
  return words === null ? null : <span className="block text-meta text-ink-3">{words}</span>;
}

interface FinderProps extends Required<Pick<OperationPickerProps, "entries" | "finds" | "hintOf" | "nameOf" | "noteOf">> {
  connections: OperationPickerProps["connections"];
  onPick: (entry: CatalogEntry) => void;
}

function Finder({ entries, finds, hintOf, nameOf, connections, noteOf, onPick }: FinderProps) {
  const [words, setWords] = useState("");
  const apps = useApps();
  const isAll = words.trim() === "";
  const matches = useMemo(
    () =>
      findOperations(entries, words, (entry) => connections !== undefined && isUnconnected(entry, connections)).slice(
        0,
        isAll ? shownAtMost.all : shownAtMost.found,
      ),
    [entries, words, isAll, connections],
  );
  const groupAt = (index: number) => groupOf(matches[index]!, (app) => apps.title(app));
  const list = useListbox(matches.length, (index) => {
    const entry = matches[index];
    if (entry !== undefined) onPick(entry);
  });
  const note = isAll ? null : noteOf(words);
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
      {note !== null && (
        <p role="note" className="border-b border-line px-3 py-2 text-ink-2">
          {note}
        </p>
      )}
      <ul {...list.list} aria-label="Operations" className="max-h-64 overflow-y-auto p-1">
        {matches.map((entry, index) => (
          <li key={`${entry.app}/${entry.key}`} {...list.option(index)} className="group/option">
            {isAll && (index === 0 || groupAt(index - 1) !== groupAt(index)) && (
              <p aria-hidden className={cx("px-2 pb-1 text-meta font-medium text-ink-3", index > 0 && "pt-2.5")}>
                {groupAt(index)}
              </p>
            )}
            <span className="flex items-center gap-2 rounded-sm px-2 py-1 group-aria-selected/option:bg-hover">
              <AppMark app={entry.app} size={20} />
              <span className="min-w-0 flex-1">
                <span className="block truncate">{nameOf(entry)}</span>
                {!isAll && <EffectLine entry={entry} />}
              </span>
              <span className="shrink-0 text-meta text-ink-3">
                {[isAll ? null : entry.category || apps.title(entry.app), hintOf(entry)].filter((one) => one !== null).join(" · ")}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {matches.length === 0 && note === null && <p className="px-3 py-4 text-ink-2">Nothing matches '{words}'.</p>}
    </>
  );
}
