import { Plus, SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import { Section } from "../../../components/page.tsx";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { count } from "../../../lib/words.ts";
import type { BothWords, Definition, FieldPair } from "../types.ts";
import { fieldLabelOf, keyOf, problemsAt, putPair, type SyncProblem, waysOf, withPair, withoutPair } from "./edits.ts";
import { FieldPick } from "./field-pick.tsx";
import { PairForm } from "./pair-form.tsx";
import { ProblemLines } from "./problem-lines.tsx";
import { SideHeads } from "./side-heads.tsx";
import { FieldOptions } from "./field-options.tsx";
import { WayButton } from "./way-button.tsx";

export interface EditProps {
  syncId: string;
  definition: Definition;
  words: BothWords;
  problems: readonly SyncProblem[];
  onChange: (change: (definition: Definition) => Definition) => void;
  mayWrite: boolean;
}

interface FieldRowsProps extends EditProps {
  /** Rows that are left out just now, by their key, and why. */
  resting: Readonly<Record<string, string>>;
}

const rowGrid = "grid grid-cols-[minmax(0,1fr)_3rem_minmax(0,1fr)_4.25rem] items-center gap-2";

/** Which field of one side is which of the other, and which way each goes. */
export function FieldRows({ resting, ...props }: FieldRowsProps) {
  const { definition, words, problems, onChange, mayWrite } = props;
  const [isAdding, setAdding] = useState(false);
  return (
    <Section title="Fields" aside={<span className="text-ink-3 tabular">{count(definition.fields.length)}</span>}>
      <p className="mb-3 text-ink-2">An arrow says whose value goes where. Press it to change the direction, or use the arrow keys.</p>
      <SideHeads words={words} className={rowGrid} />
      <ul aria-label="Fields" className="flex flex-col">
        {definition.fields.map((pair, at) => (
          <Row
            key={keyOf(pair)}
            {...props}
            pair={pair}
            at={at}
            resting={resting[keyOf(pair)]}
            problems={problemsAt(problems, `fields.${at}`)}
          />
        ))}
      </ul>
      <ProblemLines problems={problems.filter(({ field }) => field === "fields")} />
      {mayWrite && isAdding && (
        <PairForm
          words={words}
          className={`${rowGrid} mt-2`}
          onCancel={() => setAdding(false)}
          onAdd={(names) => {
            onChange((old) => withPair(old, names, words));
            setAdding(false);
          }}
        />
      )}
      {mayWrite && !isAdding && (
        <Button small kind="quiet" icon={<Icon of={Plus} size={13} />} onClick={() => setAdding(true)} className="mt-1">
          Add a field
        </Button>
      )}
    </Section>
  );
}

interface RowProps extends EditProps {
  pair: FieldPair;
  at: number;
  resting: string | undefined;
}

function Row({ syncId, definition, words, problems, onChange, mayWrite, pair, at, resting }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const put = (patch: Partial<FieldPair>) => onChange((old) => putPair(old, at, { ...pair, ...patch }));
  const name = fieldLabelOf(words, "a", pair.a);
  return (
    <li className="border-b border-line py-1.5">
      <div className={rowGrid}>
        <FieldPick
          label={`Field of ${words.a.account}`}
          words={words.a}
          value={pair.a}
          disabled={!mayWrite}
          resting={resting}
          onChange={(a) => put({ a })}
        />
        <WayButton
          row={name}
          way={pair.way}
          allowed={mayWrite ? waysOf(pair, words) : [pair.way]}
          words={words}
          onChange={(way) => put({ way })}
        />
        <FieldPick
          label={`Field of ${words.b.account}`}
          words={words.b}
          value={pair.b}
          disabled={!mayWrite}
          resting={resting}
          onChange={(b) => put({ b })}
        />
        {mayWrite && (
          <span className="flex">
            <IconButton label={`How ${name} is changed on its way`} onClick={() => setOpen(true)}>
              <Icon of={SlidersHorizontal} size={14} />
            </IconButton>
            <IconButton
              label={`Remove ${name}`}
              disabled={definition.fields.length === 1}
              onClick={() => onChange((old) => withoutPair(old, at))}
            >
              <Icon of={X} size={14} />
            </IconButton>
          </span>
        )}
      </div>
      <RowNotes pair={pair} words={words} resting={resting} />
      <ProblemLines problems={problems} />
      <FieldOptions
        syncId={syncId}
        open={isOpen}
        onClose={() => setOpen(false)}
        pair={pair}
        words={words}
        onChange={put}
        common={definition.conflict}
      />
    </li>
  );
}

/** What is special about a row, in words. */
function RowNotes({ pair, words, resting }: { pair: FieldPair; words: BothWords; resting: string | undefined }) {
  const says = [
    pair.toA === undefined ? "" : `Changed on its way to ${words.a.account}`,
    pair.toB === undefined ? "" : `Changed on its way to ${words.b.account}`,
    pair.conflict === "ask" ? "Asks where both changed it" : "",
    pair.conflict === "newest" ? "The newer change counts" : "",
    pair.conflict === "a" || pair.conflict === "b" ? `${words[pair.conflict].account} counts where both changed it` : "",
  ].filter((text) => text !== "");
  return (
    <>
      {says.length > 0 && <p className="mt-0.5 text-meta text-ink-3">{says.join(" · ")}</p>}
      {resting !== undefined && <p className="mt-0.5 text-meta text-warning">Left out for now: {resting}</p>}
    </>
  );
}
