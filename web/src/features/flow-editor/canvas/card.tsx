import {
  ArrowDown,
  ArrowUp,
  ClipboardPaste,
  Copy,
  CopyPlus,
  CornerDownRight,
  CornerUpLeft,
  GripVertical,
  type LucideIcon,
  MoreHorizontal,
  Power,
  Scissors,
  Trash2,
  TriangleAlert,
} from "lucide-react";
import { memo } from "react";
import type { StepDefinition } from "#api/schemas.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Menu, MenuItem, MenuLine } from "../../../components/ui/menu.tsx";
import { cx } from "../../../lib/cx.ts";
import { listed, plural } from "../../../lib/words.ts";
import { type Direction, towards } from "../document/edits.ts";
import { kindOf } from "../document/kinds.ts";
import { isObject } from "#kernel/json.ts";
import { isSame, type Place, placeFromKey } from "../document/place.ts";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import { detailWords, missingIn, stepWords } from "../words/step-words.ts";
import { useNamedInput } from "../words/use-named-input.ts";
import { iconOf } from "./blocks.ts";
import { type CardAction, useCanvas } from "./context.tsx";
import { WouldDoLine } from "../trying/would-do-line.tsx";
import { useDragged } from "./drag.tsx";

interface StepCardProps {
  step: StepDefinition;
  /** The key of its place. */
  at: string;
  /** `3`, or `3.1` within step 3. */
  number: string;
  /** It is inside a step that is switched off. */
  faded?: boolean;
}

/** A step in one line of words, with what is wrong with it. Selecting it opens it beside the column. */
export const StepCard = memo(function StepCard({ step, at, number, faded = false }: StepCardProps) {
  const { names, unseen, findings, act } = useCanvas();
  const place = placeFromKey(at)!;
  const selected = useDraftPart((view) => view.selected !== null && isSame(view.selected, place));
  const drag = useDragged(at);
  if (!isObject(step)) return <NoStep value={step} at={at} number={number} />;
  const words = stepWords(step, names);
  const troubles = troublesOf(step, {
    missing: missingIn(step, names),
    unseen: unseen.get(at) ?? [],
    findingCount: findings.get(step.id)?.length ?? 0,
  });
  const off = step.off === true;
  return (
    <div
      ref={drag.ref}
      className={cx(
        "group/card relative flex items-center rounded-lg border bg-raised transition-[border-color,box-shadow,opacity]",
        selected ? "border-accent ring-1 ring-accent" : "border-line hover:border-line-strong",
        (off || faded) && "border-dashed bg-sunken",
        drag.isDragging && "opacity-40",
      )}
    >
      <IconButton
        ref={drag.handleRef}
        {...drag.handle}
        small
        label={`Move step ${number}`}
        className="absolute top-1/2 -left-7 hidden -translate-y-1/2 cursor-grab touch-none opacity-0 group-hover/card:opacity-100 focus-visible:opacity-100 sm:inline-grid"
      >
        <Icon of={GripVertical} size={14} />
      </IconButton>
      <button
        type="button"
        data-card={at}
        aria-current={selected || undefined}
        onClick={() => act("open", place)}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-lg py-2.5 pl-3 text-left -outline-offset-2"
      >
        <StepMark step={step} />
        <span className="min-w-0 flex-1">
          <span className="block text-meta text-ink-3">
            {number}
            {off && " · switched off"}
          </span>
          <bdi className={cx("line-clamp-2 text-body font-medium @max-[18rem]:line-clamp-4", (off || faded) && "text-ink-3")}>{words}</bdi>
          <Detail step={step} troubles={troubles} />
          {!off && troubles.length === 0 && <WouldDoLine step={step.id} />}
        </span>
      </button>
      <CardMenu at={at} words={words} off={off} />
    </div>
  );
});

function Detail({ step, troubles }: { step: StepDefinition; troubles: string[] }) {
  const [first, ...others] = troubles;
  if (first !== undefined)
    return (
      <span className="mt-0.5 flex items-start gap-1.5 text-warning">
        <Icon of={TriangleAlert} size={13} className="mt-1 shrink-0" />
        <span className="line-clamp-2 min-w-0">
          {first}
          {others.length > 0 && ` (and ${plural(others.length, "more thing")})`}
        </span>
      </span>
    );
  return <Filled step={step} />;
}

