import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { PrivateHostView } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { api } from "../../lib/api.ts";
import { privateHostsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";

/** The addresses on the operator's own network that flows may call. `asked`: one that a flow was refused. */
export function PrivateHosts({ asked }: { asked?: string | undefined }) {
  const query = useQuery(privateHostsQuery());
  const [host, setHost] = useState(asked ?? "");
  const add = useHosts(async (text: string) => (await api.privateHosts.add({ body: { host: text } })).hosts);
  return (
    <Section title="Addresses on your own network" className="mt-10 max-w-2xl">
      <p className="mb-3 text-ink-2">
        Flows call the public internet. An address of a private network, such as 10.0.0.7 or erp.lan, is called only if it is in this list.
      </p>
      {query.data !== undefined && query.data.length > 0 && <Hosts hosts={query.data} />}
      <form
        noValidate
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (host.trim() !== "")
            add.mutate(host.trim(), {
              onSuccess: () => {
                setHost("");
                toast.success(`Flows may call ${host.trim()}`);
              },
            });
        }}
      >
        <div className="min-w-0 flex-1">
          <Field
            label={<span className="sr-only">Address</span>}
            hint="A host, with a port where only that one is meant: erp.lan, 10.0.0.7:8080"
            error={add.error === null ? undefined : problemOf(add.error)}
          >
            {(ids) => (
              <Input
                {...ids}
                value={host}
                maxLength={300}
                placeholder="erp.lan"
                autoFocus={asked !== undefined}
                onChange={(event) => {
                  setHost(event.target.value);
                  add.reset();
                }}
                className="font-mono"
              />
            )}
          </Field>
        </div>
        <Button type="submit" disabled={host.trim() === ""} busy={add.isPending} className="mt-1.5">
          Allow address
        </Button>
      </form>
    </Section>
  );
}

function Hosts({ hosts }: { hosts: readonly PrivateHostView[] }) {
  const remove = useHosts(async (host: string) => (await api.privateHosts.remove({ host })).hosts);
  return (
    <ul className="mb-4 rounded-lg border border-line bg-raised">
      {hosts.map(({ host, from }) => (
        <li key={`${from} ${host}`} className="flex h-9 items-center gap-3 border-b border-line px-4 last:border-b-0">
          <code className="min-w-0 flex-1 truncate font-mono text-meta">{host}</code>
          {from === "settings" ? (
            <span className="shrink-0 text-meta text-ink-3" title="It is in MILLRACE_ALLOW_PRIVATE_HOSTS">
              set where Millrace runs
            </span>
          ) : (
            <IconButton
              small
              label={`Remove ${host} from the list`}
              onClick={() => remove.mutate(host, { onSuccess: () => void toast.success(`Flows may no longer call ${host}`) })}
            >
              <Icon of={X} size={14} />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}

function useHosts(change: (host: string) => Promise<PrivateHostView[]>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    meta: { quiet: true },
    onSuccess: (hosts) => {
      cache.setQueryData(privateHostsQuery().queryKey, hosts);
      return cache.invalidateQueries({ queryKey: ["flows"] });
    },
  });
}

/** The field is the only one: its name need not be said. */
const problemOf = (error: Error): string => messageOf(error).replace(/^host: /, "");
