import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TagView } from "#api/schemas.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../components/ui/field.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { api } from "../../lib/api.ts";
import { tagsQuery } from "../../lib/queries.ts";

interface DescribeProps {
  tag: TagView;
  open: boolean;
  onClose: () => void;
}

/** A colour and a description, which are kept here because the app has no place for them. */
export function Describe({ tag, open, onClose }: DescribeProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Colour and description of ${tag.name}`}
      about="Millrace keeps them and shows them here: the app itself has no place for them."
    >
      {open && <Form tag={tag} onClose={onClose} />}
    </Dialog>
  );
}

const firstColour = "#0e7490";

function Form({ tag, onClose }: Omit<DescribeProps, "open">) {
  const [colour, setColour] = useState(tag.colour);
  const [description, setDescription] = useState(tag.description ?? "");
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.tags.describe({ body: { kind: tag.kind, name: tag.name, colour, description } }),
    meta: { quiet: true },
    onSuccess: onClose,
    onSettled: () => cache.invalidateQueries({ queryKey: tagsQuery().queryKey }),
  });
  return (
    <DialogForm error={save.error} action="Save" ready busy={save.isPending} onCancel={onClose} onSubmit={() => save.mutate()}>
      <Field label="Description">
        {(ids) => <Textarea {...ids} value={description} maxLength={500} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
      <Field
        label="Colour"
        aside={
          <span className="flex items-center gap-2">
            <Checkbox checked={colour !== null} onChange={(on) => setColour(on ? firstColour : null)} label="It has a colour" />
            <span aria-hidden>It has a colour</span>
          </span>
        }
      >
        {(ids) => (
          <Input
            {...ids}
            type="color"
            className="max-w-24 p-0.5"
            disabled={colour === null}
            value={colour ?? firstColour}
            onChange={(event) => setColour(event.target.value)}
          />
        )}
      </Field>
    </DialogForm>
  );
}
