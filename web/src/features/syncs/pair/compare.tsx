import { CircleCheck } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { z } from "zod";
import type { syncLinkDetail } from "#api/schemas.ts";
import { Section } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Time } from "../../../components/time.tsx";
import { cx } from "../../../lib/cx.ts";
import { valueWords } from "../../../lib/diff.ts";
import { useMay } from "../../../lib/may.ts";
import { plural } from "../../../lib/words.ts";
import { wayIcons } from "../edit/way-button.tsx";
import { SideHeads } from "../edit/side-heads.tsx";
import { wayWords } from "../texts.ts";
import { type BothWords, type Side, sides } from "../types.ts";
import { allOf, type Choice, stillOpen } from "./pair-words.ts";
import { useDecide } from "./use-decide.ts";

export type PairDetail = z.infer<typeof syncLinkDetail>;
type Value = PairDetail["values"][number];
type Conflict = PairDetail["link"]["conflicts"][number];

const grid = "grid grid-cols-[minmax(0,1fr)_2rem_minmax(0,1fr)] gap-x-3";

/** Both records field by field. Where both changed a value, a person chooses which one counts. */
export function Compare({ syncId, detail, words }: { syncId: string; detail: PairDetail; words: BothWords }) {
  const { link, values } = detail;
  const decide = useDecide(syncId, link.id);
  const mayDecide = useMay("runs:write");
  const [chosen, setChosen] = useState<Choice>({});
  const open = stillOpen(chosen, link);
  const n = Object.keys(open).length;
  const conflictOf = (field: string) => link.conflicts.find((one) => one.field === field);
  return (
    <Section title="Side by side">
      {link.conflicts.length > 0 && mayDecide && (
        <div className="mb-3 flex flex-wrap items-center gap-2 rounded-md bg-warning-soft px-4 py-3">
          <p className="min-w-0 flex-1 basis-64">
            Both sides changed {plural(link.conflicts.length, "value")}. Choose which one counts, with a click or the arrow keys.
          </p>
          {sides.map((side) => (
            <Button key={side} small className="max-w-full !shrink" onClick={() => setChosen(allOf(link, side))}>
              <bdi className="truncate">{words[side].account}</bdi> for all
            </Button>
          ))}
          <Button small kind="primary" disabled={n === 0} busy={decide.isPending} onClick={() => decide.mutate({ choose: { ...open } })}>
            {n === 0 ? "Decide" : `Decide ${plural(n, "field")}`}
          </Button>
        </div>
      )}
      <SideHeads words={words} className={grid} />
      <ul aria-label="Fields of both records" className="flex flex-col">
        {values.map((value) => {
          const conflict = conflictOf(value.field);
          return (
            <li key={value.field} className={cx("border-b border-line py-2", value.differs && conflict === undefined && "bg-sunken")}>
              {conflict !== undefined && mayDecide ? (
                <Decide
                  value={value}
                  conflict={conflict}
                  words={words}
                  chosen={open[value.field]}
                  onChoose={(side) => setChosen((old) => ({ ...old, [value.field]: side }))}
                />
              ) : (
                <Row value={value} words={words} />
              )}
            </li>
          );
        })}
      </ul>
      {!values.some(({ differs }) => differs) && values.length > 0 && (
        <p className="mt-3 flex items-center gap-2 text-ink-2">
          <Icon of={CircleCheck} className="text-success" />
          Both say the same.
        </p>
      )}
    </Section>
  );
}

function Row({ value, words }: { value: Value; words: BothWords }) {
  return (
    <div className={grid}>
      <Cell label={value.labelA} value={value.a} />
      <Way value={value} words={words} />
      <Cell label={value.labelB} value={value.b} />
    </div>
  );
}

function Way({ value, words }: { value: Value; words: BothWords }) {
  const says = wayWords(value.way, words.a.account, words.b.account);
  return (
    <span
      role="img"
      aria-label={`${says}${value.differs ? ", and they differ" : ""}`}
      title={says}
      className={cx("mt-4 flex justify-center", value.differs ? "text-warning" : "text-ink-3")}
    >
      <Icon of={wayIcons[value.way]} size={15} />
    </span>
  );
}

function Cell({ label, value }: { label: string; value: unknown }) {
  const text = valueWords(value);
  return (
    <span className="min-w-0">
      <bdi className="block truncate text-meta text-ink-3">{label}</bdi>
      <bdi className={cx("block whitespace-pre-wrap [overflow-wrap:anywhere]", text === "empty" && "text-ink-3")}>{text}</bdi>
    </span>
  );
}

interface DecideProps {
  value: Value;
  conflict: Conflict;
  words: BothWords;
  chosen: Side | undefined;
  onChoose: (side: Side) => void;
}

/** A value that both sides changed: one of the two is chosen, as with radio buttons. */
function Decide({ value, conflict, words, chosen, onChoose }: DecideProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const side = { ArrowLeft: "a", ArrowRight: "b" }[event.key] as Side | undefined;
    if (side === undefined) return;
    event.preventDefault();
    onChoose(side);
    event.currentTarget.querySelector<HTMLElement>(`[data-side=${side}]`)?.focus();
  };
  return (
    <div role="radiogroup" aria-label={conflict.label} onKeyDown={onKeyDown} className={grid}>
      {sides.map((side) => (
        <button
          key={side}
          type="button"
          role="radio"
          data-side={side}
          aria-checked={chosen === side}
          aria-label={`${words[side].account}: ${valueWords(conflict[side])}`}
          tabIndex={chosen === side || (chosen === undefined && side === "a") ? 0 : -1}
          onClick={() => onChoose(side)}
          className={cx(
            "min-w-0 rounded-md border px-2.5 py-1.5 text-left transition-colors",
            side === "a" ? "col-start-1" : "col-start-3",
            chosen === side ? "border-accent bg-accent-soft" : "hover:bg-hover",
            chosen === undefined && "border-warning",
            chosen !== undefined && chosen !== side && "border-line",
          )}
        >
          <Cell label={side === "a" ? value.labelA : value.labelB} value={conflict[side]} />
        </button>
      ))}
      <p className="col-span-3 row-start-2 mt-1 text-meta text-warning">
        Both sides changed it, found <Time at={conflict.at} />
      </p>
    </div>
  );
}
