import { CircleMinus, Clock, Equal, Link2, type LucideIcon, Pencil, Plus, Send, Trash2, Unlink, Zap } from "lucide-react";
import type { ReactNode } from "react";
import type { DryRunReply } from "#api/schemas.ts";
import { FieldChanges, TagChanges } from "./change.tsx";
import { Disclosure } from "./ui/disclosure.tsx";
import { Icon } from "./ui/icon.tsx";
import { cx } from "../lib/cx.ts";
import { fixFor } from "../lib/fix.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { withPretendedWords } from "#kernel/pretended-id.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { humanize, plural } from "../lib/words.ts";

type Effect = DryRunReply["effects"][number];

const looks: Record<Effect["effect"], { word: string; icon: LucideIcon }> = {
  create: { word: "Would create", icon: Plus },
  update: { word: "Would update", icon: Pencil },
  delete: { word: "Would delete", icon: Trash2 },
  link: { word: "Would add", icon: Link2 },
  unlink: { word: "Would remove", icon: Unlink },
  send: { word: "Would send", icon: Send },
  other: { word: "Would write", icon: Zap },
};

/** How a field's value is shown; undefined: as it is. */
export type ShownAs = (field: string) => ((value: string) => ReactNode) | undefined;

interface DryRunResultProps {
  result: DryRunReply;
  /** Shows what a write chose by name under that name, where the page knows it. */
  namesOf?: (effect: Effect) => ShownAs | undefined;
}

