import { Popover } from "radix-ui";
import { type ReactNode, useRef, useState } from "react";
import { AppMark } from "../../../components/app-mark.tsx";
import { Input } from "../../../components/ui/field.tsx";
import { useListbox } from "../../../lib/use-listbox.ts";
import { cx } from "../../../lib/cx.ts";
import { findFields, type FoundField } from "./find-fields.ts";
import { ExampleMark } from "./example-mark.tsx";
import type { PlaceData } from "./types.ts";

const mostShown = 80;

interface FieldPickerProps {
  data: PlaceData;
  /** The field that is filled in, as the catalog calls it: what fits it comes first. */
  wantedBy?: string;
  onPick: (match: FoundField) => void;
  /** The button that opens it. */
  trigger: ReactNode;
  /** Brings the focus to what is needed next once a field is picked; without it, back to the button. */
  focusNext?: () => void;
}

/** Finds one of the fields that a place can read. */
export function FieldPicker({ data, wantedBy, onPick, trigger, focusNext }: FieldPickerProps) {
  const [open, setOpen] = useState(false);
  const isPicked = useRef(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Choose a field"
          onCloseAutoFocus={(event) => {
            if (!isPicked.current || focusNext === undefined) return;
            isPicked.current = false;
            event.preventDefault();
            focusNext();
          }}
          className="z-[60] w-[min(24rem,calc(100vw-1rem))] rounded-md bg-raised shadow-float animate-rise"
        >
          <FieldFinder
            data={data}
            {...(wantedBy !== undefined && { wantedBy })}
            onPick={(match) => {
              isPicked.current = true;
              setOpen(false);
              onPick(match);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The fields by label, path and value, each with its value in the chosen sample. */
export function FieldFinder({ data, wantedBy, onPick }: Pick<FieldPickerProps, "data" | "wantedBy" | "onPick">) {
  const [words, setWords] = useState("");
  const matches = findFields(data, words, wantedBy).slice(0, mostShown);
  const list = useListbox(matches.length, (index) => {
    const one = matches[index];
    if (one) onPick(one);
  });
  return (
    <>
      <div className="border-b border-line p-2">
        <Input
          {...list.input}
          autoFocus
          aria-label="Find a field by name or value"
          placeholder="Find a field by name or value"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      <ul {...list.list} aria-label="Fields" className="max-h-72 overflow-y-auto p-1">
        {matches.map((one, index) => (
          <FieldRow
            key={`${one.source.name} ${one.field.path}`}
            match={one}
            option={list.option(index)}
            isActive={index === list.active}
            isFirst={one.source !== matches[index - 1]?.source || one.fits !== matches[index - 1]?.fits}
          />
        ))}
        {matches.length === 0 && <li className="px-2 py-3 text-ink-3">No field matches.</li>}
      </ul>
    </>
  );
}

interface FieldRowProps {
  match: FoundField;
  option: ReturnType<ReturnType<typeof useListbox>["option"]>;
  isActive: boolean;
  /** The first of its source. */
  isFirst: boolean;
}

function FieldRow({ match: { source, label, value, isExample, fits }, option, isActive, isFirst }: FieldRowProps) {
  return (
    <>
      {isFirst && (
        <li role="presentation" className="flex items-center gap-1.5 px-2 pt-2 pb-1 text-meta font-medium text-ink-3">
          {source.app !== null && <AppMark app={source.app} size={16} />}
          <span className="truncate">{fits ? `Fits this field: ${source.title}` : source.title}</span>
        </li>
      )}
      <li {...option} title={label} className={cx("flex h-7 items-center gap-3 rounded-sm px-2", isActive && "bg-hover")}>
        <span className="min-w-0 shrink-0 basis-auto truncate" style={{ maxWidth: "65%" }}>
          {label}
        </span>
        <bdi className="ml-auto min-w-0 truncate text-meta text-ink-3">{value}</bdi>
        {isExample && value !== "" && <ExampleMark />}
      </li>
    </>
  );
}
