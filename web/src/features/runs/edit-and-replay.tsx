import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { RunDetail } from "#api/schemas.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { FieldChanges } from "../../components/change.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { parseJson } from "../../lib/json-text.ts";
import { type EventField, differences, fieldsOf, mostFields, placeOf, readLike, withField } from "./event-fields.ts";

interface EditProps {
  run: RunDetail;
  onClose: () => void;
}

type View = "fields" | "json";
type Version = "same" | "published";

/** Edits a copy of the event and replays the run with it. The original event is not changed. */
export function EditAndReplay({ run, onClose }: EditProps) {
  const edited = useEditedEvent(run.event.payload);
  const [version, setVersion] = useState<Version>("same");
  const replay = useEditedReplay(run, onClose);
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
          <Button kind="primary" type="submit" busy={replay.isPending} disabled={!edited.isReady}>
            Replay with changed data
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5 pt-1">
        <EventEditor edited={edited} />
        {edited.changes.length > 0 && (
          <section aria-label="What you change">
            <h3 className="mb-1.5 font-medium">What you change</h3>
            <dl className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
              <FieldChanges changes={edited.changes} />
            </dl>
          </section>
        )}
        <VersionField ran={run.flow.version} value={version} onChange={setVersion} />
        {replay.error !== null && <Problem>{messageOf(replay.error)}</Problem>}
      </div>
    </Dialog>
  );
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

function EventEditor({ edited }: { edited: ReturnType<typeof useEditedEvent> }) {
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
        <Fields event={edited.before} onChange={edited.setField} onWrong={edited.setWrong} />
      )}
    </>
  );
}

interface VersionFieldProps {
  /** The version that the run ran on. */
  ran: number;
  value: Version;
  onChange: (version: Version) => void;
}

function VersionField({ ran, value, onChange }: VersionFieldProps) {
  return (
    <Field label="Which version of the flow">
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

interface FieldsProps {
  /** As it came: what is typed is of the same kind. */
  event: unknown;
  onChange: (path: EventField["path"], value: EventField["value"]) => void;
  onWrong: (place: string, isWrong: boolean) => void;
}

function Fields({ event, onChange, onWrong }: FieldsProps) {
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      {fieldsOf(event).map((field) => (
        <EventInput key={placeOf(field.path)} field={field} onChange={onChange} onWrong={onWrong} />
      ))}
    </div>
  );
}

function EventInput({ field: { path, value }, onChange, onWrong }: Omit<FieldsProps, "event"> & { field: EventField }) {
  const place = placeOf(path);
  const [text, setText] = useState(value === null ? "" : String(value));
  const typed = readLike(value, text);
  const write = (next: string) => {
    setText(next);
    const read = readLike(value, next);
    onWrong(place, read === undefined);
    if (read !== undefined) onChange(path, read);
  };
  return (
    <Field
      label={path.length === 1 ? fieldLabel(place) : place}
      error={typed === undefined ? "Takes a number, as before. JSON takes anything." : undefined}
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
