import { CircleCheck, CircleDashed, CircleSlash, Plus, TriangleAlert, X } from "lucide-react";
import { type RefObject, useId, useRef, useState } from "react";
import type { JsonSchema } from "#catalog/types.ts";
import { withRuleTitles } from "#engine/mapping/rule-names.ts";
import { conditionWords } from "#engine/mapping/words/condition-words.ts";
import { printCondition, takesRight, type Condition, type ConditionGroup, type ConditionRow } from "#engine/mapping/words/conditions.ts";
import { printLiteral } from "#engine/mapping/words/parts.ts";
import { capital } from "#kernel/words.ts";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Select, Textarea } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SuggestBox } from "../../../components/ui/suggest-box.tsx";
import { enter, firstControl } from "../../../lib/focus.ts";
import { cx } from "../../../lib/cx.ts";
import { ExampleMark } from "../data/example-mark.tsx";
import { isExample } from "../data/samples.ts";
import { findField } from "../data/sources.ts";
import type { PlaceData, Sample, ValueType } from "../data/types.ts";
import { passes, type Ask, type Outcome } from "../evaluate/outcome.ts";
import { useOutcomes } from "../evaluate/use-outcomes.ts";
import { namesIn } from "../document/references.ts";
import { namesOf } from "../mapping/chip-look.ts";
import { DateBox, isChosenDate } from "../panel/fields/date-box.tsx";
import { RuleSelect } from "../mapping/rule-select.tsx";
import { Operand } from "./operand.tsx";
import { operatorsFor } from "./operators.ts";
import type { ConditionFieldProps } from "./props.ts";
import {
  addedTo,
  asksSegment,
  blankRow,
  chainOf,
  complete,
  dateOfRight,
  fixedText,
  isUnfinished,
  replacedAt,
  rightOfDate,
  sideOf,
  textOfTree,
  treeOf,
  withOperator,
  type TreePath,
  writtenRight,
} from "./tree.ts";
import { sampleTitle } from "../../flows/sample.ts";

/** A condition as rows and groups, with its sentence and whether it passes with the samples. */
export function ConditionField({ label, value, onChange, data, error }: ConditionFieldProps) {
  const [tree, put] = useTree(value, onChange);
  const [isText, setText] = useState(false);
  const id = useId();
  const asText = tree === null || isText;
  return (
    <div role="group" aria-label={label} aria-describedby={`${id}-says`} className="flex min-w-0 flex-col gap-2">
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{label}</span>
        {tree !== null && (
          <button type="button" onClick={() => setText(!isText)} className="rounded-sm text-meta text-ink-3 hover:text-ink">
            {isText ? "Show rows" : "Show as text"}
          </button>
        )}
      </div>
      {asText ? (
        <AsText label={label} value={value} onChange={onChange} isOnlyText={tree === null} />
      ) : (
        <Group group={tree} path={[]} root={tree} put={put} data={data} />
      )}
      <Verdict id={`${id}-says`} value={value} tree={tree} data={data} error={error} />
    </div>
  );
}

/** What is edited. Rows without a field live here alone; one that lacks its value is in the flow as a mistake, so that nothing else is published in its place. */
function useTree(value: string, onChange: (value: string) => void): [ConditionGroup | null, (tree: ConditionGroup) => void] {
  const edited = useRef<{ tree: ConditionGroup; text: string }>(undefined);
  if (edited.current === undefined || edited.current.text !== value) {
    const tree = treeOf(value);
    edited.current = tree === null ? undefined : { tree, text: value };
  }
  const [, render] = useState(0);
  const put = (tree: ConditionGroup) => {
    const whole = tree.of.length === 0 ? { ...tree, of: [blankRow] } : tree;
    const text = textOfTree(whole);
    edited.current = { tree: whole, text };
    render((count) => count + 1);
    if (text !== value) onChange(text);
  };
  return [edited.current?.tree ?? null, put];
}

