import { ArrowUp, Replace, Trash2, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useMemo, useRef, useState } from "react";
import { filterWords } from "#engine/mapping/words/filters.ts";
import { printChain, type Chain, type FilterCall } from "#engine/mapping/words/parts.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Input } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { useListbox } from "../../../lib/use-listbox.ts";
import { FieldPicker } from "../data/field-picker.tsx";
import { findField, sourceOfPath } from "../data/sources.ts";
import type { PlaceData } from "../data/types.ts";
import type { Ask, Outcome } from "../evaluate/outcome.ts";
import { useOutcomes } from "../evaluate/use-outcomes.ts";
import { ArgumentField } from "./argument-field.tsx";
import { filterTitle, labelOfPath } from "./chip-look.ts";
import {
  argumentText,
  movedUp,
  offeredFilters,
  offeredGroups,
  type OfferedFilter,
  upTo,
  withArgument,
  withCall,
  withFilter,
  withoutFilter,
} from "./filter-edit.ts";

interface ChipMenuProps {
  chain: Chain;
  /** Where the chip is on the screen. */
  place: DOMRect;
  data: PlaceData;
  onChange: (chain: Chain) => void;
  onRemove: () => void;
  onClose: () => void;
}

/** What can be done with a value: filters in words, one after the other, each with the value before and after. */
export function ChipMenu({ chain, place, data, onChange, onRemove, onClose }: ChipMenuProps) {
  const anchor = useRef({ getBoundingClientRect: () => place });
  anchor.current = { getBoundingClientRect: () => place };
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={`Change ${labelOfPath(chain.value, data)}`}
          onOpenAutoFocus={focusSearch}
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="z-50 flex max-h-(--radix-popover-content-available-height) w-[min(27rem,calc(100vw-1rem))] flex-col overflow-y-auto rounded-lg bg-raised shadow-float animate-rise"
        >
          <Head chain={chain} data={data} onReplace={(value) => onChange({ ...chain, value })} onRemove={onRemove} />
          <Applied chain={chain} data={data} onChange={onChange} />
          <Offers chain={chain} data={data} onPick={(call) => onChange(withFilter(chain, call))} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The search for a change is what most people want of the menu. */
function focusSearch(event: Event): void {
  event.preventDefault();
  if (event.target instanceof Element) event.target.querySelector<HTMLElement>("[data-search]")?.focus();
}

interface HeadProps {
  chain: Chain;
  data: PlaceData;
  onReplace: (path: string) => void;
  onRemove: () => void;
}

function Head({ chain, data, onReplace, onRemove }: HeadProps) {
  const source = sourceOfPath(data.sources, chain.value);
  return (
    <header className="flex items-center gap-2.5 border-b border-line p-3">
      {source?.app != null && <AppMark app={source.app} size={24} />}
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{labelOfPath(chain.value, data)}</p>
        <p className="truncate text-meta text-ink-3">{source?.title ?? "Not found in this flow"}</p>
      </div>
      <FieldPicker
        data={data}
        onPick={({ field }) => onReplace(field.path)}
        trigger={
          <Button small icon={<Icon of={Replace} size={14} />}>
            Use another field
          </Button>
        }
      />
      <IconButton small label="Remove this value" onClick={onRemove}>
        <Icon of={Trash2} size={14} />
      </IconButton>
    </header>
  );
}

// ---------------------------------------------------------------- the filters that are there

const askFor = (chain: Chain): Ask => ({ written: printChain(chain), reading: "expression" });

function Applied({ chain, data, onChange }: Pick<ChipMenuProps, "chain" | "data" | "onChange">) {
  const asks = Array.from({ length: chain.filters.length + 1 }, (_, count) => askFor(upTo(chain, count)));
  const outcomes = useOutcomes(asks, data, data.sample === null ? [] : [data.sample]);
  const outcomeOf = (count: number) => (data.sample === null ? undefined : outcomes.of(asks[count]!, data.sample));
  const members = (findField(data.sources, chain.value)?.fields ?? [])
    .map(({ path }) => path.replace(/^.*\]\.?/, ""))
    .filter((name) => name !== "");
  if (chain.filters.length === 0)
    return (
      <p className="px-3 pt-3">
        <Shown outcome={outcomeOf(0)} />
      </p>
    );
  return (
    <ol aria-label="Changes" className="flex flex-col gap-1 px-3 pt-3">
      {chain.filters.map((call, at) => (
        <li key={at} className="rounded-md border border-line">
          <div className="flex items-center gap-1 py-1 pr-1 pl-2.5">
            <span className="min-w-0 flex-1 truncate font-medium">{filterTitle(call.name)}</span>
            {at > 0 && (
              <IconButton small label={`Move '${filterTitle(call.name)}' up`} onClick={() => onChange(movedUp(chain, at))}>
                <Icon of={ArrowUp} size={12} />
              </IconButton>
            )}
            <IconButton small label={`Remove '${filterTitle(call.name)}'`} onClick={() => onChange(withoutFilter(chain, at))}>
              <Icon of={X} size={14} />
            </IconButton>
          </div>
          {(filterWords[call.name]?.arguments.length ?? 0) > 0 && (
            <div className="grid grid-cols-1 gap-2 px-2.5 pb-2 sm:grid-cols-2 [&>:has([role=group])]:col-span-full [&>:only-child]:col-span-full">
              {filterWords[call.name]!.arguments.map((words, index) => (
                <ArgumentField
                  key={index}
                  words={words}
                  text={argumentText(call, words, index)}
                  members={members}
                  data={data}
                  onChange={(text) => onChange(withCall(chain, at, withArgument(call, words, index, text)))}
                />
              ))}
            </div>
          )}
          <p className="flex min-w-0 items-center gap-1.5 border-t border-line px-2.5 py-1 text-meta">
            <Shown outcome={outcomeOf(at)} />
            <span aria-label="becomes" className="shrink-0 text-ink-3">
              →
            </span>
            <Shown outcome={outcomeOf(at + 1)} isResult />
          </p>
        </li>
      ))}
    </ol>
  );
}

