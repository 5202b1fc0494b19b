import {
  type Announcements,
  closestCenter,
  type CollisionDetection,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  type KeyboardCoordinateGetter,
  pointerWithin,
  PointerSensor,
  useDndContext,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import type { ReactNode } from "react";
import { fits } from "../document/edits.ts";
import { isWithin, type Place, placeFromKey, placeKey, stepAt } from "../document/place.ts";
import { useDraft } from "../draft/context.tsx";

/** The only part of the editor that uses the dragging library. Cards are dragged onto the gaps between cards. */

interface DragAreaProps {
  onDrop: (from: Place, to: Place) => void;
  /** What a dragged card looks like. */
  shadow: (place: Place) => ReactNode;
  /** What a place is called: "step 3, Create a note". */
  nameOf: (place: Place) => string;
  children: ReactNode;
}

/** The part of the page in which cards can be dragged. */
export function DragArea({ onDrop, shadow, nameOf, children }: DragAreaProps) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: nextGap,
      keyboardCodes: { start: ["Space"], cancel: ["Escape"], end: ["Space", "Enter"] },
    }),
  );
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={nearestGap}
      accessibility={{ announcements: announcements(nameOf), screenReaderInstructions: instructions }}
      onDragEnd={({ active, over }) => {
        const [from, to] = [placeFromKey(String(active.id)), over && placeFromKey(placeOfGap(over.id))];
        if (from && to) onDrop(from, to);
      }}
    >
      {children}
      <Shadow shadow={shadow} />
    </DndContext>
  );
}

function Shadow({ shadow }: Pick<DragAreaProps, "shadow">) {
  const { active } = useDndContext();
  const place = active === null ? null : placeFromKey(String(active.id));
  return <DragOverlay dropAnimation={null}>{place === null ? null : shadow(place)}</DragOverlay>;
}

/** Makes a card one that can be dragged by its handle. */
export function useDragged(key: string) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({ id: key });
  return { ref: setNodeRef, handleRef: setActivatorNodeRef, handle: { ...attributes, ...listeners }, isDragging };
}

/** Makes a gap one on which a card can be dropped. */
export function useDropPlace(place: Place) {
  const draft = useDraft();
  const { active } = useDndContext();
  const from = active === null ? null : placeFromKey(String(active.id));
  const step = from === null ? undefined : stepAt(draft.view().definition, from);
  const isOpen = from !== null && step !== undefined && !isWithin(place, from) && fits(step, place.slice(0, -1));
  const { setNodeRef, isOver } = useDroppable({ id: `gap ${placeKey(place)}`, disabled: !isOpen });
  return { ref: setNodeRef, isDragging: from !== null, isOpen, isOver: isOver && isOpen };
}

const placeOfGap = (id: string | number): string => String(id).replace(/^gap /, "");

/** The gap under the pointer, or else the nearest. */
const nearestGap: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  return under.length > 0 ? under : closestCenter(args);
};

/** Up and down go from gap to gap, in the order in which they are on the page. */
const nextGap: KeyboardCoordinateGetter = (event, { currentCoordinates, context: { droppableRects, droppableContainers, over } }) => {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.code];
  if (by === undefined) return undefined;
  event.preventDefault();
  const gaps = droppableContainers
    .getEnabled()
    .flatMap(({ id }) => {
      const rect = droppableRects.get(id);
      return rect === undefined ? [] : [{ id, rect }];
    })
    .toSorted((a, b) => a.rect.top - b.rect.top || a.rect.left - b.rect.left);
  const here = gaps.findIndex(({ id }) => id === over?.id);
  const next = gaps[here === -1 ? 0 : Math.min(gaps.length - 1, Math.max(0, here + by))];
  return next === undefined ? currentCoordinates : { x: next.rect.left, y: next.rect.top };
};

const instructions = {
  draggable:
    "Press space to pick the step up, the arrow keys to choose where it goes, space to put it there, and escape to leave it where it was.",
};

function announcements(nameOf: (place: Place) => string): Announcements {
  const said = (id: string | number) => {
    const place = placeFromKey(placeOfGap(id));
    return place === null ? "the step" : nameOf(place);
  };
  return {
    onDragStart: ({ active }) => `Picked up ${said(active.id)}.`,
    onDragOver: ({ over }) => (over ? `Before ${said(over.id)}.` : "It cannot be put here."),
    onDragEnd: ({ active, over }) => (over ? `${said(active.id)} was moved.` : `${said(active.id)} stays where it was.`),
    onDragCancel: ({ active }) => `${said(active.id)} stays where it was.`,
  };
}
