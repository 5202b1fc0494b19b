import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ApiKeyView } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { apiKeysQuery } from "../../lib/queries.ts";
import { roleWords } from "#surfaces/role-words.ts";
import { listed } from "../../lib/words.ts";
import { AddKey } from "./add-key.tsx";
import { scopeWord } from "./scope-words.ts";

/** Keys of programs beside the workspace's own. */
export function ApiKeys() {
  const query = useQuery(apiKeysQuery());
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title="API keys"
      className="mt-10"
      aside={
        <Button small icon={<Icon of={Plus} size={13} />} onClick={() => setAdding(true)}>
          Create API key
        </Button>
      }
    >
      <p className="mb-3 max-w-3xl text-ink-2">
        Give each program its own key with as little access as it needs, so that you can delete one without affecting the others. The
        workspace key, which can do everything, is not listed here;{" "}
        <code className="font-mono text-meta whitespace-nowrap">millrace key rotate</code> replaces it.
      </p>
      <Loaded query={query} skeleton={<SkeletonRows rows={1} />}>
        {(keys) =>
          keys.length === 0 ? null : (
            <ul className="rounded-lg border border-line bg-raised">
              {keys.map((key) => (
                <KeyRow key={key.id} of={key} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <AddKey open={adding} onClose={() => setAdding(false)} />
    </Section>
  );
}

function KeyRow({ of: key }: { of: ApiKeyView }) {
  const [asking, setAsking] = useState(false);
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.apiKeys.remove({ id: key.id }),
    onSuccess: () => {
      toast.success(`API key ${key.name} deleted`);
      setAsking(false);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: apiKeysQuery().queryKey }),
  });
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <Icon of={KeyRound} className="mt-0.5 shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium">
          <bdi>{key.name}</bdi> <code className="ml-1 font-mono text-meta font-normal text-ink-3">{key.prefix}…</code>
        </p>
        <Bounds of={key} />
      </div>
      <div className="flex flex-col text-meta text-ink-3 sm:w-40">
        <span>{key.lastUsedAt === null ? "Not used yet" : <>Last used {<Time at={key.lastUsedAt} />}</>}</span>
        <Expiry at={key.expiresAt} />
      </div>
      <IconButton small label={`Delete the API key ${key.name}`} onClick={() => setAsking(true)}>
        <Icon of={Trash2} size={14} />
      </IconButton>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete the API key ${key.name}?`}
        action="Delete API key"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Programs that use it lose access at once. This cannot be undone.
      </Confirm>
    </li>
  );
}

function Bounds({ of: { role, scopes, allowedFrom } }: { of: ApiKeyView }) {
  return (
    <div className="text-meta text-ink-3">
      <p>
        {roleWords[role].title}
        {allowedFrom !== null && <>, only from {listed(allowedFrom)}</>}
      </p>
      {scopes !== null && (
        <ul aria-label="Only these rights of the role" className="mt-1 flex flex-wrap gap-1">
          {scopes.map((scope) => (
            <li key={scope} className="rounded-sm bg-neutral-soft px-1.5 text-ink-2">
              {scopeWord(scope)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Expiry({ at }: { at: number | null }) {
  const now = useNow();
  if (at === null) return <span>Does not expire</span>;
  return (
    <span className={at > now ? "" : "text-failure"}>
      {at > now ? "Expires" : "Expired"} <Time at={at} />
    </span>
  );
}