/** What is filled in with what, in its own words. */
function Filled({ step }: { step: StepDefinition }) {
  const { names } = useCanvas();
  const entry = "operation" in step ? names.entry(step.app, step.operation) : undefined;
  const detail = detailWords(useNamedInput(step, entry), names);
  return detail === null ? null : <bdi className="mt-0.5 line-clamp-2 text-ink-3 @max-[18rem]:line-clamp-3">{detail}</bdi>;
}

/** What is wrong with a step, a short sentence each. */
function troublesOf(
  { off, todo }: StepDefinition,
  { missing, unseen, findingCount }: { missing: readonly string[]; unseen: readonly string[]; findingCount: number },
): string[] {
  const troubles = typeof todo === "string" ? [`Left to do: ${todo}`] : [];
  if (off === true) return troubles;
  if (missing.length > 0) troubles.push(`To fill in: ${listed(missing)}`);
  if (unseen.length > 0) troubles.push(`Reads ${listed(unseen.map((id) => `'${id}'`))}, which it cannot see from here`);
  if (findingCount > 0 && troubles.length === 0) troubles.push(`${plural(findingCount, "thing")} to look at`);
  return troubles;
}

/** The sign of a step: its app's, or that of its kind. */
export function StepMark({ step, size = 32 }: { step: StepDefinition; size?: number }) {
  if ("app" in step && typeof step.app === "string") return <AppMark app={step.app} size={size} />;
  return (
    <span style={{ width: size, height: size }} className="grid shrink-0 place-items-center rounded-md bg-neutral-soft text-ink-2">
      <Icon of={iconOf(kindOf(step))} />
    </span>
  );
}

/** Something in the list that is not a step: it is shown as JSON and can be removed. */
function NoStep({ value, at, number }: { value: unknown; at: string; number: string }) {
  return (
    <div className="flex items-center gap-3 rounded-lg border border-dashed border-line-strong py-2.5 pl-3">
      <Icon of={TriangleAlert} className="shrink-0 text-warning" />
      <p className="min-w-0 flex-1">
        <span className="block text-meta text-ink-3">{number}</span>
        This is no step: <code className="font-mono text-meta break-all">{JSON.stringify(value)?.slice(0, 200)}</code>
      </p>
      <CardMenu at={at} words="what is no step" off={false} />
    </div>
  );
}

function CardMenu({ at, words, off }: { at: string; words: string; off: boolean }) {
  return (
    <Menu
      trigger={
        <IconButton label={`More about: ${words}`} className="mr-1.5 text-ink-3">
          <Icon of={MoreHorizontal} />
        </IconButton>
      }
    >
      <CardMenuItems place={placeFromKey(at)!} off={off} />
    </Menu>
  );
}

/** Drawn only while the menu is open: what can be done depends on the whole flow. */
function CardMenuItems({ place, off }: { place: Place; off: boolean }) {
  const { act, paste, canPaste } = useCanvas();
  const { definition } = useDraft().view();
  const item = (action: CardAction, icon: LucideIcon, title: string, disabled = false) => (
    <MenuItem icon={icon} disabled={disabled} danger={action === "delete"} onSelect={() => act(action, place)}>
      {title}
    </MenuItem>
  );
  const cannot = (direction: Direction) => towards(definition, place, direction) === null;
  return (
    <>
      {item("up", ArrowUp, "Move up", cannot("up"))}
      {item("down", ArrowDown, "Move down", cannot("down"))}
      {item("in", CornerDownRight, "Move into the step above", cannot("in"))}
      {item("out", CornerUpLeft, "Move out", cannot("out"))}
      <MenuLine />
      {item("duplicate", CopyPlus, "Duplicate")}
      {item("copy", Copy, "Copy")}
      {item("cut", Scissors, "Cut")}
      <MenuItem icon={ClipboardPaste} disabled={!canPaste} onSelect={() => paste(behind(place))}>
        Paste after it
      </MenuItem>
      <MenuLine />
      {item("off", Power, off ? "Switch on" : "Switch off")}
      {item("delete", Trash2, "Delete")}
    </>
  );
}

/** The place right after a step. */
export const behind = (place: Place): Place => [...place.slice(0, -1), Number(place.at(-1)) + 1];
