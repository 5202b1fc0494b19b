import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { type Piece, valueWords, wordDiff, worthWordDiff } from "../lib/diff.ts";
import { isObject } from "#kernel/json.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { Icon } from "./ui/icon.tsx";

/** Old → new. Long texts are marked word by word. */
export function Change({ before, after, show }: { before: unknown; after: unknown; show?: Show | undefined }) {
  if (show === undefined && worthWordDiff(before, after)) return <Words pieces={wordDiff(before, String(after))} />;
  return (
    <span className="inline-flex max-w-full flex-wrap items-baseline gap-x-1.5">
      <Value value={before} old show={show} />
      <Icon of={ArrowRight} size={12} className="shrink-0 self-center text-ink-3" />
      <span className="sr-only">becomes</span>
      <Value value={after} emptied={!isNothing(before)} show={show} />
    </span>
  );
}

/** Shows a text in another way than as it is: an id by its name. */
type Show = (value: string) => ReactNode;

interface ValueProps {
  value: unknown;
  old?: boolean;
  emptied?: boolean;
  show: Show | undefined;
}

/** `emptied`: it is empty now, and was not before. */
function Value({ value, old = false, emptied = false, show }: ValueProps) {
  const none = isNothing(value);
  const text = none && emptied ? "emptied" : none ? "empty" : valueWords(value);
  return (
    <bdi
      title={typeof value === "string" && value !== text ? value : undefined}
      className={cx(
        "min-w-0 [overflow-wrap:anywhere] whitespace-pre-wrap",
        none || old ? "text-ink-3" : "text-ink",
        old && !none && "line-through decoration-ink-3/50",
      )}
    >
      {show !== undefined && typeof value === "string" && !none ? show(value) : text}
    </bdi>
  );
}

/** How deep a value is laid out in rows; what is deeper is written in a line. */
const deepest = 4;

/** A value, its members one by one: what is within an object beside its name, the objects of a list one under the other. */
function Members({ value, show, depth = 0 }: { value: unknown; show: Show | undefined; depth?: number }) {
  const isList = Array.isArray(value) && value.some(isObject);
  if (depth >= deepest || isNothing(value) || !(isList || isObject(value))) return <Value value={value} show={show} />;
  if (isList)
    return (
      <ol className="flex flex-col gap-1.5">
        {value.map((item, index) => (
          <li key={index} className="border-l border-line pl-2.5">
            <Members value={item} show={show} depth={depth + 1} />
          </li>
        ))}
      </ol>
    );
  return (
    <dl className="grid grid-cols-[minmax(4rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      {Object.entries(value).map(([key, member]) => (
        <div key={key} className="contents">
          <dt className="truncate text-ink-3">{key}</dt>
          <dd className="min-w-0">
            <Members value={member} show={show} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const isNothing = (value: unknown): boolean => valueWords(value) === "empty" || (Array.isArray(value) && value.length === 0);

interface FieldChange {
  field: string;
  label?: string | undefined;
  old?: unknown;
  new?: unknown;
  note?: string | undefined;
}

/** The members of a new object, the body of a request say, one by one and called as they are sent. */
function eachOwn(change: FieldChange): FieldChange[] {
  const { field, old, new: made } = change;
  if (!isNothing(old) || !isObject(made) || Object.keys(made).length === 0) return [change];
  return Object.entries(made).map(([key, value]) => ({ field: `${field}.${key}`, label: key, new: value }));
}

interface FieldChangesProps {
  changes: readonly FieldChange[];
  /** Nobody read what the record holds now, so only the new values are said. */
  unread?: boolean;
  /** How the values of a field are shown. */
  shownAs?: (field: string) => Show | undefined;
}

/** The fields that a write would change, old → new, with what there is to know of each. */
export function FieldChanges({ changes, unread = false, shownAs }: FieldChangesProps) {
  return changes.flatMap(eachOwn).map((change) => (
    <div key={change.field} className="contents">
      <dt className="truncate text-ink-3" title={change.field}>
        {change.label ?? fieldLabel(change.field)}
      </dt>
      <dd className="min-w-0">
        {unread ? (
          <Members value={change.new} show={shownAs?.(change.field)} />
        ) : isNothing(change.old) && isNothing(change.new) ? (
          <span className="text-ink-3">empty already</span>
        ) : (
          <Change before={change.old} after={change.new} show={shownAs?.(change.field)} />
        )}
        {change.note !== undefined && <span className="block text-meta text-warning first-letter:uppercase">{change.note}</span>}
      </dd>
    </div>
  ));
}

function Words({ pieces }: { pieces: Piece[] }) {
  return (
    <bdi className="block leading-relaxed whitespace-pre-wrap">
      {pieces.map((piece, index) => {
        if (piece.kind === "same") return <span key={index}>{piece.text}</span>;
        if (piece.kind === "removed")
          return (
            <del key={index} className="rounded-sm bg-failure-soft text-failure decoration-failure/60">
              {piece.text}
            </del>
          );
        return (
          <ins key={index} className="rounded-sm bg-success-soft text-success no-underline">
            {piece.text}
          </ins>
        );
      })}
    </bdi>
  );
}

/** Tags that would be added and removed. */
export function TagChanges({ added, removed }: { added: readonly string[]; removed: readonly string[] }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {added.map((tag) => (
        <span key={`+${tag}`} className="rounded-sm bg-success-soft px-1.5 text-success">
          <span aria-label="added">+ </span>
          <bdi>{tag}</bdi>
        </span>
      ))}
      {removed.map((tag) => (
        <span key={`-${tag}`} className="rounded-sm bg-failure-soft px-1.5 text-failure">
          <span aria-label="removed">− </span>
          <bdi>{tag}</bdi>
        </span>
      ))}
    </span>
  );
}
