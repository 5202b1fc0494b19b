import { Database } from "lucide-react";
import { isTemplate } from "#engine/mapping/is-template.ts";
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { isPlainTemplate, printChain, readChain, templateParts, type Chain } from "#engine/mapping/words/parts.ts";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useApps } from "../../../lib/apps.ts";
import { FieldPicker } from "../data/field-picker.tsx";
import type { PlaceData, Sample, Written } from "../data/types.ts";
import type { Ask, Outcome } from "../evaluate/outcome.ts";
import { useOutcome, useOutcomes } from "../evaluate/use-outcomes.ts";
import { chipLook, labelOfPath } from "./chip-look.ts";
import { ChipMenu } from "./chip-menu.tsx";
import { type ChosenChip, TemplateEditor, type TemplateEditorHandle } from "./editor/template-editor.tsx";
import { type Flag, flagsOf, pathsIn, unknownPaths } from "./flags.ts";
import { expressionOf, templateOf, textOf, writtenOf } from "./literal.ts";
import { errorFlags, Notes } from "./notes.tsx";
import type { MappedField, MappingFieldProps } from "./props.ts";

type TemplateFieldProps = MappingFieldProps & {
  ids: Parameters<typeof TemplateEditor>[0]["ids"];
  label: string;
  isRaw: boolean;
  /** Without the value and the notes beneath, for a row of a list. */
  isRow?: boolean;
};

/** The editor, the menu of a chip, and beneath what comes out. */
export function TemplateField({
  field,
  value,
  onChange,
  data,
  error,
  takes = "value",
  onEnter,
  ids,
  label,
  isRaw,
  isRow,
}: TemplateFieldProps) {
  const [text, put] = useText(value, takes, field, onChange);
  const editor = useRef<TemplateEditorHandle>(null);
  const [chip, setChip] = useState<ChosenChip | null>(null);
  const [isEntered, setEntered] = useState(false);
  const looks = useLooks(text, data);
  const isBlankExpression = takes === "expression" && text.trim() === "";
  const ask = value === undefined || isBlankExpression ? null : ({ written: value, reading: takes } satisfies Ask);
  const outcome = useOutcome(ask, data, data.sample);
  const chain = chip === null ? null : readChain(chip.expression);
  const close = () => {
    setChip(null);
    editor.current?.focus();
  };

  function editChip(next: Chain): void {
    if (chip === null) return;
    const expression = printChain(next);
    const written = chip.open + expression + chip.close;
    editor.current?.replace(chip.from, chip.to, written);
    setChip({ ...chip, expression, to: chip.from + written.length });
  }

  return (
    <>
      <div className="group/field relative min-w-0">
        <TemplateEditor
          ref={editor}
          ids={ids}
          label={label}
          name={field.name}
          text={text}
          onChange={put}
          data={data}
          looks={looks}
          onChip={setChip}
          onFocus={() => {
            setEntered(true);
            onEnter?.((path) => editor.current?.insert(path));
          }}
          placeholder={placeholderOf(field, takes, isEntered)}
          lines={field.control === "longtext" || text.includes("\n")}
          raw={isRaw || !isPlainTemplate(text)}
        />
        <InsertButton name={field.name} label={label} data={data} editor={editor} />
      </div>
      {chip !== null && chain !== null && (
        <ChipMenu
          chain={chain}
          place={chip.place}
          data={data}
          onChange={editChip}
          onRemove={() => {
            editor.current?.replace(chip.from, chip.to, "");
            close();
          }}
          onClose={close}
        />
      )}
      {isRow !== true && <Below id={ids["aria-describedby"] ?? ""} {...{ field, data, error, outcome }} template={text} />}
    </>
  );
}

/** By mouse what `/` is by keys: it is seen where somebody is about to fill in the field, and is no stop of the Tab key. */
function InsertButton({
  name,
  label,
  data,
  editor,
}: {
  name: string;
  label: string;
  data: PlaceData;
  editor: RefObject<TemplateEditorHandle | null>;
}) {
  return (
    <FieldPicker
      data={data}
      wantedBy={name}
      onPick={({ field }) => editor.current?.insert(field.path)}
      focusNext={() => editor.current?.focus()}
      trigger={
        <IconButton
          small
          label={`Insert data into ${label}`}
          tabIndex={-1}
          className="absolute top-0.5 right-0.5 bg-raised opacity-0 transition-opacity group-hover/field:opacity-100 group-focus-within/field:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
        >
          <Icon of={Database} size={14} />
        </IconButton>
      }
    />
  );
}

/** The text of the editor for what is written, and how it becomes that. What somebody is typing stays as it is, whatever becomes of it. */
function useText(
  value: Written,
  takes: "value" | "expression",
  { schema }: MappedField,
  onChange: (value: Written) => void,
): [text: string, put: (text: string) => void] {
  const typed = useRef<{ text: string; written: Written }>(undefined);
  const own = typed.current !== undefined && typed.current.written === value ? typed.current.text : undefined;
  const text = own ?? (takes === "expression" ? templateOf(textOf(value)) : textOf(value));
  const put = (next: string) => {
    const written = takes === "expression" ? expressionOf(next) : writtenOf(next, schema);
    typed.current = { text: next, written };
    onChange(written);
  };
  return [text, put];
}

