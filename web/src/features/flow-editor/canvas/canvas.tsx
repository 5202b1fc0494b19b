import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import type { FlowDefinition, LintFinding, StepDefinition } from "#api/schemas.ts";
import { grouped } from "#kernel/grouped.ts";
import { catalogQuery, connectionsQuery } from "../../../lib/queries.ts";
import { insertStep } from "../document/edits.ts";
import { freeId, usedNames } from "../document/ids.ts";
import { newAction, newLoop } from "../document/new-step.ts";
import { allSteps, isStepPlace, type Place, placeFromKey, placeKey, stepAt, stepsAt } from "../document/place.ts";
import { unseenByPlace } from "../document/problems.ts";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import { useSamples } from "../trying/samples-context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { stepWords } from "../words/step-words.ts";
import type { Choice } from "./blocks.ts";
import { behind, StepMark } from "./card.tsx";
import { useCardEdits } from "./card-edits.ts";
import { copiedStep } from "./clipboard.ts";
import { type CanvasParts, CanvasContext } from "./context.tsx";
import { DragArea } from "./drag.tsx";
import { stepFocus } from "./focus.ts";
import { actionOf } from "./keys.ts";
import { Picker } from "./picker.tsx";
import { StepList } from "./step-list.tsx";
import { TriggerCard } from "./trigger-card.tsx";

interface CanvasProps {
  names: StepNames;
  findings: readonly LintFinding[];
  /** Brings the panel of what is selected to the front. */
  onOpen: () => void;
}

/** The column of cards: the trigger, then the steps. */
export function Canvas({ names, findings, onOpen }: CanvasProps) {
  const definition = useDraftPart((view) => view.definition);
  const [adding, setAdding] = useState<Place | null>(null);
  const [said, setSaid] = useState("");
  const edits = useCardEdits({ onOpen, say: setSaid });
  const unseen = useStable(unseenByPlace(useDeferredValue(definition)));
  const byStep = useMemo(() => grouped(findings, ({ step }) => step ?? ""), [findings]);
  const addChosen = useAdding();
  const pasted = useMemo(() => {
    const step = adding === null ? null : copiedStep();
    return step === null ? null : { pasted: step, title: stepWords(step, names) };
  }, [adding, names]);

  const current = useRef(edits);
  current.current = edits;
  // Cards are drawn again only when their props change, so the props are kept stable.
  const parts = useMemo<CanvasParts>(
    () => ({
      names,
      findings: byStep,
      unseen,
      canPaste: edits.canPaste,
      add: setAdding,
      act: (action, place) => current.current.act(action, place),
      paste: (place) => current.current.paste(place),
    }),
    [names, byStep, unseen, edits.canPaste],
  );

  return (
    <CanvasContext value={parts}>
      <DragArea
        onDrop={edits.drop}
        shadow={(place) => <Shadow definition={definition} place={place} names={names} />}
        nameOf={(place) => nameOf(definition, place, names)}
      >
        <div onKeyDown={(event) => onKeyDown(event, parts)} className="mx-auto w-full max-w-2xl sm:pl-6">
          <TriggerCard trigger={definition.trigger} findings={byStep.get("")?.length ?? 0} />
          <StepList steps={stepsAt(definition, ["steps"])} list="steps" prefix="" />
          {stepsAt(definition, ["steps"]).length === 0 && <p className="text-center text-ink-3">Add the first thing the flow is to do.</p>}
        </div>
      </DragArea>
      <p role="status" className="sr-only">
        {said}
      </p>
      <Picker
        of="step"
        pasted={pasted}
        open={adding !== null}
        onClose={() => setAdding(null)}
        onPick={(choice) => {
          setAdding(null);
          if (adding === null) return;
          if ("pasted" in choice) return parts.paste(adding);
          addChosen(adding, choice);
          onOpen();
        }}
      />
    </CanvasContext>
  );
}

/** The keys of the card or gap that has the focus. */
function onKeyDown(event: KeyboardEvent, { add, act, paste }: CanvasParts): void {
  const gap = placeFromKey((event.target as HTMLElement).dataset["gap"] ?? "");
  if (gap !== null && actionOf(event) === "paste") {
    event.preventDefault();
    return paste(gap);
  }
  const key = (event.target as HTMLElement).dataset["card"];
  const place = key === undefined ? null : placeFromKey(key);
  if (place === null || event.defaultPrevented) return;
  const action = actionOf(event);
  if (action === null) return;
  const isStep = isStepPlace(place);
  if (action === "next" || action === "previous") stepFocus(action === "next" ? 1 : -1);
  else if (action === "paste") paste(isStep ? behind(place) : ["steps", 0]);
  else if (action === "add") add(isStep ? behind(place) : ["steps", 0]);
  else if (isStep) act(action, place);
  else return;
  event.preventDefault();
}

/** Puts what was chosen into the flow, and selects it. */
function useAdding() {
  const draft = useDraft();
  const catalog = useQuery(catalogQuery()).data ?? [];
  const connections = useQuery(connectionsQuery()).data ?? [];
  const { samples } = useSamples();
  return (place: Place, choice: Exclude<Choice, { pasted: unknown }>) =>
    draft.edit(
      (definition) => {
        const around = { place, catalog, samples };
        if ("entry" in choice) return insertStep(definition, place, newAction(definition, choice.entry, { ...around, connections }));
        const { kind, make } = choice.block;
        const step = make(freeId(kind === "forEach" ? "each" : kind, usedNames(definition)));
        return insertStep(definition, place, "forEach" in step ? newLoop(definition, step, around) : step);
      },
      { select: place },
    );
}

function Shadow({ definition, place, names }: { definition: FlowDefinition; place: Place; names: StepNames }) {
  const step = stepAt(definition, place);
  if (!step) return null;
  return (
    <div className="flex items-center gap-3 rounded-lg border border-accent bg-raised px-3 py-2.5 shadow-float">
      <StepMark step={step} />
      <bdi className="truncate text-body font-medium">{stepWords(step, names)}</bdi>
    </div>
  );
}

/** "step 3, Create a note"; the end of a list is what comes after its last step. */
function nameOf(definition: FlowDefinition, place: Place, names: StepNames): string {
  const placed = allSteps(definition).find((one) => placeKey(one.place) === placeKey(place));
  if (placed) return `step ${placed.number}, ${stepWords(placed.step, names)}`;
  const around = stepAt(definition, place.slice(0, -2)) as StepDefinition | undefined;
  return around ? `the end of ${stepWords(around, names)}` : "the end of the flow";
}

/** The previous map, as long as nothing in it has changed. */
function useStable(map: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const last = useRef(map);
  if (JSON.stringify([...last.current]) !== JSON.stringify([...map])) last.current = map;
  return last.current;
}
