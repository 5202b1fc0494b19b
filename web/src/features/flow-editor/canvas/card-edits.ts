import { useState } from "react";
import {
  addCondition,
  copyFor,
  duplicateStep,
  insertStep,
  movedPlace,
  moveStep,
  removeStep,
  switchStep,
  towards,
} from "../document/edits.ts";
import { isSame, listOf, type Place, stepAt, stepsAt, triggerPlace } from "../document/place.ts";
import { useDraft } from "../draft/context.tsx";
import type { FlowDraft } from "../draft/flow-draft.ts";
import { behind } from "./card.tsx";
import { copiedStep, copyStep } from "./clipboard.ts";
import type { CardAction } from "./context.tsx";
import { focusCard } from "./focus.ts";

interface CardEditsProps {
  onOpen: () => void;
  /** Says what was done to those who cannot see it. */
  say: (sentence: string) => void;
}

/** What can be done to the cards of the draft. */
export function useCardEdits({ onOpen, say }: CardEditsProps) {
  const draft = useDraft();
  const [canPaste, setCanPaste] = useState(() => copiedStep() !== null);

  function copy(place: Place): void {
    const step = stepAt(draft.view().definition, place);
    if (!step) return;
    copyStep(step);
    setCanPaste(true);
  }

  const actions: Record<CardAction, (place: Place) => string> = {
    condition(place) {
      const done = anotherCondition(draft, place);
      if (done) onOpen();
      return done ? "Another condition was added." : "No further step fits in here.";
    },
    open: (place) => {
      draft.select(place);
      onOpen();
      return "";
    },
    up: (place) => move(draft, place, "up"),
    down: (place) => move(draft, place, "down"),
    in: (place) => move(draft, place, "in"),
    out: (place) => move(draft, place, "out"),
    duplicate: (place) => duplicate(draft, place),
    copy: (place) => {
      copy(place);
      return "Copied.";
    },
    cut: (place) => {
      copy(place);
      return remove(draft, place, "Cut.");
    },
    off: (place) => {
      draft.edit((now) => switchStep(now, place));
      return stepAt(draft.view().definition, place)?.off === true ? "Switched off." : "Switched on.";
    },
    delete: (place) => remove(draft, place, "Deleted."),
  };

  return {
    canPaste,
    act: (action: CardAction, place: Place) => say(actions[action](place)),
    drop: (from: Place, to: Place) => say(moveTo(draft, from, to)),
    paste(place: Place): void {
      const step = copiedStep();
      if (step === null) return;
      draft.edit((now) => insertStep(now, place, copyFor(now, step)), { select: place });
      focusCard(place);
      say("Pasted.");
    },
  };
}

function duplicate(draft: FlowDraft, place: Place): string {
  draft.edit((now) => duplicateStep(now, place), { select: behind(place) });
  focusCard(behind(place));
  return "Duplicated.";
}

/** Whether there was room for it. */
function anotherCondition(draft: FlowDraft, place: Place): boolean {
  const further: Place = [...place, "else", 0];
  const before = draft.view().definition;
  draft.edit((now) => addCondition(now, place), { select: further });
  if (draft.view().definition === before) return false;
  focusCard(further);
  return true;
}

function remove(draft: FlowDraft, place: Place, done: string): string {
  const { selected } = draft.view();
  draft.edit((now) => removeStep(now, place), { select: selected !== null && isSame(selected, place) ? null : selected });
  const { list, index } = listOf(place);
  const left = stepsAt(draft.view().definition, list).length;
  focusCard(left === 0 ? (list.length > 1 ? list.slice(0, -1) : triggerPlace) : [...list, Math.min(index, left - 1)]);
  return `${done} Ctrl Z brings it back.`;
}

function move(draft: FlowDraft, place: Place, direction: "up" | "down" | "in" | "out"): string {
  const to = towards(draft.view().definition, place, direction);
  return to === null ? "It cannot go there." : moveTo(draft, place, to);
}

function moveTo(draft: FlowDraft, from: Place, to: Place): string {
  draft.edit((now) => moveStep(now, from, to), { select: movedPlace(from, to) });
  focusCard(movedPlace(from, to));
  return "Moved.";
}