/** How the chips of a text look, with their values in the chosen sample. */
function useLooks(text: string, data: PlaceData) {
  const apps = useApps();
  const asks = useMemo(() => expressionsIn(text).map(askOf), [text]);
  const outcomes = useOutcomes(asks, data, data.sample === null ? [] : [data.sample]);
  return useCallback(
    (expression: string) => {
      const outcome = data.sample === null ? undefined : outcomes.of(askOf(expression), data.sample);
      return chipLook(expression, data, outcome, (app) => apps.of(app)?.mark ?? null);
    },
    [data, outcomes, apps],
  );
}

const askOf = (path: string): Ask => ({ written: path, reading: "expression" });

/** The expressions that chips show, each once. */
const expressionsIn = (template: string): string[] => [
  ...new Set(
    templateParts(template).flatMap((part) => (part.kind === "value" && readChain(part.expression) !== null ? [part.expression] : [])),
  ),
];

function placeholderOf({ control }: MappedField, takes: "value" | "expression", isEntered: boolean): string {
  if (takes === "expression") return "Type / to choose a list";
  if (isEntered) return "Type / to choose a field";
  return control === "tags" ? "Tags with commas between, or / for a field" : "Type text, or / for a field";
}

interface BelowProps {
  id: string;
  field: MappedField;
  data: PlaceData;
  error: string | undefined;
  outcome: Outcome | undefined;
  template: string;
}

/** What comes out with the chosen sample, and what is doubtful about it. */
function Below({ id, field, data, error, outcome, template }: BelowProps) {
  const hasTemplate = isTemplate(template);
  const nowhere = useNowhere(template, data);
  const waits = hasTemplate && readsUntried(template, data);
  const own = flagsOf(outcome, field.schema, hasTemplate, field.required === true, waits);
  const says = nowhere.length > 0 ? own.filter(({ kind }) => kind === "problem") : own;
  const flags = [...errorFlags(error), ...says, ...nowhere.map((text): Flag => ({ kind: "warning", text }))];
  const shows = hasTemplate && outcome?.kind === "value" && !outcome.empty && !isOnlyChip(template);
  return (
    <Notes id={id} flags={flags} hint={field.help}>
      {waits && isNothing(outcome) && (
        <p className="text-meta text-ink-3">It comes from an earlier step, and is known once that has run.</p>
      )}
      {shows && (
        <p className="flex min-w-0 gap-1.5 text-meta text-ink-2">
          <span aria-label="gives" className="text-ink-3">
            →
          </span>
          <bdi className="min-w-0 truncate" title={outcome.text}>
            {outcome.text}
          </bdi>
        </p>
      )}
    </Notes>
  );
}

/** One chip alone shows its value itself. */
const isOnlyChip = (template: string): boolean => /^\s*\{\{[^{}|]*\}\}\s*$/.test(template);

/** Sentences about what a template reads and nobody has. */
function useNowhere(template: string, data: PlaceData): string[] {
  const paths = useMemo(() => pathsIn(template), [template]);
  const real = useMemo(() => data.samples.filter(({ from }) => from !== "schema" && from !== "example"), [data.samples]);
  const outcomes = useOutcomes(paths.map(askOf), data, real);
  const unknown = unknownPaths(template, data.sources);
  return paths.flatMap((path) => {
    const name = `'${labelOfPath(path, data)}'`;
    if (unknown.includes(path) && !hasValue(path, real, outcomes)) return [`No sample has ${name}, and the catalog does not know it.`];
    const isEverywhereEmpty =
      real.length > 1 && real.every((sample) => isTried(path, sample) && isNothing(outcomes.of(askOf(path), sample)));
    return isEverywhereEmpty ? [`None of the ${real.length} samples has a value in ${name}.`] : [];
  });
}

const isNothing = (outcome: Outcome | undefined): boolean => outcome?.kind === "missing" || (outcome?.kind === "value" && outcome.empty);
const hasValue = (path: string, samples: readonly Sample[], outcomes: ReturnType<typeof useOutcomes>): boolean =>
  samples.some((sample) => outcomes.of(askOf(path), sample)?.kind === "value");

/** Whether a template reads a step that has no real result with the chosen sample. */
const readsUntried = (template: string, { sample, sources }: PlaceData): boolean =>
  sample !== null &&
  pathsIn(template).some((path) => !isTried(path, sample) && sources.some(({ kind, name }) => kind === "step" && name === rootOf(path)));

const rootOf = (path: string): string => /^[^.[]*/.exec(path)![0];

/** Whether the sample has real values of the path's source. */
function isTried(path: string, { values, made }: Sample): boolean {
  const root = rootOf(path);
  return Object.hasOwn(values, root) && made?.includes(root) !== true;
}
