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
import { Segmented } from "../../components/ui/segmented.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { parseJson } from "../flows/json-text.ts";
import { type EventField, differences, fieldsOf, mostFields, placeOf, readLike, withField } from "./event-fields.ts";

interface EditProps {
  run: RunDetail;
  onClose: () => void;
}

type View = "fields" | "json";

/** Changes the data of a run's event, and does the run again with it. What came stays as it came. */
export function EditAndReplay({ run, onClose }: EditProps) {
  const before = run.event.payload;
  const few = fieldsOf(before).length;
  const [view, setView] = useState<View>(few > 0 && few <= mostFields ? "fields" : "json");
  const [event, setEvent] = useState<unknown>(before);
  const [text, setText] = useState(() => jsonOf(before));
  const [version, setVersion] = useState<"same" | "published">("same");
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const replay = useEditedReplay(run, onClose);
  const read = view === "json" ? parseJson(text) : { value: event, error: null };
  const changes = read.error === null ? differences(before, read.value) : [];
  const isSame = read.error === null && jsonOf(read.value) === jsonOf(before);
  const turn = (next: View) => {
    if (next === view || read.error !== null) return;
    setEvent(read.value);
    setText(jsonOf(read.value));
    setView(next);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit and replay"
      about="A new run starts from the first step with the changed data, and every write is made again. The event that came stays as it is: if it is sent again, that still makes no second run."
      shape="sheet"
      onSubmit={() => replay.mutate({ payload: read.value, version })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={replay.isPending} disabled={isSame || read.error !== null || wrong.size > 0}>
            Replay with changed data
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5 pt-1">
        <Segmented
          label="How to edit"
          value={view}
          onChange={turn}
          options={[
            { value: "fields", title: "Fields" },
            { value: "json", title: "JSON" },
          ]}
        />
        {view === "json" ? (
          <Field label="Event" error={read.error ?? undefined}>
            {(ids) => (
              <Textarea
                {...ids}
                value={text}
                onChange={(change) => setText(change.target.value)}
                className="min-h-[45vh] font-mono text-meta"
              />
            )}
          </Field>
        ) : (
          <Fields
            event={before}
            onChange={(path, value) => setEvent((old: unknown) => withField(old, path, value))}
            onWrong={(place, isWrong) => setWrong((old) => withPlace(old, place, isWrong))}
          />
        )}
        {changes.length > 0 && (
          <section aria-label="What you change">
            <h3 className="mb-1.5 font-medium">What you change</h3>
            <dl className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
              <FieldChanges changes={changes} />
            </dl>
          </section>
        )}
        <Field label="Which version of the flow">
          {(ids) => (
            <Select {...ids} value={version} onChange={(change) => setVersion(change.target.value === "published" ? "published" : "same")}>
              <option value="same">The one it ran on (version {run.flow.version})</option>
              <option value="published">The published one</option>
            </Select>
          )}
        </Field>
        {replay.error !== null && (
          <p role="alert" className="rounded-md bg-failure-soft px-3 py-2">
            {messageOf(replay.error)}
          </p>
        )}
      </div>
    </Dialog>
  );
}

const jsonOf = (event: unknown): string => JSON.stringify(event, null, 2);

const withPlace = (places: ReadonlySet<string>, place: string, isThere: boolean): ReadonlySet<string> =>
  new Set(isThere ? [...places, place] : [...places].filter((one) => one !== place));

function useEditedReplay(run: RunDetail, onClose: () => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { payload: unknown; version: "same" | "published" }) => api.runs.replayEdited({ id: run.id, body }),
    meta: { quiet: true },
    onSuccess: async ({ id }) => {
      toast.success("Replaying with the changed data");
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