function AsText({
  label,
  value,
  onChange,
  isOnlyText,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  isOnlyText: boolean;
}) {
  return (
    <>
      <Textarea
        aria-label={`${label} as text`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="!min-h-14 font-mono text-meta"
      />
      {isOnlyText && <p className="text-meta text-ink-3">This condition cannot be shown as rows, so it stands here as it is written.</p>}
    </>
  );
}

// ---------------------------------------------------------------- rows and groups

interface PartProps {
  path: TreePath;
  root: ConditionGroup;
  put: (tree: ConditionGroup) => void;
  data: PlaceData;
}

const matches: readonly (readonly [ConditionGroup["match"], string])[] = [
  ["all", "All of these"],
  ["any", "Any of these"],
  ["none", "None of these"],
  ["notAll", "Not all of these"],
];

function Group({ group, path, root, put, data }: PartProps & { group: ConditionGroup }) {
  const isRoot = path.length === 0;
  const isPlain = isRoot && group.of.length < 2 && group.match === "all";
  const add = (added: Condition) => put(addedTo(root, path, added));
  const change = (next: ConditionGroup) => put(isRoot ? next : replacedAt(root, path, next));
  return (
    <div
      role="group"
      aria-label={isRoot ? "Conditions" : "Group of conditions"}
      className={cx("flex min-w-0 flex-col gap-2", !isRoot && "rounded-md border border-line bg-sunken p-2")}
    >
      {!isPlain && (
        <div className="flex items-center gap-1">
          <Select
            aria-label="How many must pass"
            value={group.match}
            onChange={(event) => change({ ...group, match: event.target.value as ConditionGroup["match"] })}
            className="w-40"
          >
            {matches.map(([match, words]) => (
              <option key={match} value={match}>
                {words}
              </option>
            ))}
          </Select>
          {!isRoot && (
            <IconButton small label="Remove this group" onClick={() => put(replacedAt(root, path, null))} className="ml-auto">
              <Icon of={X} size={14} />
            </IconButton>
          )}
        </div>
      )}
      {group.of.map((one, index) => {
        const at = [...path, index];
        const props = { path: at, root, put, data };
        return one.kind === "group" ? (
          <Group key={index} group={one} {...props} />
        ) : (
          <Row key={index} row={one} isOnly={isRoot && group.of.length === 1} {...props} />
        );
      })}
      <div className="flex flex-wrap gap-1">
        <Button small kind="quiet" icon={<Icon of={Plus} size={12} />} onClick={() => add(blankRow)}>
          Add a condition
        </Button>
        <Button
          small
          kind="quiet"
          icon={<Icon of={Plus} size={12} />}
          onClick={() => add({ kind: "group", match: isAll(group) ? "any" : "all", of: [blankRow] })}
        >
          Add a group
        </Button>
      </div>
    </div>
  );
}

const isAll = ({ match }: ConditionGroup): boolean => match === "all" || match === "notAll";

function Row({ row, isOnly, path, root, put, data }: PartProps & { row: ConditionRow; isOnly: boolean }) {
  const type = useLeftType(row.left, data);
  const box = useRef<HTMLDivElement>(null);
  const comparison = useRef<HTMLSelectElement>(null);
  const change = (part: Partial<ConditionRow>) => put(replacedAt(root, path, { ...row, ...part }));
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div ref={box} className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
        <Operand
          label="Field"
          focusNext={() => comparison.current?.focus()}
          focusAgain={() => box.current?.querySelector("button")?.focus()}
          chain={row.left === "" ? null : chainOf(row.left)}
          data={data}
          onChange={(chain) => change({ left: chain === null ? "" : sideOf(chain) })}
        />
        <ComparisonSelect box={comparison} type={type} chosen={row.operator} onChoose={(operator) => change(withOperator(row, operator))} />
        {asksSegment(row.operator) ? (
          <RuleSelect
            ids={{ "aria-label": "Segment" }}
            word="segment"
            value={fixedText(row.right) ?? ""}
            rules={data.rules ?? {}}
            onChange={(name) => change({ right: printLiteral(name) })}
          />
        ) : (
          takesRight(row.operator) && <Right row={row} type={type} data={data} onChange={(right) => change({ right })} />
        )}
      </div>
      <RowMark row={row} data={data} />
      <IconButton
        label="Remove this condition"
        disabled={isOnly && row.left === ""}
        onClick={() => put(replacedAt(root, path, isOnly ? blankRow : null))}
      >
        <Icon of={X} size={14} />
      </IconButton>
    </div>
  );
}

const more = "more";

interface ComparisonSelectProps {
  box: RefObject<HTMLSelectElement | null>;
  type: ValueType;
  chosen: ConditionRow["operator"];
  onChoose: (operator: ConditionRow["operator"]) => void;
}

