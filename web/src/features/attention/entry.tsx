import { CircleCheck, CircleX, Clock, Hand, type LucideIcon, CircleQuestionMark, PencilLine, TriangleAlert, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../../components/ui/icon.tsx";
import { cx } from "../../lib/cx.ts";

/** How bad it is, as a shape, a colour and a word. */
const urgencies = {
  failed: { icon: CircleX, tone: "bg-failure-soft text-failure", word: "Failed" },
  held: { icon: Hand, tone: "bg-neutral-soft text-held", word: "Held" },
  broken: { icon: Unplug, tone: "bg-failure-soft text-failure", word: "Broken" },
  soon: { icon: TriangleAlert, tone: "bg-warning-soft text-warning", word: "Soon" },
  mended: { icon: CircleCheck, tone: "bg-success-soft text-success", word: "Ready to replay" },
  asked: { icon: CircleQuestionMark, tone: "bg-accent-soft text-accent", word: "Asked" },
  waits: { icon: Clock, tone: "bg-neutral-soft text-waiting", word: "Waiting" },
  renamed: { icon: PencilLine, tone: "bg-warning-soft text-warning", word: "Changed" },
} as const satisfies Record<string, { icon: LucideIcon; tone: string; word: string }>;
export type Urgency = keyof typeof urgencies;

interface EntryProps {
  urgency: Urgency;
  /** Of what it is, where, and since when: small, over the headline. */
  about: readonly ReactNode[];
  title: ReactNode;
  /** Why, and what helps. */
  children?: ReactNode;
  /** What helps, as buttons: the first is the one that is advised. */
  actions: ReactNode;
  /** The runs that it stopped. */
  foot?: ReactNode;
}

/** One thing that needs a person: what happened, why, and what to do. Every entry looks alike, whatever it is about. */
export function Entry({ urgency, about, title, children, actions, foot }: EntryProps) {
  const { icon, tone, word } = urgencies[urgency];
  const facts = about.filter((fact) => fact !== null && fact !== false && fact !== undefined);
  return (
    <li className="rounded-lg border border-line bg-raised">
      <div className="flex gap-3.5 p-4">
        <span className={cx("grid size-8 shrink-0 place-items-center rounded-md", tone)}>
          <Icon of={icon} size={17} />
          <span className="sr-only">{word}</span>
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-1.5 text-meta text-ink-3">
            {facts.map((fact, index) => (
              <span key={index} className="flex min-w-0 items-center gap-x-1.5">
                {fact}
                {index < facts.length - 1 && <span aria-hidden>·</span>}
              </span>
            ))}
          </p>
          <h3 className="mt-0.5 max-w-3xl text-body font-medium break-words">{title}</h3>
          <div className="mt-1 flex max-w-3xl flex-col gap-1 break-words text-ink-2">{children}</div>
          <div className="mt-3 flex flex-wrap items-center gap-2 empty:hidden">{actions}</div>
        </div>
      </div>
      {foot}
    </li>
  );
}
