import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { EffectLine } from "../../../components/operation-picker.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SearchBox, SearchWindow } from "../../../components/ui/search-window.tsx";
import { cx } from "../../../lib/cx.ts";
import { useApps } from "../../../lib/apps.ts";
import { anew, findIn, keyFacts } from "#surfaces/find-operations.ts";
import { groupOf, inGroups, isUnconnected } from "../../../lib/operation-groups.ts";
import { operationTitle, operationWords, triggerTitle } from "#surfaces/operation-words.ts";
import { catalogQuery, connectionsQuery } from "../../../lib/queries.ts";
import { reachedByRequest } from "#surfaces/synonyms.ts";
import { useListbox } from "../../../lib/use-listbox.ts";
import { canStart, isStep } from "../../flows/starter.ts";
import { blocks, type Choice } from "./blocks.ts";
import { StepMark } from "./card.tsx";

interface PickerProps {
  /** What can be picked: any step, only operations, or triggers. */
  of: Wanted;
  open: boolean;
  onClose: () => void;
  onPick: (choice: Choice) => void;
  /** The copied step, which is offered first. */
  pasted?: Choice | null;
}

type Wanted = "step" | "operation" | "trigger";
/** How many are shown: matches of a search, and all in their groups. */
const shownAtMost = { found: 80, all: 400 };
const titles: Record<Wanted, string> = { step: "Add a step", operation: "What the step does", trigger: "What starts the flow" };

/** One window for everything a flow can do, or be started by: found by typing, in whatever words. */
export function Picker({ of, open, onClose, onPick, pasted = null }: PickerProps) {
  const title = titles[of];
  return (
    <SearchWindow
      title={title}
      open={open}
      onClose={onClose}
      className="top-[8vh] flex max-h-[80vh] w-[min(38rem,calc(100vw-1.5rem))] flex-col"
    >
      <Finder of={of} title={title} onPick={onPick} pasted={pasted} />
    </SearchWindow>
  );
}

function Finder({ of, title, onPick, pasted }: Required<Pick<PickerProps, "of" | "onPick" | "pasted">> & { title: string }) {
  const apps = useApps();
  const catalog = useQuery(catalogQuery()).data;
  const connections = useQuery(connectionsQuery()).data;
  const [words, setWords] = useState("");
  const [app, setApp] = useState<string | null>(null);
  const wanted = useDeferredValue(words);
  const all = useMemo(
    () => [...(pasted === null ? [] : [pasted]), ...choicesOf(of, catalog ?? [], connections ?? [])],
    [of, catalog, connections, pasted],
  );
  const matches = useMemo(
    () => findChoices(all, wanted, app).slice(0, wanted === "" ? shownAtMost.all : shownAtMost.found),
    [all, wanted, app],
  );
  const list = useListbox(matches.length, (index) => {
    const choice = matches[index];
    if (choice) onPick(choice);
  });
  const service = reachedByRequest(words);
  const titleOf = (id: string) => apps.title(id);
  return (
    <>
      <SearchBox
        {...list.input}
        aria-label={title}
        placeholder={of !== "trigger" ? "Send an SMS, create a contact, delay, if, loop …" : "Tag added, survey answer, every morning …"}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <AppChips choices={all} value={app} onChange={setApp} titleOf={titleOf} />
      {service !== null && (
        <p className="border-b border-line px-4 py-2 text-ink-2">
          There is no app for {service} here. Most services take an HTTP request to an address that they give you.
        </p>
      )}
      <ul {...list.list} aria-label="What can be chosen" className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {matches.map((choice, index) => {
          const group = groupName(choice, titleOf);
          const isFirst = wanted === "" && (index === 0 || groupName(matches[index - 1]!, titleOf) !== group);
          return (
            <li key={keyOf(choice)} {...list.option(index)} className="group/option">
              {isFirst && (
                <p aria-hidden className={cx("px-2 pb-1 text-meta font-medium text-ink-3", index > 0 && "pt-3")}>
                  {group}
                </p>
              )}
              <Row choice={choice} name={nameOf(choice, of)} note={wanted === "" ? null : group} />
            </li>
          );
        })}
      </ul>
      {matches.length === 0 && catalog !== undefined && (
        <p className="px-4 pb-6 text-ink-2">
          Nothing matches '{words}'.{of !== "trigger" && " An HTTP request reaches every service with an API: type 'http'."}
        </p>
      )}
    </>
  );
}