/** How the two sides are compared. What is seldom needed is listed once somebody asks for it, or has chosen it. */
function ComparisonSelect({ box, type, chosen, onChoose }: ComparisonSelectProps) {
  const [showsAll, setShowsAll] = useState(false);
  const groups = operatorsFor(type);
  const isRare = groups.at(-1)?.choices.some(({ operator }) => operator === chosen) === true;
  const shown = showsAll || isRare ? groups : groups.slice(0, -1);
  return (
    <Select
      ref={box}
      aria-label="Comparison"
      value={chosen}
      onChange={({ target: { value } }) => (value === more ? setShowsAll(true) : onChoose(value as ConditionRow["operator"]))}
      className="w-40 shrink-0 [&>select]:!pl-2"
    >
      {shown.map(({ title, choices }) => (
        <optgroup key={title} label={title}>
          {choices.map(({ operator, words }) => (
            <option key={operator} value={operator}>
              {words}
            </option>
          ))}
        </optgroup>
      ))}
      {shown.length < groups.length && <option value={more}>More comparisons …</option>}
    </Select>
  );
}

/** The type of the left side: what comes out of it with the sample, or what the catalog says. */
function useLeftType(left: string, data: PlaceData): ValueType {
  const outcome = useWithSample(left === "" ? null : { written: left, reading: "expression" }, data);
  const fieldType = findField(data.sources, left)?.type;
  return outcome?.kind === "value" && outcome.type !== "text"
    ? outcome.type
    : (fieldType ?? (outcome?.kind === "value" ? outcome.type : "any"));
}

function useWithSample(ask: Ask | null, data: PlaceData): Outcome | undefined {
  const outcomes = useOutcomes(ask === null ? [] : [ask], data, data.sample === null ? [] : [data.sample]);
  return ask === null || data.sample === null ? undefined : outcomes.of(ask, data.sample);
}

function Right({ row, type, data, onChange }: { row: ConditionRow; type: ValueType; data: PlaceData; onChange: (right: string) => void }) {
  const text = fixedText(row.right);
  const date = type === "date" && row.operator !== "contains" && row.operator !== "containsNot" ? chosenDate(row.right) : null;
  const box = useRef<HTMLDivElement>(null);
  const focus = {
    focusNext: () => box.current?.querySelector("button")?.focus(),
    focusAgain: () => enter(firstControl(box.current)),
  };
  return (
    <div ref={box} className={cx("flex gap-1", date === null ? "min-w-32 flex-1 items-center" : "basis-full items-start justify-between")}>
      {text === null && date === null ? (
        <Operand
          {...focus}
          label="Value"
          chain={chainOf(row.right)}
          data={data}
          onChange={(chain) => onChange(chain === null ? "" : sideOf(chain))}
        />
      ) : (
        <>
          {date === null ? (
            <ValueBox
              text={text ?? ""}
              type={type}
              left={row.left}
              data={data}
              onChange={(next) => onChange(writtenRight(next, type, row))}
            />
          ) : (
            <DateValue date={date} zone={data.zone} onChange={(next) => onChange(rightOfDate(next))} />
          )}
          <Operand
            {...focus}
            label="Use data"
            chain={null}
            data={data}
            isIcon
            onChange={(chain) => chain !== null && onChange(sideOf(chain))}
          />
        </>
      )}
    </div>
  );
}

/** The date of a right side that the controls of dates can show; null for every other. */
function chosenDate(right: string): string | null {
  const date = dateOfRight(right);
  return date !== null && isChosenDate(date, schemaOfDate(date)) ? date : null;
}

/** Times are seldom compared to the minute: a day, unless a time is there already. */
const schemaOfDate = (date: string): JsonSchema => ({ type: "string", format: /^\d{4}-\d{2}-\d{2}T/.test(date) ? "date-time" : "date" });