/** Counts first, then each write opening to old → new. */
export function DryRunResult({ result, namesOf = () => undefined }: DryRunResultProps) {
  const skipped = leftOut(result);
  return (
    <div className="flex flex-col gap-5">
      <Outcome result={result} />
      <Tiles counts={{ ...result.counts, skipped: skipped.length }} />
      {result.effects.length + skipped.length > 0 && (
        <ul className="divide-y divide-line border-y border-line">
          {result.effects.map((effect, index) => (
            <EffectRow key={index} effect={effect} shownAs={namesOf(effect)} />
          ))}
          {skipped.map((skip) => (
            <li key={skip.step} className="flex items-center gap-2.5 py-2.5 pl-5">
              <Icon of={CircleMinus} className="shrink-0 text-ink-3" />
              <span className="font-medium">{titleOf(skip.step, result)}</span>
              <span className="min-w-0 text-ink-2">skipped: {skip.why}</span>
            </li>
          ))}
        </ul>
      )}
      {result.notices.length > 0 && (
        <ul aria-label="Notices" className="flex flex-col gap-1 text-ink-2">
          {result.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      <p className="text-meta text-ink-3">A real run makes {plural(result.calls, "request")}.</p>
    </div>
  );
}

/** Steps that did not come to a write. One whose write would change nothing is told as unchanged already. */
function leftOut({ skipped, effects }: DryRunReply): DryRunReply["skipped"] {
  const unchanged = new Set(effects.filter((effect) => effect.unchanged).map((effect) => effect.step));
  return skipped.filter((skip) => !unchanged.has(skip.step));
}

/** A step by its title; a step that was never reached has only its path. */
function titleOf(path: string, { steps }: DryRunReply): string {
  return steps.find((step) => step.path === path)?.title ?? humanize(path.split("/").at(-1) ?? path);
}

function Outcome({ result }: { result: DryRunReply }) {
  if (result.error !== null) {
    return (
      <div className="rounded-md bg-failure-soft px-4 py-3">
        <p className="font-medium">This event would fail. {saidOfField(result.error)}</p>
        <p className="mt-1 text-ink-2">{fixFor(result.error).explain}</p>
      </div>
    );
  }
  if (result.outcome === "waiting")
    return (
      <p className="flex items-start gap-2.5 rounded-md bg-sunken px-4 py-3">
        <Icon of={Clock} className="mt-0.5 shrink-0 text-waiting" />
        {result.summary}
      </p>
    );
  return <p className="text-body">{result.summary}</p>;
}

function Tiles({ counts }: { counts: DryRunReply["counts"] }) {
  const tiles: [string, number][] = [
    ["Create", counts.create],
    ["Update", counts.update],
    ["Unchanged", counts.unchanged],
    ["Skipped", counts.skipped],
    ...(counts.delete > 0 ? [["Delete", counts.delete] as [string, number]] : []),
    ...(counts.other > 0 ? [["Other writes", counts.other] as [string, number]] : []),
  ];
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-[repeat(auto-fit,minmax(6rem,1fr))]">
      {tiles.map(([title, n]) => (
        <div key={title} className="flex flex-col-reverse bg-raised px-3 py-2.5">
          <dt className="text-meta text-ink-3">{title}</dt>
          <dd className={cx("text-page font-semibold tabular", n === 0 && "text-ink-3")}>{n}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What would be written, a line each that opens to old → new. They belong into a list. */
export function EffectRows({ effects }: { effects: readonly Omit<Effect, "step">[] }) {
  return effects.map((effect, index) => <EffectRow key={index} effect={effect} />);
}

/** Whether there is nothing to set beside what would be written: the record is new, or nobody read it. */
const isNew = ({ effect, unread }: Omit<Effect, "step">): boolean => unread === true || effect === "create";

/** Whether it is a request to an address that whoever made the flow chose. */
export const isSent = ({ request }: Omit<Effect, "step">): boolean => request?.anyAddress === true;

/** Where a request would go. */
function SentTo({ request: { method, url } }: { request: NonNullable<Effect["request"]> }) {
  return (
    <div className="contents">
      <dt className="text-ink-3">Sent to</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium">{method}</span> {withPretendedWords(url)}
      </dd>
    </div>
  );
}

function EffectRow({ effect, shownAs }: { effect: Omit<Effect, "step">; shownAs?: ShownAs | undefined }) {
  const look = looks[effect.effect];
  const tags = effect.tags ?? { added: [], removed: [] };
  const nothing = !isSent(effect) && effect.changes.length === 0 && tags.added.length + tags.removed.length === 0;
  return (
    <li>
      <Disclosure
        open={!effect.unchanged && !nothing}
        summary={
          <span className="flex min-w-0 flex-1 items-center gap-2.5 py-2">
            <Icon of={effect.unchanged ? Equal : look.icon} className="shrink-0 text-ink-3" />
            <span className="min-w-0 flex-1 truncate">
              <span className="font-medium">{operationTitle(effect)}</span>
              {effect.record !== undefined && (
                <>
                  {" · "}
                  <bdi>{effect.record}</bdi>
                </>
              )}
            </span>
            <span className="shrink-0 text-meta text-ink-3">
              {effect.unchanged ? "Nothing to change: already so" : isSent(effect) ? looks.send.word : look.word}
            </span>
          </span>
        }
      >
        {effect.warning !== undefined && (
          <p role="note" className="mb-2 rounded-md bg-warning-soft px-3 py-2">
            {effect.warning}
          </p>
        )}
        {nothing ? (
          <p className="text-ink-2">{effect.unchanged ? "The record has these values already." : "It carries no fields."}</p>
        ) : (
          <dl className="grid grid-cols-[minmax(5rem,2fr)_minmax(0,3fr)] gap-x-4 gap-y-1.5 pl-6">
            {effect.request !== undefined && isSent(effect) && <SentTo request={effect.request} />}
            <FieldChanges changes={effect.changes} unread={isNew(effect)} {...(shownAs && { shownAs })} />
            {tags.added.length + tags.removed.length > 0 && (
              <div className="contents">
                <dt className="text-ink-3">Tags</dt>
                <dd>
                  <TagChanges added={tags.added} removed={tags.removed} />
                </dd>
              </div>
            )}
          </dl>
        )}
      </Disclosure>
    </li>
  );
}
