import { memo, type ReactNode, useCallback, useDeferredValue, useMemo, useState } from "react";
import type { AppDraft } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { SearchInput } from "../../../components/ui/search-input.tsx";
import { cx } from "../../../lib/cx.ts";
import { listed, plural } from "../../../lib/words.ts";
import { effects, effectWords } from "../definition/effects.ts";
import { type Offer, offersOf } from "../definition/from-draft.ts";
import type { Effect } from "../definition/types.ts";
import { groupsOf, stateOf, tick, type Ticked, tickedAtFirst, wantedOf, withEffect } from "./ticked.ts";

interface ReviewProps {
  draft: AppDraft;
  /** Ids that the app has already. */
  existing?: ReadonlySet<string>;
  /** Beside the list: what the app is called, say. */
  above?: ReactNode;
  /** The buttons at the end, for what is ticked. */
  actions: (wanted: Offer[]) => ReactNode;
}

const shownAtFirst = 120;
const searchedFrom = 8;

/** What a source offers: counts, what was not understood, and the operations to tick. */
export function Review({ draft, existing, above, actions }: ReviewProps) {
  const offers = useMemo(() => offersOf(draft), [draft]);
  const [ticked, setTicked] = useState<Ticked>(() => tickedAtFirst(offers, existing));
  const [q, setQ] = useState("");
  const [shown, setShown] = useState(shownAtFirst);
  const words = useDeferredValue(q);
  const groups = useMemo(() => groupsOf(offers, words), [offers, words]);
  const found = groups.reduce((sum, [, rows]) => sum + rows.length, 0);
  const onTick = useCallback((of: readonly Offer[], isWanted: boolean) => setTicked((old) => tick(old, of, isWanted)), []);
  const onEffect = useCallback((index: number, effect: Effect) => setTicked((old) => withEffect(old, index, effect)), []);
  return (
    <div className="flex flex-col gap-5">
      <Counts draft={draft} />
      <Notes draft={draft} />
      {above}
      <section aria-label="Operations to add" className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <label className="flex items-center gap-2">
            <Checkbox
              label={words === "" ? "All operations" : "All that were found"}
              checked={stateOf(
                groups.flatMap(([, rows]) => rows),
                ticked,
              )}
              onChange={(isWanted) =>
                onTick(
                  groups.flatMap(([, rows]) => rows),
                  isWanted,
                )
              }
            />
            <span className="tabular">
              {plural(ticked.wanted.size, "operation")} of {offers.length} ticked
            </span>
          </label>
          {offers.length >= searchedFrom && (
            <SearchInput label="Find an operation" value={q} onChange={setQ} className="w-full sm:ml-auto sm:w-72" />
          )}
        </div>
        {shownGroups(groups, shown).map(([category, rows, all]) => (
          <Group
            key={category}
            title={category}
            isAlone={groups.length === 1}
            rows={rows}
            all={all}
            ticked={ticked}
            existing={existing}
            onTick={onTick}
            onEffect={onEffect}
          />
        ))}
        {found === 0 && <p className="px-2 py-6 text-ink-2">No operation fits these words.</p>}
        {found > shown && (
          <span>
            <Button small kind="quiet" onClick={() => setShown(shown + 300)}>
              Show {Math.min(300, found - shown)} more of {found}
            </Button>
          </span>
        )}
      </section>
      <div className="sticky bottom-0 z-10 -mx-2 flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-2 py-3 max-md:bottom-14">
        {actions(wantedOf(offers, ticked))}
      </div>
    </div>
  );
}

/** The first so many rows, in their groups, with all that each group has. */
function shownGroups(groups: readonly [string, Offer[]][], most: number): [category: string, rows: Offer[], all: Offer[]][] {
  let left = most;
  return groups.flatMap(([category, all]): [string, Offer[], Offer[]][] => {
    const rows = all.slice(0, Math.max(0, left));
    left -= rows.length;
    return rows.length === 0 ? [] : [[category, rows, all]];
  });
}

function Counts({ draft: { operations, triggers, auth, guesses } }: { draft: AppDraft }) {
  const deprecated = operations.filter(({ definition }) => definition.deprecated === true).length;
  const guessed = operations.reduce((sum, one) => sum + one.guesses.length, guesses.length);
  const logins = auth.filter(({ kind }) => kind !== "none").length;
  const parts = [
    plural(operations.length, "operation"),
    ...(deprecated > 0 ? [`${deprecated} of them deprecated`] : []),
    ...(triggers.length > 0 ? [plural(triggers.length, "event")] : []),
    logins === 0 ? "no login" : plural(logins, "way to log in", "ways to log in"),
  ];
  return (
    <p role="status" className="text-body">
      {listed(parts)}.{" "}
      {guessed > 0 && (
        <span className="text-ink-2">
          {plural(guessed, "guess", "guesses")}, marked until you confirm {guessed === 1 ? "it" : "them"}.
        </span>
      )}
    </p>
  );
}

