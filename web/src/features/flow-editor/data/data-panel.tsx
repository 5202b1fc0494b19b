import { ChevronRight, Pencil, Pin, PinOff, RefreshCw } from "lucide-react";
import { memo, useMemo, useState } from "react";
import { AppMark } from "../../../components/app-mark.tsx";
import { Time } from "../../../components/time.tsx";
import { IconButton } from "../../../components/ui/button.tsx";
import { Input } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { draggedField } from "./dragged-field.ts";
import { EditSample } from "./edit-sample.tsx";
import { ExampleMark, SourceMark } from "./example-mark.tsx";
import { findFields, valueIn } from "./find-fields.ts";
import { isMadeUp, originWords } from "./samples.ts";
import type { PlaceData, Sample, Source, SourceField, ValueType } from "./types.ts";
import { isEmptyValue, shownText } from "./values.ts";
import { sampleTitle } from "../../flows/sample.ts";

interface DataPanelProps {
  data: PlaceData;
  /** The one that stays chosen when newer samples come; null: none. */
  pinned: string | null;
  onPin: (sample: string | null) => void;
  /** An edited copy is to be kept beside the others, and chosen. */
  onEdited: (copy: Sample) => void;
  /** Puts a field where the caret is; absent where nothing takes one. */
  onInsert?: ((path: string) => void) | undefined;
  /** Looks for newer samples. */
  onRefresh?: (() => void) | undefined;
  isRefreshing?: boolean;
}

/** What a place can read, with the values of a sample: to look at, to search, and to put into fields. */
export function DataPanel(props: DataPanelProps) {
  const { data, onInsert } = props;
  const [words, setWords] = useState("");
  const matches = words.trim() === "" ? null : findFields(data, words).slice(0, mostFound);
  return (
    <section aria-label="Data" className="flex min-h-0 min-w-0 flex-col gap-3">
      <SampleTools {...props} />
      <Input
        type="search"
        aria-label="Search the data"
        placeholder="Search by name or value"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className="flex min-h-0 flex-col gap-1 overflow-y-auto">
        {matches === null
          ? data.sources.map((source) => <SourceTree key={source.name} source={source} data={data} onInsert={onInsert} />)
          : matches.map(({ source, field, label, isExample: isMade }) => (
              <Leaf key={`${source.name} ${field.path}`} field={field} label={label} isMade={isMade} data={data} onInsert={onInsert} />
            ))}
        {matches?.length === 0 && <p className="px-2 py-3 text-ink-3">Nothing in the data matches.</p>}
      </div>
    </section>
  );
}

const mostFound = 100;

// ---------------------------------------------------------------- the samples

function SampleTools({ data, pinned, onPin, onEdited, onRefresh, isRefreshing = false }: DataPanelProps) {
  const [isEditing, setEditing] = useState(false);
  const { sample } = data;
  return (
    <>
      <div className="flex items-center gap-1">
        <p className="min-w-0 flex-1 truncate text-meta text-ink-3">
          {sample === null ? "There is no sample yet." : <SampleLine sample={sample} isPinned={pinned === sample.id} />}
        </p>
        {sample !== null && (
          <>
            <IconButton
              small
              label={pinned === sample.id ? "Stop keeping this sample" : "Keep this sample"}
              aria-pressed={pinned === sample.id}
              onClick={() => onPin(pinned === sample.id ? null : sample.id)}
            >
              <Icon of={pinned === sample.id ? PinOff : Pin} size={14} />
            </IconButton>
            <IconButton small label="Edit a copy" onClick={() => setEditing(true)}>
              <Icon of={Pencil} size={14} />
            </IconButton>
          </>
        )}
        {onRefresh !== undefined && (
          <IconButton small label="Look for newer samples" disabled={isRefreshing} onClick={onRefresh}>
            <Icon of={RefreshCw} size={14} className={isRefreshing ? "animate-turn" : ""} />
          </IconButton>
        )}
      </div>
      {isEditing && sample !== null && (
        <EditSample
          sample={sample}
          onClose={() => setEditing(false)}
          onSave={(copy) => {
            setEditing(false);
            onEdited(copy);
          }}
        />
      )}
    </>
  );
}

/** Whose values these are, and where they are from. */
function SampleLine({ sample, isPinned }: { sample: Sample; isPinned: boolean }) {
  return (
    <>
      <bdi className="text-ink-2">{sampleTitle(sample)}</bdi>,{" "}
      <span className={isMadeUp(sample) ? "text-warning" : ""}>{originWords[sample.from]}</span>
      {!isMadeUp(sample) && (
        <>
          {" "}
          <Time at={sample.at} />
        </>
      )}
      {isPinned && ", kept"}
    </>
  );
}

// ---------------------------------------------------------------- the tree

interface TreeProps {
  data: PlaceData;
  onInsert: ((path: string) => void) | undefined;
}

