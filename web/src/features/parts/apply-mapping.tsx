import { useQuery } from "@tanstack/react-query";
import { ListChecks, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { MappingDetail, MappingView } from "#api/schemas.ts";
import { TemplateText } from "../../components/template-text.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { mappingQuery, mappingsOfQuery } from "../../lib/queries.ts";
import { listed, plural } from "../../lib/words.ts";
import { useFieldLabels } from "./field-labels.ts";
import { appliedFields, applyMapping, shownText, type AppliedField, type ApplyMode, type Fields } from "./mapping-fields.ts";

interface ApplyMappingProps {
  open: boolean;
  onClose: () => void;
  /** The operation of the step. */
  app: string;
  operation: string;
  /** What the step is filled with now. */
  input: Fields;
  /** The names that the step's templates can read: `trigger`, ids of earlier steps. Fields that read others are marked. */
  visible?: ReadonlySet<string>;
  /** The template that is chosen at first. */
  chosen?: string;
  /** Whether what was applied is still being saved. */
  busy?: boolean;
  /** Called with what the step is filled with then. */
  onApply: (input: Record<string, unknown>, mapping: MappingDetail) => void;
}

/** Fills a step from a mapping template: all its fields, or only those that are empty. Shows first what would change. */
export function ApplyMapping({ open, onClose, ...rest }: ApplyMappingProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Use a mapping template"
      about="The step gets a copy: you can change it here, and the template stays as it is."
    >
      {open && <Choice {...rest} />}
    </Dialog>
  );
}

type ChoiceProps = Omit<ApplyMappingProps, "open" | "onClose">;

function Choice({ app, operation, ...rest }: ChoiceProps) {
  const query = useQuery(mappingsOfQuery(app, operation));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {(mappings) =>
        mappings.length === 0 ? (
          <Empty icon={ListChecks}>There is no mapping template for this operation yet. Save one from a step that is filled.</Empty>
        ) : (
          <Chosen mappings={mappings} app={app} operation={operation} {...rest} />
        )
      }
    </Loaded>
  );
}

function Chosen({ mappings, chosen, ...rest }: ChoiceProps & { mappings: readonly MappingView[] }) {
  const [name, setName] = useState(chosen ?? mappings[0]!.name);
  const query = useQuery(mappingQuery(name));
  return (
    <div className="flex flex-col gap-4 pt-1">
      <Field label="Mapping template">
        {(ids) => (
          <Select {...ids} value={name} onChange={(event) => setName(event.target.value)}>
            {mappings.map((one) => (
              <option key={one.name} value={one.name}>
                {one.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
        {(mapping) => <Changes mapping={mapping} {...rest} />}
      </Loaded>
    </div>
  );
}

type ChangesProps = Omit<ChoiceProps, "chosen"> & { mapping: MappingDetail };

function Changes({ mapping, app, operation, input, visible, busy = false, onApply }: ChangesProps) {
  const [mode, setMode] = useState<ApplyMode>("all");
  const labelOf = useFieldLabels(app, operation);
  const template = mapping.definition.input;
  const fields = appliedFields(input, template, mode, visible);
  const changed = fields.filter(({ stays }) => !stays);
  return (
    <>
      <Segmented
        label="Which fields to fill"
        value={mode}
        onChange={setMode}
        options={[
          { value: "all", title: "All fields" },
          { value: "empty", title: "Only empty fields" },
        ]}
      />
      <ul aria-label="What changes" className="divide-y divide-line rounded-md border border-line">
        {fields.map((field) => (
          <FieldLine key={field.name} field={field} label={labelOf(field.name)} />
        ))}
      </ul>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-ink-3">
          {changed.length === 0 ? "It is filled in like that already." : `${plural(changed.length, "field")} will change.`}
        </p>
        <Button
          kind="primary"
          disabled={changed.length === 0}
          busy={busy}
          onClick={() => onApply(applyMapping(input, template, mode), mapping)}
        >
          Fill {plural(changed.length, "field")}
        </Button>
      </div>
    </>
  );
}

function FieldLine({ field: { before, after, stays, unknown }, label }: { field: AppliedField; label: string }) {
  return (
    <li className="flex flex-col gap-0.5 px-3 py-2">
      <span className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{label}</span>
        {stays && <span className="text-meta text-ink-3">stays</span>}
      </span>
      {!stays && before !== undefined && shownText(before) !== "" && <Line struck>{shownText(before)}</Line>}
      <Line>{stays ? shownText(before) : shownText(after)}</Line>
      {!stays && unknown.length > 0 && (
        <p className="flex items-start gap-1.5 text-meta text-warning">
          <Icon of={TriangleAlert} size={13} className="mt-0.5 shrink-0" />
          There is no {listed(unknown.map((name) => `'${name}'`))} in this flow. Choose another value afterwards.
        </p>
      )}
    </li>
  );
}

function Line({ struck = false, children }: { struck?: boolean; children: string }): ReactNode {
  return (
    <span className={struck ? "text-ink-3 line-through" : "text-ink-2"}>
      <TemplateText template={children} />
    </span>
  );
}