/** What was left out or not understood, and why. */
function Notes({ draft: { notes } }: { draft: AppDraft }) {
  if (notes.length === 0) return null;
  return (
    <div className="rounded-md bg-neutral-soft px-3 py-1.5 text-ink-2">
      <Disclosure open={notes.length <= 3} summary={<span>{plural(notes.length, "note")} on what was left out or read otherwise</span>}>
        <ul tabIndex={0} aria-label="What was left out or read otherwise" className="flex max-h-72 flex-col gap-1 overflow-y-auto pb-1">
          {notes.map(({ at, says }, index) => (
            <li key={index}>
              {at !== null && <code className="mr-2 font-mono text-meta text-ink-2">{at}</code>}
              {says}
            </li>
          ))}
        </ul>
      </Disclosure>
    </div>
  );
}

interface GroupProps {
  title: string;
  /** There is no other group, so its head says nothing. */
  isAlone: boolean;
  rows: readonly Offer[];
  all: readonly Offer[];
  ticked: Ticked;
  existing: ReadonlySet<string> | undefined;
  onTick: (offers: readonly Offer[], isWanted: boolean) => void;
  onEffect: (index: number, effect: Effect) => void;
}

function Group({ title, isAlone, rows, all, ticked, existing, onTick, onEffect }: GroupProps) {
  const name = title === "" ? "Others" : title;
  return (
    <section aria-label={name}>
      {!isAlone && (
        <label className="flex h-9 items-center gap-2.5 border-b border-line font-medium">
          <Checkbox label={`All of ${name}`} checked={stateOf(all, ticked)} onChange={(isWanted) => onTick(all, isWanted)} />
          <bdi className="truncate">{name}</bdi>
          <span className="text-meta font-normal text-ink-3 tabular">{all.length}</span>
        </label>
      )}
      <ul>
        {rows.map((offer) => (
          <li key={offer.index} className="[contain-intrinsic-size:auto_44px] [content-visibility:auto]">
            <Row
              offer={offer}
              isWanted={ticked.wanted.has(offer.index)}
              effect={ticked.effects.get(offer.index) ?? offer.operation.effect}
              isChosen={ticked.effects.has(offer.index)}
              isNew={existing !== undefined && !existing.has(offer.operation.id)}
              onTick={onTick}
              onEffect={onEffect}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  offer: Offer;
  isWanted: boolean;
  effect: Effect;
  /** A person chose the effect. */
  isChosen: boolean;
  /** The app that it would be added to has no operation of that id. */
  isNew: boolean;
  onTick: GroupProps["onTick"];
  onEffect: GroupProps["onEffect"];
}

const Row = memo(function Row({ offer, isWanted, effect, isChosen, isNew, onTick, onEffect }: RowProps) {
  const { operation, guesses } = offer;
  const guess = isChosen ? undefined : guesses.find(({ member }) => member === "effect");
  return (
    <div className="flex min-h-11 items-center gap-2.5 border-b border-line py-1">
      <label className="flex min-w-0 flex-1 items-center gap-2.5">
        <Checkbox label={operation.title} checked={isWanted} onChange={(next) => onTick([offer], next)} />
        <span className={cx("min-w-0 flex-1", !isWanted && "text-ink-3")}>
          <bdi className="block truncate" title={operation.title}>
            {operation.title}
          </bdi>
          <span className="block truncate font-mono text-[0.6875rem] text-ink-3">
            {operation.method} {operation.path}
          </span>
        </span>
      </label>
      {isNew && <span className="shrink-0 rounded-sm bg-success-soft px-1.5 text-meta text-success">not in the app</span>}
      {operation.deprecated === true && (
        <span className="shrink-0 rounded-sm bg-warning-soft px-1.5 text-meta text-warning">deprecated</span>
      )}
      <span className="flex shrink-0 items-center gap-2" title={guess?.why}>
        {guess !== undefined && <span className="rounded-sm bg-waiting-soft px-1.5 text-meta max-sm:hidden">guess</span>}
        <Select
          aria-label={`What ${operation.title} does`}
          className="w-36"
          value={effect}
          onChange={({ target }) => onEffect(offer.index, target.value as Effect)}
        >
          {effects.map((one) => (
            <option key={one} value={one}>
              {effectWords[one]}
            </option>
          ))}
        </Select>
      </span>
    </div>
  );
});
