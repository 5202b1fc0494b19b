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
import { ExampleMark } from "./example-mark.tsx";
import { findFields, valueIn } from "./find-fields.ts";
import { isExample, isMadeUp, originWords } from "./samples.ts";
import type { PlaceData, Sample, Source, SourceField, ValueType } from "./types.ts";
import { isEmptyValue, shownText } from "./values.ts";
import { sampleTitle } from "../../flows/sample.ts";

interface DataPanelProps {
  data: PlaceData;
  onChoose: (sample: Sample) => void;
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
      <Samples {...props} />
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

function Samples({ data, onChoose, pinned, onPin, onEdited, onRefresh, isRefreshing = false }: DataPanelProps) {
  const [isEditing, setEditing] = useState(false);
  const { sample, samples } = data;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center gap-1">
        <h3 className="min-w-0 flex-1 text-meta font-medium text-ink-2">Sample</h3>
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
      {samples.length === 0 ? (
        <p className="text-meta text-ink-3">There is no sample yet.</p>
      ) : (
        <div role="radiogroup" aria-label="Sample" className="flex flex-col gap-0.5">
          {samples.map((one) => (
            <SampleRow
              key={one.id}
              sample={one}
              isChosen={one.id === sample?.id}
              isPinned={one.id === pinned}
              onChoose={() => onChoose(one)}
            />
          ))}
        </div>
      )}
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
    </div>
  );
}

interface SampleRowProps {
  sample: Sample;
  isChosen: boolean;
  isPinned: boolean;
  onChoose: () => void;
}

function SampleRow({ sample, isChosen, isPinned, onChoose }: SampleRowProps) {
  return (
    <label
      className={cx(
        "flex h-8 min-w-0 items-center gap-2 rounded-md px-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-focus",
        isChosen && "bg-selected",
      )}
    >
      <input type="radio" name="sample" checked={isChosen} onChange={onChoose} className="sr-only" />
      <span aria-hidden className={cx("size-2 shrink-0 rounded-full", isChosen ? "bg-accent" : "ring-1 ring-line-strong")} />
      <bdi className={cx("min-w-0 truncate", isChosen && "font-medium")}>{sampleTitle(sample)}</bdi>
      {isPinned && <Icon of={Pin} size={12} className="shrink-0 text-ink-3" />}
      <span className={cx("ml-auto shrink-0 text-meta", isMadeUp(sample) ? "text-warning" : "text-ink-3")}>
        {originWords[sample.from]}
        {!isMadeUp(sample) && (
          <>
            {" "}
            <Time at={sample.at} />
          </>
        )}
      </span>
    </label>
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
  const isMade = isExample(more.data.sample, source.name);
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
        {isMade && (
          <span className="ml-auto shrink-0">
            <ExampleMark />
          </span>
        )}
      </button>
      {open && <Fields fields={source.fields} {...more} />}
    </div>
  );
});

const firstRows = 40;

function Fields({ fields, ...more }: TreeProps & { fields: readonly SourceField[] }) {
  const [shown, setShown] = useState(firstRows);
  const ordered = useMemo(() => filledFirst(fields, more.data), [fields, more.data]);
  return (
    <ul className="ml-3 border-l border-line pl-1">
      {ordered.slice(0, shown).map((field) => (
        <li key={field.path}>
          <Node field={field} {...more} />
        </li>
      ))}
      {fields.length === 0 && <li className="px-2 py-1 text-meta text-ink-3">Its fields are not known yet.</li>}
      {fields.length > shown && (
        <li>
          <button
            type="button"
            onClick={() => setShown(shown + 200)}
            className="rounded-sm px-2 py-1 text-meta text-accent-ink hover:underline"
          >
            Show {Math.min(200, fields.length - shown)} more
          </button>
        </li>
      )}
    </ul>
  );
}

/** Fields that the sample has come first. */
function filledFirst(fields: readonly SourceField[], { sample }: PlaceData): SourceField[] {
  const isFilled = ({ path }: SourceField) => path === "now" || !isEmptyValue(valueIn(sample?.values, path));
  return [...fields.filter(isFilled), ...fields.filter((field) => !isFilled(field))];
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
      className="flex h-7 w-full min-w-0 items-center gap-2 rounded-sm px-1.5 text-left hover:bg-hover disabled:opacity-100"
    >
      <span className="min-w-0 shrink-0 truncate" style={{ maxWidth: "55%" }}>
        {label}
      </span>
      <bdi className={cx("min-w-0 truncate text-meta", shown === "" ? "text-ink-3 italic" : "text-ink-2")}>
        {shown === "" ? "empty" : shown}
      </bdi>
      {isMade && shown !== "" && <ExampleMark />}
      <span className="ml-auto shrink-0 text-meta text-ink-3">{typeWords[field.type]}</span>
    </button>
  );
}
