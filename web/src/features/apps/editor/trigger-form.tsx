import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { JsonView } from "../../../components/json-view.tsx";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Field, Input, Textarea } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { saidOfSource } from "../said-of-source.ts";
import { freeId, idOf, patched } from "../definition/edits.ts";
import type { Trigger } from "../definition/types.ts";
import { CaptureEvent } from "./capture-event.tsx";
import { useEditing, useFollowingId, useProblem } from "./editing.ts";
import { AllGuesses, GuessNote } from "./guess-note.tsx";
import { TextLine } from "./line.tsx";
import { ProofForm } from "./proof-form.tsx";

/** What a new one is called until an event says it. */
export const newTriggerTitle = "New event";

interface TriggerFormProps {
  trigger: Trigger;
  index: number;
  onChange: (trigger: Trigger) => void;
  onRemove: () => void;
}

/** One event that the app posts: what comes, and by what it is told apart. */
export function TriggerForm({ trigger, index, onChange, onRemove }: TriggerFormProps) {
  const { mayWrite } = useEditing();
  const { isFollowing, taken } = useFollowingId(trigger, ".");
  const at = `triggers.${index}`;
  const change = (patch: Partial<Trigger>) => onChange(patched(trigger, patch));
  return (
    <article aria-label={trigger.title} className="flex max-w-3xl flex-col gap-6">
      <header className="flex items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-section font-semibold">
          <bdi>{trigger.title}</bdi>
        </h2>
        {mayWrite && (
          <IconButton small label={`Remove ${trigger.title}`} onClick={onRemove}>
            <Icon of={Trash2} size={14} />
          </IconButton>
        )}
      </header>
      <AllGuesses of={trigger.id} />
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-6">
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <TextLine
            label="Name"
            hint="As people say it: Ticket created."
            at={`${at}.title`}
            value={trigger.title}
            maxLength={80}
            onChange={(title) => change({ title, ...(isFollowing && { id: freeId(idOf(title, "."), taken) }) })}
          />
          <TextLine
            label="Id"
            hint="Flows refer to it. Changing it breaks them."
            at={`${at}.id`}
            mono
            value={trigger.id}
            maxLength={80}
            onChange={(id) => change({ id })}
          />
        </div>
        <Sample trigger={trigger} index={index} onChange={onChange} />
        <Places trigger={trigger} at={at} onChange={change} />
      </fieldset>
      <ProofForm />
    </article>
  );
}

const listOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((path) => path.trim())
    .filter((path) => path !== "");

interface PlacesProps {
  trigger: Trigger;
  at: string;
  onChange: (patch: Partial<Trigger>) => void;
}

/** Where in an event its id, its record, its person and its time are. */
function Places({ trigger, at, onChange }: PlacesProps) {
  const { id } = trigger;
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <PathsLine
        label="Event id"
        hint="An event with an id that was already received is ignored."
        at={`${at}.key`}
        guess={{ operation: id, member: "key" }}
        value={trigger.key ?? []}
        onChange={(key) => onChange({ key: key.length === 0 ? undefined : key })}
      />
      <TextLine
        label="Id of the record"
        hint="Events of one record can be run in order."
        at={`${at}.record`}
        guess={{ operation: id, member: "record" }}
        mono
        value={trigger.record ?? ""}
        onChange={(record) => onChange({ record: record === "" ? undefined : record })}
      />
      <PathsLine
        label="The person it is about"
        hint="E-mail, phone or name: runs are found by it."
        at={`${at}.person`}
        guess={{ operation: id, member: "person" }}
        value={trigger.person ?? []}
        onChange={(person) => onChange({ person: person.length === 0 ? undefined : person })}
      />
      <TextLine
        label="When it happened"
        at={`${at}.at`}
        guess={{ operation: id, member: "at" }}
        mono
        value={trigger.at ?? ""}
        onChange={(moment) => onChange({ at: moment === "" ? undefined : moment })}
      />
    </div>
  );
}

interface PathsLineProps {
  label: string;
  hint: string;
  at: string;
  guess: { operation: string; member: string };
  value: readonly string[];
  onChange: (paths: string[]) => void;
}

/** Several places of an event, with spaces between them. What is typed is read when the field is left. */
function PathsLine({ label, hint, at, guess, value, onChange }: PathsLineProps) {
  const problem = useProblem(at, true);
  const shown = value.join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <Field label={label} hint={hint} error={problem}>
        {(ids) => (
          <Input
            {...ids}
            key={shown}
            className="font-mono text-meta"
            defaultValue={shown}
            onBlur={({ target }) => target.value !== shown && onChange(listOf(target.value))}
          />
        )}
      </Field>
      <GuessNote of={guess} />
    </div>
  );
}

const shownGuesses = ["key", "record", "person", "at"];

/** An event as it comes: pasted, then read for all the rest. */
function Sample({ trigger, index, onChange }: Pick<TriggerFormProps, "trigger" | "index" | "onChange">) {
  const { edit, mayWrite } = useEditing();
  const { taken } = useFollowingId(trigger, ".");
  const [text, setText] = useState("");
  const hasExample = Object.keys(trigger.example).length > 0;
  const problem = useProblem(`triggers.${index}.example`, true);
  const read = useMutation({
    mutationFn: (written: string) => api.appDrafts.event({ body: { text: written } }),
    meta: { quiet: true },
    onSuccess: ({ definition, guesses }) => {
      const { key, record, person, at, output, example } = definition;
      const named = trigger.title === newTriggerTitle ? { title: definition.title, id: freeId(definition.id, taken) } : {};
      onChange(patched(trigger, { key, record, person, at, output, example, ...named }));
      edit((draft) => ({
        ...draft,
        guesses: { ...draft.guesses, [named.id ?? trigger.id]: guesses.filter(({ member }) => shownGuesses.includes(member)) },
      }));
      setText("");
    },
  });
  return (
    <section aria-label="Example event" className="flex flex-col gap-2">
      <h3 className="text-body font-semibold">Example event</h3>
      {hasExample && <JsonView value={trigger.example} label="the example" short />}
      {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
      <Disclosure
        open={!hasExample}
        summary={
          <span className="text-ink-2">{hasExample ? "Paste another one" : "Paste what the app posts, and the rest is filled in"}</span>
        }
      >
        <div className="flex flex-col gap-2 pt-1">
          <Field label="What the app posts" bare error={read.error === null ? undefined : saidOfSource(read.error)}>
            {(ids) => (
              <Textarea
                {...ids}
                className="min-h-28 font-mono text-meta"
                placeholder={'{ "event": "ticket.created", "ticket": { "id": "42", "email": "ada@example.com" } }'}
                value={text}
                onChange={({ target }) => setText(target.value)}
              />
            )}
          </Field>
          <span>
            <Button small disabled={text.trim() === ""} busy={read.isPending} onClick={() => read.mutate(text)}>
              Read the event
            </Button>
          </span>
        </div>
      </Disclosure>
      {mayWrite && <CaptureEvent onChosen={(body) => read.mutate(body)} />}
    </section>
  );
}