/** What a date is compared with: one of the calendar, or counted from when the step runs. */
function DateValue({ date, zone, onChange }: { date: string; zone: string; onChange: (date: string) => void }) {
  const id = useId();
  return (
    <DateBox
      ids={{ id, "aria-label": "Value" }}
      label="the value"
      schema={schemaOfDate(date)}
      value={date}
      zone={zone}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}

interface ValueBoxProps {
  text: string;
  type: ValueType;
  left: string;
  data: PlaceData;
  onChange: (text: string) => void;
}

/** What the left side is compared with: typed, or one of the values it has in the samples. */
function ValueBox({ text, type, left, data, onChange }: ValueBoxProps) {
  const id = useId();
  const seen = useSeenValues(left, data);
  return (
    <SuggestBox
      ids={{ id, "aria-label": "Value" }}
      text={text}
      placeholder={type === "date" ? "2026-01-15" : "Value"}
      label="Values in the samples"
      choices={seen.map((value) => ({ value }))}
      onChange={onChange}
    />
  );
}

/** The values of the left side in the samples. */
function useSeenValues(left: string, data: PlaceData): string[] {
  const ask: Ask = { written: left === "" ? "nil" : left, reading: "expression" };
  const outcomes = useOutcomes([ask], data, data.samples);
  const values = data.samples.flatMap((sample) => {
    const outcome = outcomes.of(ask, sample);
    if (outcome?.kind !== "value") return [];
    const items = outcome.type === "list" ? outcome.text.split(", ") : [outcome.text];
    return items.filter(({ length }) => length < 60);
  });
  return [...new Set(values)];
}

// ---------------------------------------------------------------- whether it passes

/** Whether a row passes with the chosen sample. */
function RowMark({ row, data }: { row: ConditionRow; data: PlaceData }) {
  const written = row.left === "" || isUnfinished(row) ? null : printCondition(row);
  const outcome = useWithSample(written === null ? null : { written, reading: "condition" }, data);
  return (
    <span className="grid h-8 w-5 shrink-0 place-items-center">
      <Mark outcome={outcome} byExample={written !== null && isByExample(written, data.sample)} />
    </span>
  );
}

/** Whether a condition reads anything that was never received or read: it is not known then what it does with a real event. */
const isByExample = (condition: string, sample: Sample | null): boolean =>
  [...namesIn(condition, true)].some((name) => isExample(sample, name));

function Mark({ outcome, byExample, size = 14 }: { outcome: Outcome | undefined; byExample: boolean; size?: number }) {
  if (outcome === undefined) return null;
  const does = passes(outcome);
  const [icon, colour, words] =
    does === undefined
      ? ([TriangleAlert, "text-failure", "Does not work"] as const)
      : byExample
        ? ([CircleDashed, "text-ink-3", does ? "Passes with an example" : "Does not pass with an example"] as const)
        : does
          ? ([CircleCheck, "text-success", "Passes"] as const)
          : ([CircleSlash, "text-ink-3", "Does not pass"] as const);
  return (
    <span role="img" aria-label={words} title={words} className={cx("inline-flex", colour)}>
      <Icon of={icon} size={size} />
    </span>
  );
}

interface VerdictProps {
  id: string;
  value: string;
  tree: ConditionGroup | null;
  data: PlaceData;
  error: string | undefined;
}

/** The condition as a sentence, and what it does with each sample. */
function Verdict({ id, value, tree, data, error }: VerdictProps) {
  const names = namesOf(data.sources);
  const isOpen = tree !== null && isUnfinished(tree);
  const whole = tree === null ? null : complete(tree);
  const isBlank = value.trim() === "";
  const condition = whole !== null ? printCondition(whole) : isBlank ? "" : value;
  const words = condition === "" ? "" : conditionWords(withRuleTitles(condition, data.rules), names);
  const ask: Ask = { written: value, reading: "condition" };
  const outcomes = useOutcomes(isBlank || isOpen ? [] : [ask], data, data.samples);
  const problem = data.samples.map((sample) => outcomes.of(ask, sample)).find((outcome) => outcome?.kind === "problem");
  return (
    <div id={id} className="flex flex-col gap-1.5 text-meta">
      {isOpen && (
        <p role="status" className="text-warning">
          The value to compare with is missing: the condition is not finished.
        </p>
      )}
      {words !== "" && <p className="text-ink-2">{capital(words).replace(/(?<!…)$/, ".")}</p>}
      {isBlank && !isOpen && <p className="text-ink-3">No condition yet.</p>}
      {!isBlank && !isOpen && error !== undefined && <p className="text-failure">{error}</p>}
      {error === undefined && problem?.kind === "problem" && <p className="text-failure">{capital(problem.problem)}.</p>}
      {!isBlank && !isOpen && data.samples.length > 0 && (
        <ul aria-label="With the samples" className="flex flex-wrap gap-x-3 gap-y-1">
          {data.samples.map((sample) => (
            <SampleVerdict
              key={sample.id}
              sample={sample}
              outcome={outcomes.of(ask, sample)}
              byExample={isByExample(value, sample)}
              isChosen={sample.id === data.sample?.id}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

interface SampleVerdictProps {
  sample: Sample;
  outcome: Outcome | undefined;
  byExample: boolean;
  isChosen: boolean;
}

function SampleVerdict({ sample, outcome, byExample, isChosen }: SampleVerdictProps) {
  return (
    <li className={cx("flex items-center gap-1", isChosen ? "font-medium text-ink" : "text-ink-2")}>
      <Mark outcome={outcome} byExample={byExample} size={12} />
      <bdi className="max-w-40 truncate">{sampleTitle(sample)}</bdi>
      {byExample && <ExampleMark />}
    </li>
  );
}
