import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDefinition, RunDetail } from "#api/schemas.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { FieldChanges } from "../../components/change.tsx";
import { DryRunResult } from "../../components/dry-run-result.tsx";
import { May } from "../../components/may.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Field, Input, Select, Textarea } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { type StoredError, api } from "../../lib/api.ts";
import { flowQuery, versionQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { parseJson } from "../../lib/json-text.ts";
import { plural } from "../../lib/words.ts";
import { refusedFields, refusedValues } from "../../lib/refused-values.ts";
import {
  type EventField,
  differences,
  fieldsByUse,
  fieldsOf,
  mostFields,
  placeOf,
  placesRead,
  readLike,
  withField,
} from "./event-fields.ts";

interface EditProps {
  run: RunDetail;
  onClose: () => void;
}

type View = "fields" | "json";
type Version = "same" | "published";

/** Edits a copy of the event and replays the run with it. The original event is not changed. */
export function EditAndReplay(props: EditProps) {
  const { isPending, data } = useQuery(versionQuery(props.run.flow.id, props.run.flow.version));
  // The version says which fields come first; where it is gone, all of them do.
  return isPending ? null : <EditDialog {...props} steps={data?.definition.steps ?? []} />;
}

function EditDialog({ run, steps, onClose }: EditProps & { steps: readonly unknown[] }) {
  const edited = useEditedEvent(run.event.payload);
  const [version, setVersion] = useState<Version>("same");
  const target = useTarget(run, version);
  const replay = useEditedReplay(run, onClose);
  const dryRun = useDryRun(run.flow.id);
  // A result says nothing of other data, or of another version.
  const isTried = dryRun.variables?.definition === target?.definition && jsonOf(dryRun.variables?.payload) === jsonOf(edited.value);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit and replay"
      about="A new run starts from the first step with the changed data, and every write is made again. The original event is not changed: if it is sent again, it still starts no second run."
      shape="sheet"
      onSubmit={() => replay.mutate({ payload: edited.value, version })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {target !== undefined && (
            <May scope="flows:try">
              <Button
                icon={<Icon of={FlaskConical} size={14} />}
                busy={dryRun.isPending}
                disabled={!edited.isReady}
                onClick={() => dryRun.mutate({ payload: edited.value, definition: target.definition })}
              >
                Dry run
              </Button>
            </May>
          )}
          <Button kind="primary" type="submit" busy={replay.isPending} disabled={!edited.isReady}>
            Replay with changed data
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5 pt-1">
        {run.error !== null && <WhyItStopped error={run.error} values={refusedValues(run.error, run.steps)} />}
        <EventEditor edited={edited} steps={steps} refused={refusedPlaces(run, steps)} />
        {edited.changes.length > 0 && (
          <section aria-label="What you change">
            <h3 className="mb-1.5 font-medium">What you change</h3>
            <dl className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
              <FieldChanges changes={edited.changes} />
            </dl>
          </section>
        )}
        <VersionField ran={run.flow.version} value={version} onChange={setVersion} hint={target?.where} />
        {replay.error !== null && <Problem>{messageOf(replay.error)}</Problem>}
        {isTried && dryRun.error !== null && <Problem>{messageOf(dryRun.error)}</Problem>}
        {isTried && dryRun.data !== undefined && (
          <section ref={intoView} aria-label="What a dry run shows" className="border-t border-line pt-4">
            <h3 className="mb-2 font-medium">With this data</h3>
            <DryRunResult result={dryRun.data} />
          </section>
        )}
      </div>
    </Dialog>
  );
}

/** What the run stopped for: it is what is to be corrected here. */
function WhyItStopped({ error, values }: { error: StoredError; values: readonly string[] }) {
  return (
    <section aria-label="Why the run stopped" className="rounded-md bg-failure-soft px-3 py-2.5">
      <p className="font-medium">{saidOfField(error)}</p>
      {values.length > 0 && <bdi className="mt-0.5 block text-ink-2">{values.join(", ")}</bdi>}
    </section>
  );
}

/** The places of the event whose values were refused. */
function refusedPlaces({ error, event, steps: done }: RunDetail, steps: readonly unknown[]): ReadonlySet<string> {
  const failed = done.find(({ state }) => state === "failed" || state === "held");
  if (error === null || failed === undefined) return new Set();
  const id = error.details["step"] ?? failed.path.split("/").at(-1);
  return placesRead(fieldsOf(event.payload), steps, id, refusedFields(error, failed.input));
}

/** The result comes below what fits on the screen. */
const intoView = (section: HTMLElement | null): void => section?.scrollIntoView({ block: "nearest" });

/** What the new run goes through, and where that writes. Undefined where the flow, or its version, is gone. */
function useTarget(run: RunDetail, version: Version): { definition: FlowDefinition; where: string } | undefined {
  const flow = useQuery(flowQuery(run.flow.id)).data;
  const published = flow?.version ?? run.flow.version;
  const number = version === "same" ? run.flow.version : published;
  const { data } = useQuery(versionQuery(run.flow.id, number));
  if (data === undefined) return undefined;
  const accounts = (version === "same" ? run.subAccounts : (flow?.subAccounts ?? [])).map(({ title }) => title).join(", ");
  return {
    definition: data.definition,
    where: `The new run goes through version ${number} of ${run.flow.name}${accounts === "" ? "." : `, and works in ${accounts}.`}`,
  };
}

function useDryRun(id: string) {
  return useMutation({
    mutationFn: (body: { payload: unknown; definition: FlowDefinition }) => api.flows.dryRun({ id, body }),
    meta: { quiet: true },
  });
}

/** The event as it is edited, by fields or as JSON. */
function useEditedEvent(before: unknown) {
  const [view, setView] = useState<View>(() => firstView(before));
  const [event, setEvent] = useState<unknown>(before);
  const [text, setText] = useState(() => jsonOf(before));
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const { value, error } = view === "json" ? parseJson(text) : { value: event, error: null };
  const isSame = error === null && jsonOf(value) === jsonOf(before);
  return {
    before,
    view,
    text,
    setText,
    value,
    error,
    changes: error === null ? differences(before, value) : [],
    isReady: error === null && !isSame && wrong.size === 0,
    setField: (path: EventField["path"], field: EventField["value"]) => setEvent((old: unknown) => withField(old, path, field)),
    setWrong: (place: string, isWrong: boolean) => setWrong((old) => withPlace(old, place, isWrong)),
    /** Takes what was typed along to the other view, unless it cannot be read. */
    show: (next: View) => {
      if (next === view || error !== null) return;
      setEvent(value);
      setText(jsonOf(value));
      setView(next);
    },
  };
}

function firstView(event: unknown): View {
  const fields = fieldsOf(event).length;
  return fields > 0 && fields <= mostFields ? "fields" : "json";
}

interface EventEditorProps {
  edited: ReturnType<typeof useEditedEvent>;
  steps: readonly unknown[];
  refused: ReadonlySet<string>;
}

function EventEditor({ edited, steps, refused }: EventEditorProps) {
  return (
    <>
      <Segmented
        label="How to edit"
        value={edited.view}
        onChange={edited.show}
        options={[
          { value: "fields", title: "Fields" },
          { value: "json", title: "JSON" },
        ]}
      />
      {edited.view === "json" ? (
        <Field label="Event" error={edited.error ?? undefined}>
          {(ids) => (
            <Textarea
              {...ids}
              value={edited.text}
              onChange={(change) => edited.setText(change.target.value)}
              className="min-h-[45vh] font-mono text-meta"
            />
          )}
        </Field>
      ) : (
        <Fields
          event={edited.before}
          current={edited.value}
          steps={steps}
          refused={refused}
          onChange={edited.setField}
          onWrong={edited.setWrong}
        />
      )}
    </>
  );
}

interface VersionFieldProps {
  /** The version that the run ran on. */
  ran: number;
  value: Version;
  onChange: (version: Version) => void;
  hint: string | undefined;
}

function VersionField({ ran, value, onChange, hint }: VersionFieldProps) {
  return (
    <Field label="Which version of the flow" hint={hint}>
      {(ids) => (
        <Select {...ids} value={value} onChange={(change) => onChange(change.target.value === "published" ? "published" : "same")}>
          <option value="same">The one it ran on (version {ran})</option>
          <option value="published">The published one</option>
        </Select>
      )}
    </Field>
  );
}

const jsonOf = (event: unknown): string => JSON.stringify(event, null, 2);

const withPlace = (places: ReadonlySet<string>, place: string, isThere: boolean): ReadonlySet<string> =>
  new Set(isThere ? [...places, place] : [...places].filter((one) => one !== place));

function useEditedReplay(run: RunDetail, onClose: () => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { payload: unknown; version: Version }) => api.runs.replayEdited({ id: run.id, body }),
    meta: { quiet: true },
    onSuccess: async ({ id }) => {
      toast.success("A new run has started with the changed data", { description: "This is it. The earlier run stays as it was." });
      onClose();
      await navigate({ to: "/runs/$runId", params: { runId: id } });
      await Promise.all(["runs", "run", "overview"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
  });
}

const shownAs = (value: EventField["value"]): string => (typeof value === "boolean" ? (value ? "Yes" : "No") : String(value));

interface FieldsProps {
  /** As it came: what is typed is of the same kind. */
  event: unknown;
  /** As it is edited by now. */
  current: unknown;
  onChange: (path: EventField["path"], value: EventField["value"]) => void;
  onWrong: (place: string, isWrong: boolean) => void;
  /** The places whose values were refused. */
  refused: ReadonlySet<string>;
}

function Fields({ event, current, steps, ...ways }: FieldsProps & { steps: readonly unknown[] }) {
  const { used, others } = fieldsByUse(fieldsOf(event), steps);
  const now = new Map(fieldsOf(current).map(({ path, value }) => [placeOf(path), value]));
  const all = (fields: readonly EventField[]) => (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      {fields.map((field) => (
        <EventInput key={placeOf(field.path)} field={field} current={now.get(placeOf(field.path)) ?? null} {...ways} />
      ))}
    </div>
  );
  return (
    <div className="flex flex-col gap-3">
      {used.length > 0 &&
        all(used.toSorted((a, b) => Number(ways.refused.has(placeOf(b.path))) - Number(ways.refused.has(placeOf(a.path)))))}
      {others.length > 0 && (
        <Disclosure summary={`${plural(others.length, "field")} that the flow does not use`} open={used.length === 0}>
          <div className="pt-2">{all(others)}</div>
        </Disclosure>
      )}
    </div>
  );
}

function EventInput({
  field: { path, value },
  current,
  onChange,
  onWrong,
  refused,
}: Pick<FieldsProps, "onChange" | "onWrong" | "refused"> & { field: EventField; current: EventField["value"] }) {
  const place = placeOf(path);
  const [text, setText] = useState(current === null ? "" : String(current));
  const typed = readLike(value, text);
  const isChanged = typed !== value;
  const isRefused = refused.has(place) && !isChanged;
  const write = (next: string) => {
    setText(next);
    const read = readLike(value, next);
    onWrong(place, read === undefined);
    if (read !== undefined) onChange(path, read);
  };
  return (
    <Field
      label={path.length === 1 ? fieldLabel(place) : place}
      aside={isChanged && <span className="text-meta font-medium text-accent-ink">Changed</span>}
      hint={isChanged ? `Was: ${value === null || value === "" ? "empty" : shownAs(value)}` : undefined}
      error={typed === undefined ? "Takes a number, as before. JSON takes anything." : isRefused ? "This value was refused." : undefined}
    >
      {(ids) =>
        typeof value === "boolean" ? (
          <Select {...ids} value={text} onChange={(change) => write(change.target.value)}>
            <option value="true">Yes</option>
            <option value="false">No</option>
          </Select>
        ) : (
          <Input {...ids} value={text} onChange={(change) => write(change.target.value)} />
        )
      }
    </Field>
  );
}
