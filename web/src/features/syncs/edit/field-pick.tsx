import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { Finder } from "../../../components/name-picker.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import type { SideWords } from "../types.ts";
import { fieldOf } from "./edits.ts";

interface FieldPickProps {
  /** What it is for: "Field of Acme Dental". */
  label: string;
  words: SideWords;
  /** The name of the chosen one; empty: none is chosen. */
  value: string;
  onChange: (name: string) => void;
  disabled?: boolean;
  /** Why it is left out just now. */
  resting?: string | undefined;
}

/** What kinds of values are called. */
const kindWords: Readonly<Record<string, string>> = {
  text: "text",
  longtext: "long text",
  email: "e-mail",
  phone: "phone number",
  number: "number",
  boolean: "yes or no",
  date: "date",
  moment: "date and time",
  tags: "tags",
  list: "list",
  custom: "custom field",
};

/** One field of a side, found by a few letters. */
export function FieldPick({ label, words, value, onChange, disabled = false, resting }: FieldPickProps) {
  const [open, setOpen] = useState(false);
  const field = fieldOf(words.type, value);
  const isGone = value !== "" && words.type !== null && field === undefined;
  const names = words.type?.fields.map(({ name, label: title, kind, canWrite, custom }) => ({
    value: name,
    label: title,
    note: [custom ? "custom field" : (kindWords[kind] ?? kind), canWrite ? "" : "read only"].filter((part) => part !== "").join(", "),
  }));
  const shown =
    value === "" ? "Choose a field" : (field?.label ?? (isGone && value.startsWith("custom:") ? "Deleted custom field" : value));
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={`${label}: ${shown}`}
          title={resting ?? (isGone ? `${words.account} has no such field any more` : shown)}
          disabled={disabled}
          className={cx(
            "flex h-8 w-full min-w-0 items-center gap-2 rounded-md border bg-raised px-2.5 text-left text-ui transition-colors hover:border-ink-3 disabled:border-transparent disabled:bg-transparent",
            isGone || resting !== undefined ? "border-warning" : "border-line-strong",
          )}
        >
          <bdi className={cx("min-w-0 flex-1 truncate", value === "" && "text-ink-3")}>{shown}</bdi>
          {!disabled && <Icon of={ChevronDown} size={14} className="shrink-0 text-ink-3" />}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-[min(20rem,calc(100vw-1rem))] rounded-md bg-raised shadow-float animate-rise"
        >
          <Finder
            names={names}
            what="field"
            onPick={(name) => {
              onChange(name);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