/** Not drawn again while somebody types into a field beside it. */
const SourceTree = memo(function SourceTree({ source, ...more }: TreeProps & { source: Source }) {
  const [open, setOpen] = useState(source.kind !== "flow");
  return (
    <div role="group" aria-label={source.title}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-8 w-full min-w-0 items-center gap-2 rounded-md px-1 text-left hover:bg-hover"
      >
        <Arrow open={open} />
        {source.app !== null && <AppMark app={source.app} size={18} />}
        <span className="min-w-0 truncate font-medium">{source.title}</span>
        <span className="ml-auto shrink-0">
          <SourceMark sample={more.data.sample} source={source.name} />
        </span>
      </button>
      {open && <Fields fields={source.fields} {...more} />}
    </div>
  );
});

const firstRows = 40;
/** So many fields without a value need no fold of their own. */
const fewEmpty = 3;

function Fields({ fields, ...more }: TreeProps & { fields: readonly SourceField[] }) {
  const [further, setFurther] = useState(0);
  const { ordered, filled } = useMemo(() => filledFirst(fields, more.data), [fields, more.data]);
  const isFolded = filled > 0 && ordered.length - filled > fewEmpty;
  const shown = (isFolded ? Math.min(filled, firstRows) : firstRows) + further;
  const left = ordered.length - shown;
  return (
    <ul className="ml-3 border-l border-line pl-1">
      {ordered.slice(0, shown).map((field) => (
        <li key={field.path}>
          <Node field={field} {...more} />
        </li>
      ))}
      {fields.length === 0 && <li className="px-2 py-1 text-meta text-ink-3">Its fields are not known yet.</li>}
      {left > 0 && (
        <li>
          <button
            type="button"
            onClick={() => setFurther(further + 200)}
            className="rounded-sm px-2 py-1 text-meta text-accent-ink hover:underline"
          >
            Show {Math.min(200, left)} more{shown >= filled && filled > 0 ? " without a value" : ""}
          </button>
        </li>
      )}
    </ul>
  );
}

/** Fields that the sample has come first, and how many those are. */
function filledFirst(fields: readonly SourceField[], { sample }: PlaceData): { ordered: SourceField[]; filled: number } {
  const isFilled = ({ path }: SourceField) => path === "now" || !isEmptyValue(valueIn(sample?.values, path));
  const filled = fields.filter(isFilled);
  return { ordered: [...filled, ...fields.filter((field) => !isFilled(field))], filled: filled.length };
}

function Node({ field, ...more }: TreeProps & { field: SourceField }) {
  const [open, setOpen] = useState(false);
  if (field.fields.length === 0) return <Leaf field={field} label={field.label} {...more} />;
  return (
    <>
      <div className="flex min-w-0 items-center">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Fields of ${field.label}`}
          onClick={() => setOpen(!open)}
          className="grid size-5 shrink-0 place-items-center rounded-sm hover:bg-hover"
        >
          <Arrow open={open} />
        </button>
        <div className="min-w-0 flex-1">
          <Leaf field={field} label={field.label} {...more} />
        </div>
      </div>
      {open && <Fields fields={field.fields} {...more} />}
    </>
  );
}

const Arrow = ({ open }: { open: boolean }) => (
  <Icon of={ChevronRight} size={12} className={cx("shrink-0 text-ink-3 transition-transform", open && "rotate-90")} />
);

const typeWords: Readonly<Record<ValueType, string>> = {
  text: "text",
  number: "number",
  "yes-no": "yes/no",
  date: "date",
  list: "list",
  object: "group",
  any: "",
};

/** One field with its value: to be clicked into a field, or dragged. */
function Leaf({ field, label, data, onInsert, isMade = false }: TreeProps & { field: SourceField; label: string; isMade?: boolean }) {
  const value = field.path === "now" ? new Date().toISOString() : valueIn(data.sample?.values, field.path);
  const shown = shownText(value, 80);
  return (
    <button
      type="button"
      draggable
      disabled={onInsert === undefined}
      title={shown === "" ? label : `${label}\n${shown}`}
      aria-label={`Insert ${label}${shown === "" ? "" : `: ${shown}`}`}
      onClick={() => onInsert?.(field.path)}
      // The caret stays where it is in the field.
      onPointerDown={(event) => event.button === 0 && onInsert !== undefined && event.preventDefault()}
      onDragStart={(event) => {
        event.dataTransfer.setData(draggedField, field.path);
        event.dataTransfer.setData("text/plain", `{{ ${field.path} }}`);
      }}
      className="grid h-7 w-full min-w-0 grid-cols-[minmax(5rem,2fr)_minmax(0,3fr)_minmax(3.25rem,auto)] items-center gap-2 rounded-sm px-1.5 text-left hover:bg-hover disabled:opacity-100"
    >
      <span className="min-w-0 truncate text-ink-2">{label}</span>
      <bdi className={cx("min-w-0 truncate", shown === "" ? "text-ink-3" : "text-ink")}>{shown === "" ? "empty" : shown}</bdi>
      <span className="flex justify-end gap-1.5 text-meta text-ink-3">
        {isMade && shown !== "" && <ExampleMark />}
        {typeWords[field.type]}
      </span>
    </button>
  );
}
