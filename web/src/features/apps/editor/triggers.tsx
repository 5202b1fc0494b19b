import { Plus } from "lucide-react";
import { BackLabel, backLinkClass, Section } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { freeId, idOf } from "../definition/edits.ts";
import { type Operation, operationsOf, type Trigger, triggersOf } from "../definition/types.ts";
import { useEditing } from "./editing.ts";
import { ChallengesForm } from "./challenges-form.tsx";
import { ProofForm } from "./proof-form.tsx";
import { SubscribeForm } from "./subscribe-form.tsx";
import { newTriggerTitle, TriggerForm } from "./trigger-form.tsx";
import { useOpenIndex } from "./use-open-index.ts";

interface TriggersProps {
  /** The trigger that is open, by its id. */
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
  onOperation: (id: string) => void;
}

/** What can start a flow: what the app posts, and the lists that are read again and again. */
export function Triggers({ open, onOpen, onOperation }: TriggersProps) {
  const { draft, edit, mayWrite } = useEditing();
  const triggers = triggersOf(draft.definition);
  const index = useOpenIndex(triggers, open);
  const trigger = triggers[index];
  const put = (next: readonly Trigger[]) => edit((old) => ({ ...old, definition: { ...old.definition, triggers: [...next] } }));
  const add = () => {
    const id = freeId(idOf(newTriggerTitle, "."), new Set([...operationsOf(draft.definition), ...triggers].map((one) => one.id)));
    put([...triggers, { id, title: newTriggerTitle, example: {} }]);
    onOpen(id);
  };
  return (
    <div className="grid grid-cols-1 gap-8 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className={cx("flex min-w-0 flex-col gap-8", trigger !== undefined && "max-lg:hidden")}>
        <Section title="Events that the app posts">
          <ul className="-mx-2">
            {triggers.map(({ id, title }) => (
              <li key={id}>
                <button
                  type="button"
                  data-row
                  aria-current={id === open || undefined}
                  onClick={() => onOpen(id)}
                  className={cx(
                    "flex min-h-10 w-full items-center gap-2 rounded-md px-2 py-1 text-left -outline-offset-1 hover:bg-hover",
                    id === open && "bg-selected",
                  )}
                >
                  <span className="min-w-0 flex-1">
                    <bdi className="block truncate">{title}</bdi>
                    <span className="block truncate font-mono text-[0.6875rem] text-ink-3">{id}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {triggers.length === 0 && (
            <p className="mb-2 text-ink-2">
              None yet. If the app can call a web address when something happens (a webhook), add the event here.
            </p>
          )}
          {mayWrite && (
            <Button small className="mt-2" icon={<Icon of={Plus} size={14} />} onClick={add}>
              Add event
            </Button>
          )}
        </Section>
        <Polls onOperation={onOperation} />
      </div>
      <div className="min-w-0">
        {trigger === undefined ? (
          triggers.length > 0 && (
            <div className="flex flex-col gap-8">
              <ProofForm />
              <SubscribeForm />
              <ChallengesForm />
            </div>
          )
        ) : (
          <>
            <button type="button" className={`${backLinkClass} lg:hidden`} onClick={() => onOpen(undefined)}>
              <BackLabel>All triggers</BackLabel>
            </button>
            <TriggerForm
              key={index}
              trigger={trigger}
              index={index}
              onChange={(next) => {
                put(triggers.map((old, i) => (i === index ? next : old)));
                if (next.id !== trigger.id) onOpen(next.id);
              }}
              onRemove={() => {
                put(triggers.filter((_, i) => i !== index));
                onOpen(undefined);
              }}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** The reads that can start a flow by being asked again and again. */
function Polls({ onOperation }: { onOperation: (id: string) => void }) {
  const { draft } = useEditing();
  const reads = operationsOf(draft.definition).filter(({ effect }) => effect === "read");
  const lists = reads.filter(({ list }) => list === true);
  const unread = reads.filter(({ list, example, output }) => list === undefined && example === undefined && output === undefined);
  return (
    <Section title="Lists that Millrace asks for">
      <p className="mb-2 text-ink-2">
        {lists.length === 0
          ? "An operation that reads a list can start flows: Millrace reads it every few minutes and sees what is new."
          : "Each of these can start a flow. Millrace reads it every few minutes."}
      </p>
      <ul className="-mx-2">
        {lists.map(({ id, title, identity, changed }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onOperation(id)}
              className="flex min-h-10 w-full flex-col justify-center rounded-md px-2 py-1 text-left -outline-offset-1 hover:bg-hover"
            >
              <bdi className="block max-w-full truncate">{title}</bdi>
              <span className="text-meta text-ink-3">
                {identity === undefined
                  ? "No id of a record is named: a record counts as new when anything in it differs"
                  : changed === undefined
                    ? `Starts when a record is new (by ${identity}) or differs`
                    : `Starts when a record is new (by ${identity}) or changed (by ${changed})`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {unread.length > 0 && <Unread reads={unread} onOperation={onOperation} />}
    </Section>
  );
}

/** Reads of which nobody has shown an answer: they may be lists. */
function Unread({ reads, onOperation }: { reads: readonly Operation[]; onOperation: (id: string) => void }) {
  return (
    <div className="mt-2 flex flex-col gap-1 text-ink-2">
      <p>Not known yet whether these read a list. Open one, try it, and use its answer as the example:</p>
      <ul>
        {reads.slice(0, 5).map(({ id, title }) => (
          <li key={id}>
            <button type="button" className="rounded-sm font-medium text-accent-ink hover:underline" onClick={() => onOperation(id)}>
              <bdi>{title}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {reads.length > 5 && <p className="text-meta text-ink-3">and {reads.length - 5} more</p>}
    </div>
  );
}
