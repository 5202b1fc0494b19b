import { Popover } from "radix-ui";
import type { KeyboardEvent, ReactNode } from "react";
import { useListbox } from "../../lib/use-listbox.ts";
import { type ControlIds, Input } from "./field.tsx";

interface SuggestionsProps<Choice> {
  ids: ControlIds;
  /** What stands in the box. */
  text: string;
  placeholder: string;
  /** What the list is called for those who cannot see it. */
  label: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  choices: readonly Choice[];
  keyOf: (choice: Choice) => string;
  draw: (choice: Choice) => ReactNode;
  onPick: (choice: Choice) => void;
  onType: (text: string) => void;
  maxLength?: number | undefined;
  onFocus?: () => void;
  onBlur: () => void;
  /** What is typed counts by itself: Enter picks only what an arrow has come to. */
  isFree?: boolean;
  /** Backspace in an empty box. */
  onEmptyBackspace?: () => void;
  /** Shown where there is nothing to choose; without it, nothing is. */
  empty?: string | undefined;
}

/** A text box with a list below it to choose from, by mouse and by keys. What is typed and what is chosen is up to whoever uses it. */
export function Suggestions<Choice>(props: SuggestionsProps<Choice>) {
  const {
    ids,
    text,
    placeholder,
    maxLength,
    label,
    open,
    onOpen,
    choices,
    keyOf,
    draw,
    onPick,
    onType,
    onFocus,
    onBlur,
    onEmptyBackspace,
    isFree,
    empty,
  } = props;
  const pickAt = (index: number) => {
    const choice = choices[index];
    if (choice === undefined) onOpen(false);
    else onPick(choice);
  };
  const list = useListbox(open ? choices.length : 0, pickAt, isFree);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape" && open) {
      event.stopPropagation();
      return onOpen(false);
    }
    if (event.key === "Backspace" && text === "") onEmptyBackspace?.();
    if (event.key === "ArrowDown" && !open) return onOpen(true);
    if (open) list.input.onKeyDown(event);
  };
  const isShown = open && (choices.length > 0 || empty !== undefined);
  return (
    <Popover.Root open={isShown} onOpenChange={onOpen}>
      <Popover.Anchor asChild>
        <Input
          {...ids}
          {...list.input}
          aria-expanded={isShown}
          value={text}
          placeholder={placeholder}
          maxLength={maxLength}
          onFocus={onFocus}
          onClick={() => onOpen(true)}
          onChange={(event) => {
            onType(event.target.value);
            onOpen(true);
          }}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          role="presentation" // what it holds is the list, and no window
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
          className="z-50 w-[max(var(--radix-popover-trigger-width),18rem)] max-w-[calc(100vw-1rem)] rounded-md bg-raised shadow-float"
        >
          <ul {...list.list} aria-label={label} className="max-h-64 overflow-y-auto p-1 empty:hidden">
            {choices.map((choice, index) => (
              <li
                key={keyOf(choice)}
                {...list.option(index)}
                className="flex min-h-7 items-center gap-2 rounded-sm px-2 py-1 aria-selected:bg-hover"
              >
                {draw(choice)}
              </li>
            ))}
          </ul>
          {choices.length === 0 && <p className="px-3 py-2 text-ink-2">{empty}</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
