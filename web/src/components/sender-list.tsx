import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import type { RefusedSender } from "#api/schemas.ts";
import { plural } from "../lib/words.ts";
import { FormEnd } from "./form-end.tsx";
import { Time } from "./time.tsx";
import { Button } from "./ui/button.tsx";
import { Dialog } from "./ui/dialog.tsx";
import { Field, Textarea } from "./ui/field.tsx";
import { Icon } from "./ui/icon.tsx";

interface SenderListProps {
  senders: readonly string[];
  refused: readonly RefusedSender[];
  busy?: boolean;
  error?: unknown;
  /** Called with the list as written; none: everybody. It says whether the list was taken. */
  onSave: (senders: string[]) => Promise<void> | void;
}

const mostShown = 3;

/** From which addresses events are accepted, who was refused, and the form that changes it. */
export function SenderList({ senders, refused, busy = false, error = null, onSave }: SenderListProps) {
  const [open, setOpen] = useState(false);
  const isClosed = senders.length > 0;
  const save = async (list: string[]) => {
    await onSave(list);
    setOpen(false);
  };
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="mb-1 text-meta text-ink-3">Allowed senders</p>
        <p className="flex gap-2 text-ink-2">
          <Icon
            of={isClosed ? ShieldCheck : ShieldOff}
            size={14}
            className={`mt-[3px] shrink-0 ${isClosed ? "text-success" : "text-ink-3"}`}
          />
          <span className="min-w-0 break-words">
            {isClosed ? `Only ${senders.join(", ")}. Everybody else is answered 403.` : "Events are accepted from every address."}
          </span>
        </p>
        {refused.slice(0, mostShown).map(({ address, count, lastAt }) => (
          <p key={address} className="mt-1 pl-[22px] text-meta text-warning">
            {plural(count, "request")} from {address} {count === 1 ? "was" : "were"} refused, {count === 1 ? "" : "the last "}
            <Time at={lastAt} />
          </p>
        ))}
      </div>
      <Button small onClick={() => setOpen(true)}>
        {isClosed ? "Change senders" : "Limit senders"}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Allowed senders"
        about="Addresses and ranges from which events are accepted. Behind a proxy, name it in MILLRACE_TRUSTED_PROXIES first, or every event seems to come from the proxy."
      >
        {open && <Form senders={senders} busy={busy} error={error} onSave={save} onClose={() => setOpen(false)} />}
      </Dialog>
    </div>
  );
}

interface FormProps {
  senders: readonly string[];
  busy: boolean;
  error: unknown;
  onSave: (senders: string[]) => Promise<void>;
  onClose: () => void;
}

function Form({ senders, busy, error, onSave, onClose }: FormProps) {
  const [text, setText] = useState(senders.join("\n"));
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(text.split(/[\s,;]+/).filter((entry) => entry !== "")).catch(() => undefined); // shown as `error`
      }}
    >
      <Field
        label="Addresses"
        hint="One on each line, such as 203.0.113.7 or 198.51.100.0/24. Leave it empty to accept events from everywhere."
      >
        {(ids) => (
          <Textarea
            {...ids}
            rows={5}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="font-mono"
            spellCheck={false}
          />
        )}
      </Field>
      <FormEnd error={error} action="Save senders" ready busy={busy} onCancel={onClose} />
    </form>
  );
}