/** A value before or after a filter, in one line. */
function Shown({ outcome, isResult = false }: { outcome: Outcome | undefined; isResult?: boolean }) {
  if (outcome === undefined) return <span className="text-ink-3">…</span>;
  if (outcome.kind === "problem") return <span className="min-w-0 text-failure">{outcome.problem}</span>;
  if (outcome.kind === "missing" || outcome.text === "") return <span className="text-warning">nothing</span>;
  return (
    <bdi className={cx("min-w-0 truncate", isResult ? "font-medium" : "text-ink-2")} title={outcome.text}>
      {outcome.text}
    </bdi>
  );
}

// ---------------------------------------------------------------- the filters that could be added

function Offers({ chain, data, onPick }: Pick<ChipMenuProps, "chain" | "data"> & { onPick: (call: FilterCall) => void }) {
  const [words, setWords] = useState("");
  const now = useOutcomes([askFor(chain)], data, data.sample === null ? [] : [data.sample]);
  const outcome = data.sample === null ? undefined : now.of(askFor(chain), data.sample);
  const type = outcome?.kind === "value" ? outcome.type : "any";
  const offered = useMemo(() => offeredFilters(type, words, data.rules), [type, words, data.rules]);
  const asks = offered.map(({ call }) => askFor(withFilter(chain, call)));
  const outcomes = useOutcomes(asks, data, data.sample === null ? [] : [data.sample]);
  const pick = (call: FilterCall) => {
    setWords("");
    onPick(call);
  };
  const list = useListbox(offered.length, (index) => {
    const one = offered[index];
    if (one) pick(one.call);
  });
  return (
    <div className="flex flex-col p-3">
      <Input
        {...list.input}
        data-search
        aria-label="Add a change"
        placeholder="Add a change: lower case, date, phone …"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <ul {...list.list} aria-label="Changes to add" className="mt-2 max-h-60 min-h-24 overflow-y-auto">
        {offered.map((one, index) => (
          <Offer
            key={one.name}
            offered={one}
            isFirst={one.group !== offered[index - 1]?.group}
            outcome={data.sample === null ? undefined : outcomes.of(asks[index]!, data.sample)}
            isActive={index === list.active}
            option={list.option(index)}
          />
        ))}
        {offered.length === 0 && (
          <li className="px-2 py-3 text-ink-3">
            Nothing is called that.{" "}
            <Button small kind="quiet" onClick={() => setWords("")}>
              Show all
            </Button>
          </li>
        )}
      </ul>
    </div>
  );
}

interface OfferProps {
  offered: OfferedFilter;
  isFirst: boolean;
  outcome: Outcome | undefined;
  isActive: boolean;
  option: ReturnType<ReturnType<typeof useListbox>["option"]>;
}

function Offer({ offered: { title, group }, isFirst, outcome, isActive, option }: OfferProps) {
  return (
    <>
      {isFirst && (
        <li role="presentation" className="px-2 pt-2 pb-1 text-meta font-medium text-ink-3">
          {offeredGroups[group]}
        </li>
      )}
      <li {...option} className={cx("flex h-7 items-center gap-3 rounded-sm px-2", isActive && "bg-hover")}>
        <span className="min-w-0 shrink-0 truncate" style={{ maxWidth: "65%" }}>
          {title}
        </span>
        <bdi className="ml-auto min-w-0 truncate text-meta text-ink-3">{afterText(outcome)}</bdi>
      </li>
    </>
  );
}

function afterText(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "";
  if (outcome.kind === "problem") return "does not fit";
  return outcome.kind === "missing" ? "nothing" : outcome.text;
}
