import { useLocation } from "@tanstack/react-router";
import { Keyboard, Redo2, Settings2, Undo2 } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useState } from "react";
import type { FlowDetail, LintFinding } from "#api/schemas.ts";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { isObject } from "#kernel/json.ts";
import { ShownOrSaid } from "./cannot-show.tsx";
import { Canvas } from "./canvas/canvas.tsx";
import { keyWords } from "./canvas/keys.ts";
import { isStepPlace, type Place, placeKey, placeOfAddress, settingsPlace, stepAt } from "./document/place.ts";
import { useDraft, useDraftPart } from "./draft/context.tsx";
import { goToPart } from "../../lib/part-keys.ts";
import { useAllFindings, useFreshFindings, useFreshFlow } from "./draft/use-verdicts.ts";
import { focusCard, focusFirstStep } from "./canvas/focus.ts";
import { PanelShell } from "./panel/panel-shell.tsx";
import { SettingsPanel } from "./panel/settings-panel.tsx";
import { StepPanel } from "./panel/step-panel.tsx";
import { TriggerPanel } from "./panel/trigger-panel.tsx";
import { DryProvider } from "./trying/dry-context.tsx";
import { DryLine } from "./trying/dry-line.tsx";
import { MayTryProvider } from "./trying/may-try.tsx";
import { SamplesProvider } from "./trying/samples-context.tsx";
import type { StepNames } from "./words/step-names.ts";
import { useStepNames, useSourceNames } from "./words/use-step-names.ts";

interface FlowEditorProps {
  flow: FlowDetail;
  /** What the address says is to be open. */
  at: string | undefined;
  /** Beside the column as long as nothing is selected. */
  beside: ReactNode;
}

/** The editor of a flow's steps. */
export const FlowEditor = (props: FlowEditorProps) => (
  <ShownOrSaid>
    <Editor {...props} />
  </ShownOrSaid>
);

/** The editor with the samples it is looked at with. */
function Editor(props: FlowEditorProps) {
  // A new title is in the words of every card: they may follow a moment after what is typed.
  const names = useStepNames(useDeferredValue(useSourceNames(useDraftPart((view) => view.definition))));
  return (
    <MayTryProvider names={names}>
      <SamplesProvider flow={props.flow} names={names}>
        <DryProvider flow={props.flow}>
          <Steps {...props} names={names} />
        </DryProvider>
      </SamplesProvider>
    </MayTryProvider>
  );
}

/** The steps of a flow: a column of cards, and beside it whatever is selected. */
function Steps({ flow, at, beside, names }: FlowEditorProps & { names: StepNames }) {
  const draft = useDraft();
  const selected = useDraftPart((view) => view.selected);
  const findings = useFreshFindings(flow);
  const allFindings = useAllFindings(flow);
  const [opened, setOpened] = useState(0);
  const [mustEnter] = useState(oncePerOpening);
  useEffect(() => {
    const place = at === undefined ? null : placeOfAddress(draft.view().definition, at);
    if (place !== null) draft.select(place);
  }, [draft, at]);
  const begun = useLocation({ select: ({ state }) => state.begun });
  useEffect(() => {
    if (begun === true) focusFirstStep();
  }, [begun]);
  useUndoKeys();
  const close = () => {
    if (selected !== null) focusCard(selected);
    draft.select(null);
  };
  return (
    <div className="grid grid-cols-1 items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,27rem)]">
      <div data-part="steps" className="min-w-0">
        <h2 className="sr-only">Trigger and steps</h2>
        <Toolbar />
        <DryLine flow={flow} names={names} />
        <Canvas names={names} findings={allFindings} onOpen={() => setOpened((times) => times + 1)} />
      </div>
      {selected === null ? (
        <div className="flex min-w-0 flex-col gap-6">
          {beside}
          <Keys />
        </div>
      ) : (
        <PanelShell key={placeKind(selected)} opened={opened} mustEnter={mustEnter} onClose={close}>
          <Selected flow={flow} place={selected} names={names} findings={findings} onClose={close} />
        </PanelShell>
      )}
    </div>
  );
}

const placeKind = (place: Place): string => (isStepPlace(place) ? "step" : placeKey(place));

interface SelectedProps {
  flow: FlowDetail;
  place: Place;
  names: StepNames;
  findings: readonly LintFinding[];
  onClose: () => void;
}

/** The panel of what is selected. */
function Selected({ flow: saved, place, ...rest }: SelectedProps) {
  const flow = useFreshFlow(saved);
  const definition = useDraftPart((view) => view.definition);
  const [kind] = place;
  if (kind === "trigger") {
    const trigger = isObject(definition.trigger) ? definition.trigger : { app: "", operation: "" };
    return <TriggerPanel flow={flow} trigger={trigger} {...rest} />;
  }
  if (kind === "settings") return <SettingsPanel flow={flow} definition={definition} onClose={rest.onClose} />;
  const step = stepAt(definition, place);
  // Its tab and its folds are its own, and stay while it is moved about.
  return step ? <StepPanel key={step.id} flow={flow} place={place} step={step} {...rest} /> : null;
}

function Toolbar() {
  const draft = useDraft();
  const canUndo = useDraftPart((view) => view.canUndo);
  const canRedo = useDraftPart((view) => view.canRedo);
  return (
    <div role="toolbar" aria-label="Editing" className="mb-3 flex items-center gap-1">
      <IconButton label="Undo (Ctrl Z)" disabled={!canUndo} onClick={draft.undo}>
        <Icon of={Undo2} />
      </IconButton>
      <IconButton label="Redo (Ctrl Shift Z)" disabled={!canRedo} onClick={draft.redo}>
        <Icon of={Redo2} />
      </IconButton>
      <Button small kind="quiet" className="sr-only focus-visible:not-sr-only" onClick={() => goToPart(1)}>
        Skip the steps (F6)
      </Button>
      <Button kind="quiet" className="ml-auto" icon={<Icon of={Settings2} size={14} />} onClick={() => draft.select(settingsPlace)}>
        Flow settings
      </Button>
    </div>
  );
}

/** Undo and redo by keys, wherever one is on the page; within a text box they are the box's own. */
function useUndoKeys(): void {
  const draft = useDraft();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input, textarea, select, [contenteditable], [role=dialog]") != null) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) draft.redo();
      else draft.undo();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [draft]);
}

/** The keys of the column, for those who have them. */
function Keys() {
  return (
    <details className="hidden text-ink-2 lg:block pointer-coarse:hidden">
      <summary className="flex min-h-8 list-none items-center gap-1.5 rounded-md text-ink-3 hover:text-ink">
        <Icon of={Keyboard} size={14} />
        Keys
      </summary>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 pt-1">
        {keyWords.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt className="text-ink-3">{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** It outlives the panel, which is another for the trigger than for a step. */
function oncePerOpening(): (opened: number) => boolean {
  let last = 0;
  return (opened) => {
    const isNew = opened !== last;
    last = opened;
    return isNew;
  };
}
