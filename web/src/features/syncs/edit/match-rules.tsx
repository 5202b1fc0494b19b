import { ArrowDown, ArrowUp, Equal, GripVertical, Plus, X } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useRef, useState } from "react";
import { Section } from "../../../components/page.tsx";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import type { MatchRule } from "../types.ts";
import { movedRule, problemsAt, putRule } from "./edits.ts";
import { FieldPick } from "./field-pick.tsx";
import type { EditProps } from "./field-rows.tsx";
import { PairForm } from "./pair-form.tsx";
import { ProblemLines } from "./problem-lines.tsx";

const mostRules = 10;
const pairGrid = "grid grid-cols-[minmax(0,1fr)_1rem_minmax(0,1fr)_4.25rem] items-center gap-2";

/** By which fields two records are known to be the same, in their order. */
export function MatchRules(props: EditProps) {
  const { definition, words, problems, onChange, mayWrite } = props;
  const [isAdding, setAdding] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const move = (from: number, to: number) => {
    onChange((old) => movedRule(old, from, to));
    // The keys go on with the rule that was moved, where it is now.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-rule="${to}"] button:enabled`)?.focus());
  };
  const drag = useDragOrder(move);
  return (
    <Section title="The same record">
      <p className="mb-3 text-ink-2">
        Two records belong together when the first rule that finds exactly one says so. Where a rule finds several, nothing is joined and
        you are shown them.
      </p>
      <ol ref={list} aria-label="Rules by which records belong together" className="flex flex-col gap-2">
        {definition.match.map((rule, at) => (
          <li
            key={JSON.stringify(rule)}
            data-rule={at}
            {...(mayWrite && drag.target(at))}
            className={cx("rounded-lg border p-2 transition-colors", drag.over === at ? "border-accent bg-accent-soft" : "border-line")}
          >
            <Rule {...props} rule={rule} at={at} handle={drag.handle(at)} onMove={(by) => move(at, at + by)} />
          </li>
        ))}
      </ol>
      {definition.match.length === 0 && (
        <p className="text-meta text-warning">Without a rule no record is found on the other side: all of them would be made anew.</p>
      )}
      <ProblemLines problems={problems.filter(({ field }) => field === "match")} />
      {mayWrite && isAdding && (
        <PairForm
          words={words}
          className={cx(pairGrid, "mt-2")}
          onCancel={() => setAdding(false)}
          onAdd={(pair) => {
            onChange((old) => ({ ...old, match: [...old.match, [pair]] }));
            setAdding(false);
          }}
        />
      )}
      {mayWrite && !isAdding && definition.match.length < mostRules && (
        <Button small kind="quiet" icon={<Icon of={Plus} size={13} />} onClick={() => setAdding(true)} className="mt-2">
          Add a rule
        </Button>
      )}
    </Section>
  );
}

interface RuleProps extends EditProps {
  rule: MatchRule;
  at: number;
  onMove: (by: 1 | -1) => void;
  handle: { draggable: true; onDragStart: (event: DragEvent) => void; onDragEnd: () => void };
}

function Rule({ definition, words, problems, onChange, mayWrite, rule, at, handle, onMove }: RuleProps) {
  const [isAdding, setAdding] = useState(false);
  const put = (next: MatchRule) => onChange((old) => putRule(old, at, next));
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const by = event.key === "ArrowUp" ? -1 : 1;
    if (definition.match[at + by] !== undefined) onMove(by);
  };
  const name = `rule ${at + 1}`;
  return (
    <div className="flex flex-col gap-1.5" onKeyDown={mayWrite ? onKeyDown : undefined}>
      <div className="flex items-center gap-1">
        {mayWrite && (
          <span {...handle} aria-hidden title="Drag to another place" className="grid size-6 cursor-grab place-items-center text-ink-3">
            <Icon of={GripVertical} size={14} />
          </span>
        )}
        <span className="flex-1 text-meta font-medium text-ink-2">{at === 0 ? "First by" : "Else by"}</span>
        {mayWrite && (
          <>
            <IconButton small label={`Move ${name} up`} disabled={at === 0} onClick={() => onMove(-1)}>
              <Icon of={ArrowUp} size={13} />
            </IconButton>
            <IconButton small label={`Move ${name} down`} disabled={at === definition.match.length - 1} onClick={() => onMove(1)}>
              <Icon of={ArrowDown} size={13} />
            </IconButton>
            <IconButton small label={`Remove ${name}`} onClick={() => onChange((old) => putRule(old, at, null))}>
              <Icon of={X} size={13} />
            </IconButton>
          </>
        )}
      </div>
      {rule.map((pair, index) => (
        <div key={`${pair.a}=${pair.b}`}>
          {index > 0 && <p className="pb-1 text-meta text-ink-3">and</p>}
          <div className={pairGrid}>
            <FieldPick
              label={`Field of ${words.a.account}`}
              words={words.a}
              value={pair.a}
              disabled={!mayWrite}
              onChange={(a) => put(rule.toSpliced(index, 1, { ...pair, a }))}
            />
            <Icon of={Equal} size={14} className="mx-auto text-ink-3" />
            <FieldPick
              label={`Field of ${words.b.account}`}
              words={words.b}
              value={pair.b}
              disabled={!mayWrite}
              onChange={(b) => put(rule.toSpliced(index, 1, { ...pair, b }))}
            />
            {mayWrite && rule.length > 1 && (
              <IconButton small label={`Remove this pair of fields from ${name}`} onClick={() => put(rule.toSpliced(index, 1))}>
                <Icon of={X} size={13} />
              </IconButton>
            )}
          </div>
        </div>
      ))}
      {isAdding && (
        <PairForm
          words={words}
          className={pairGrid}
          onCancel={() => setAdding(false)}
          onAdd={(pair) => {
            put([...rule, pair]);
            setAdding(false);
          }}
        />
      )}
      {mayWrite && !isAdding && rule.length < 5 && (
        <Button small kind="quiet" icon={<Icon of={Plus} size={12} />} onClick={() => setAdding(true)} className="self-start">
          And also by
        </Button>
      )}
      <ProblemLines problems={problemsAt(problems, `match.${at}`)} />
    </div>
  );
}

/** Puts the items of a list into another order by dragging. */
function useDragOrder(onMove: (from: number, to: number) => void) {
  const [from, setFrom] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const end = () => {
    setFrom(null);
    setOver(null);
  };
  return {
    over: from === over ? null : over,
    handle: (at: number) => ({
      draggable: true as const,
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", String(at));
        setFrom(at);
      },
      onDragEnd: end,
    }),
    target: (at: number) => ({
      onDragOver: (event: DragEvent) => {
        if (from === null) return;
        event.preventDefault();
        setOver(at);
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        if (from !== null) onMove(from, at);
        end();
      },
    }),
  };
}