function Row({ choice, name, note }: { choice: Choice; name: string; note: string | null }) {
  return (
    <span className="flex min-h-9 items-center gap-3 rounded-md px-2 py-1.5 group-aria-selected/option:bg-hover">
      {"pasted" in choice ? (
        <StepMark step={choice.pasted} size={28} />
      ) : "block" in choice ? (
        <span className="grid size-7 shrink-0 place-items-center rounded-md bg-neutral-soft text-ink-2">
          <Icon of={choice.block.icon} />
        </span>
      ) : (
        <AppMark app={choice.entry.app} size={28} />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        {"block" in choice && <span className="block truncate text-meta text-ink-3">{choice.block.about}</span>}
        {"entry" in choice && note !== null && <EffectLine entry={choice.entry} />}
      </span>
      {note !== null && <span className="shrink-0 text-meta text-ink-3">{note}</span>}
    </span>
  );
}

interface AppChipsProps {
  choices: readonly Choice[];
  value: string | null;
  onChange: (app: string | null) => void;
  titleOf: (app: string) => string;
}

/** Narrows the list to one app. */
function AppChips({ choices, value, onChange, titleOf }: AppChipsProps) {
  const apps = [...new Set(choices.flatMap((choice) => ("entry" in choice ? [choice.entry.app] : [])))];
  if (apps.length < 2) return null;
  return (
    <div role="group" aria-label="Only of one app" className="flex shrink-0 gap-1.5 overflow-x-auto border-b border-line px-4 py-2">
      {[null, ...apps].map((app) => (
        <button
          key={app ?? ""}
          type="button"
          aria-pressed={value === app}
          onClick={() => onChange(app)}
          className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full border border-line px-2.5 text-ink-2 transition-colors hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-ink"
        >
          {app === null ? "Everything" : titleOf(app)}
        </button>
      ))}
    </div>
  );
}

function nameOf(choice: Choice, of: Wanted): string {
  if ("pasted" in choice) return `Paste '${choice.title}'`;
  if ("block" in choice) return choice.block.title;
  return of === "trigger" ? triggerTitle(choice.entry) : operationTitle(choice.entry);
}

const keyOf = (choice: Choice): string =>
  "pasted" in choice ? "pasted" : "block" in choice ? choice.block.kind : `${choice.entry.app}/${choice.entry.key}`;

function groupName(choice: Choice, titleOf: (app: string) => string): string {
  if ("pasted" in choice) return "Copied";
  return "block" in choice ? "Flow" : groupOf(choice.entry, titleOf);
}

/** What can be chosen: blocks first, then operations in groups. Exported for its test. */
export function choicesOf(of: Wanted, catalog: readonly CatalogEntry[], connections: readonly Pick<ConnectionView, "app">[]): Choice[] {
  const fits = of === "trigger" ? canStart : isStep;
  const entries = inGroups(
    catalog.filter((entry) => fits(entry) && !entry.deprecated),
    connections,
  ).map((entry) => ({ entry, unconnected: isUnconnected(entry, connections) }));
  return of === "step" ? [...blocks.map((block) => ({ block })), ...entries] : entries;
}

/** An HTTP request is what all the services are looked for by that have no app. */
const requestWords = " request send to an endpoint";

/** Finds among them in whatever words people use. Exported for its test. */
export function findChoices(choices: readonly Choice[], words: string, app: string | null): Choice[] {
  const own = app === null ? choices : choices.filter((choice) => "entry" in choice && choice.entry.app === app);
  return findIn(own, words, (choice) => {
    if ("pasted" in choice) return { title: `Paste '${choice.title}'`, rest: "copied step" };
    if ("block" in choice)
      return { name: choice.block.title, title: `${choice.block.title} ${choice.block.words}`, rest: choice.block.about };
    const { title, key, category, path, method, note } = choice.entry;
    return {
      name: choice.entry.app === "http" ? requestWords : operationWords(choice.entry), // none of them before the others
      title: `${operationWords(choice.entry)} ${/\(/.test(title) ? title : ""}${choice.entry.app === "http" ? `${requestWords} ${method ?? ""}` : ""}`,
      rest: `${anew(choice.entry)}${key} ${category} ${choice.entry.app} ${path ?? ""} ${method ?? ""} ${note ?? ""}`,
      ...keyFacts(choice.entry),
      unconnected: choice.unconnected,
    };
  });
}
