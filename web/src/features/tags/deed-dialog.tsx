import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { TagDeedBody, TagList, TagPreview, TagUse } from "#api/schemas.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { Bar } from "../../components/ui/skeleton.tsx";
import { api } from "../../lib/api.ts";
import { tagJobsQuery, tagPreviewQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { durationWords } from "../../lib/time.ts";
import { useSettled } from "../../lib/use-settled.ts";
import { count, plural } from "../../lib/words.ts";

/** What is to be done with which tags. `keeper`: the proposed one of a merge. */
export interface Deed extends Pick<TagDeedBody, "kind" | "deed" | "names"> {
  keeper?: string;
}

const words: Record<Deed["deed"], { title: string; action: string; about: string }> = {
  merge: {
    title: "Merge tags",
    action: "Merge tags",
    about: "Everything that carries one of them gets the tag that you keep; the others go.",
  },
  rename: {
    title: "Rename everywhere",
    action: "Rename tag",
    about: "Everything that carries the tag gets the new one, and the old one goes.",
  },
  archive: {
    title: "Archive",
    action: "Archive",
    about: "It is taken off everything and out of the list. Millrace remembers what carried it, so that it can come back at any time.",
  },
  delete: {
    title: "Delete",
    action: "Delete",
    about: "It is taken off everything and deleted. For 90 days that can be undone on the Changes tab.",
  },
};

/** Asks what exactly, shows what it would touch, and begins it. */
export function DeedDialog({ deed, list, onClose }: { deed: Deed | null; list: TagList; onClose: () => void }) {
  const { title, about } = words[deed?.deed ?? "merge"];
  return (
    <Dialog open={deed !== null} onClose={onClose} title={title} about={about}>
      {deed && <Form key={`${deed.deed} ${deed.names.join(" ")}`} deed={deed} list={list} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ deed: { kind, deed, names, keeper }, list, onClose }: { deed: Deed; list: TagList; onClose: () => void }) {
  const [target, setTarget] = useState(deed === "merge" ? (keeper ?? mostCarried(list, kind, names)) : "");
  const [account, setAccount] = useState("");
  const settled = useSettled(target.trim());
  const hasTarget = deed === "merge" || deed === "rename";
  const body = { kind, deed, names, ...(hasTarget && { target: settled }), ...(account !== "" && { accounts: [account] }) };
  const preview = useQuery({ ...tagPreviewQuery(body), enabled: !hasTarget || settled !== "", placeholderData: keepPreviousData });
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () => api.tags.start({ body }),
    meta: { quiet: true },
    onSuccess: ({ title }) => {
      toast.success(`Begun: ${title}`);
      onClose();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: tagJobsQuery().queryKey }),
  });
  const isCurrent = settled === target.trim() && preview.data !== undefined && !preview.isPlaceholderData && preview.error === null;
  return (
    <DialogForm
      error={start.error}
      action={words[deed].action}
      ready={isCurrent}
      busy={start.isPending}
      onCancel={onClose}
      onSubmit={() => start.mutate()}
    >
      {deed === "merge" && (
        <Field label="Keep this tag">
          {(ids) => (
            <Select {...ids} value={target} onChange={(event) => setTarget(event.target.value)}>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {deed === "rename" && (
        <Field label={`New name of ${names[0]}`}>
          {(ids) => <Input {...ids} autoFocus value={target} maxLength={200} onChange={(event) => setTarget(event.target.value)} />}
        </Field>
      )}
      {deed !== "rename" && (
        <p className="break-words">
          {hasTarget && <span className="text-ink-2">Goes: </span>}
          {names.filter((name) => !hasTarget || name !== target).join(", ")}
        </p>
      )}
      {list.accounts.length > 1 && (
        <Field label="Where">
          {(ids) => (
            <Select {...ids} value={account} onChange={(event) => setAccount(event.target.value)}>
              <option value="">All sub-accounts</option>
              {list.accounts.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {preview.error ? <Problem>{messageOf(preview.error)}</Problem> : <Preview preview={preview.data} isWanted={preview.isEnabled} />}
    </DialogForm>
  );
}

function mostCarried({ tags }: TagList, kind: string, names: readonly string[]): string {
  const carriers = (name: string) => tags.find((tag) => tag.kind === kind && tag.name === name)?.carriers ?? 0;
  return names.toSorted((a, b) => carriers(b) - carriers(a))[0]!;
}

function Preview({ preview, isWanted }: { preview: TagPreview | undefined; isWanted: boolean }) {
  if (!isWanted) return null;
  if (!preview)
    return (
      <div role="status" aria-label="Counting">
        <Bar className="w-full" />
      </div>
    );
  const { touched, carriers, calls, ms, accounts, uses } = preview;
  return (
    <section aria-label="What it touches" className="flex flex-col gap-3">
      <dl className="grid grid-cols-3 gap-2 rounded-md bg-neutral-soft px-3 py-2">
        <Figure term={carriers} value={count(touched)} />
        <Figure term="calls, about" value={count(calls)} />
        <Figure term="time, about" value={durationWords(ms)} />
      </dl>
      {accounts.length > 1 && (
        <ul className="text-ink-2">
          {accounts.map(({ title, touched: there }) => (
            <li key={title}>
              <bdi>{title}</bdi>: {count(there)}
            </li>
          ))}
        </ul>
      )}
      {uses.length > 0 && <Uses uses={uses} />}
      <p className="text-meta text-ink-3">
        It goes on behind live traffic and after a restart, can be paused, and can be undone. Flows that start when a tag changes will
        start.
      </p>
    </section>
  );
}

const Figure = ({ term, value }: { term: string; value: string }) => (
  <div className="flex flex-col-reverse">
    <dt className="text-meta text-ink-3">{term}</dt>
    <dd className="text-section font-semibold tabular">{value}</dd>
  </div>
);

/** What mentions the tags, with the way there: it is not changed with them. */
function Uses({ uses }: { uses: readonly TagUse[] }) {
  return (
    <div role="note" className="rounded-md bg-warning-soft px-3 py-2">
      <p className="font-medium">{plural(uses.length, "place")} here mention it and will not be changed:</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {uses.map((use) => (
          <li key={`${use.kind} ${use.id} ${use.tag}`}>
            <UseLink use={use} />{" "}
            <span className="text-ink-2">
              ({use.live ? "on now, " : ""}
              {use.tag})
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function UseLink({ use: { kind, id, title } }: { use: TagUse }) {
  const look = "font-medium text-accent-ink underline";
  if (kind === "flow")
    return (
      <Link to="/flows/$flowId" params={{ flowId: id }} className={look}>
        Flow {title}
      </Link>
    );
  if (kind === "rule")
    return (
      <Link to="/rules/$rule" params={{ rule: id }} className={look}>
        Rule {title}
      </Link>
    );
  return (
    <Link to="/rules/mapping/$mapping" params={{ mapping: id }} className={look}>
      Mapping template {title}
    </Link>
  );
}
