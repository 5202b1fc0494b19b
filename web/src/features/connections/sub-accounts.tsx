import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView, SubAccountList, SubAccountReply } from "#api/schemas.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { FormEnd } from "../../components/form-end.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { subAccountsQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";

type SubAccount = SubAccountList["subAccounts"][number];

/** The sub-accounts of an agency that signed in: those that are ticked become a connection each. */
export function SubAccounts({ agency, onClose }: { agency: ConnectionView | null; onClose: () => void }) {
  return (
    <Dialog
      open={agency !== null}
      onClose={onClose}
      title={`Sub-accounts of ${agency?.title ?? ""}`}
      about="Each one that you tick becomes a connection with a login of its own, which flows can use."
    >
      {agency !== null && <Choice agency={agency} onClose={onClose} />}
    </Dialog>
  );
}

function Choice({ agency, onClose }: { agency: ConnectionView; onClose: () => void }) {
  const query = useQuery(subAccountsQuery(agency.id));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={5} />}>
      {(subAccounts) => <Form agency={agency} subAccounts={subAccounts} onClose={onClose} />}
    </Loaded>
  );
}

const searchedFrom = 9;
/** How many go into one request, so that the progress shows. */
const atOnce = 10;

interface FormProps {
  agency: ConnectionView;
  subAccounts: readonly SubAccount[];
  onClose: () => void;
}

function Form({ agency, subAccounts, onClose }: FormProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [words, setWords] = useState("");
  // What was refused stays ticked, so that only that is tried again.
  const connect = useConnect(agency, { onRefused: (ids) => setTicked(new Set(ids)), onClose });
  const shown = subAccounts.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()));
  const open = shown.filter(canBeConnected);
  const isAll = open.length > 0 && open.every(({ locationId }) => ticked.has(locationId));
  const tick = (rows: readonly SubAccount[], on: boolean) => {
    const next = new Set(ticked);
    for (const { locationId } of rows) {
      if (on) next.add(locationId);
      else next.delete(locationId);
    }
    setTicked(next);
  };
  const progress = connect.isPending && ticked.size > atOnce ? ` (${connect.done} of ${ticked.size})` : "";
  return (
    <form
      noValidate
      className="flex flex-col gap-3 pt-1"
      onSubmit={(event) => {
        event.preventDefault();
        connect.start(subAccounts.filter(({ locationId }) => ticked.has(locationId)));
      }}
    >
      {subAccounts.length >= searchedFrom && <SearchInput label="Find a sub-account" value={words} onChange={setWords} />}
      {subAccounts.length === 0 && <p className="text-ink-2">This agency has no sub-account that the login can see.</p>}
      {open.length > 1 && (
        <label className="flex min-h-8 items-center gap-2.5 border-b border-line font-medium">
          <Checkbox label="All of them" checked={isAll} onChange={(on) => tick(open, on)} />
          All {plural(open.length, "sub-account")} without a connection
        </label>
      )}
      <ul className="flex max-h-80 flex-col overflow-y-auto">
        {shown.map((each) => (
          <li key={each.locationId}>
            <Row subAccount={each} checked={ticked.has(each.locationId)} onChange={(on) => tick([each], on)} />
          </li>
        ))}
      </ul>
      <Refused refused={connect.refused} subAccounts={subAccounts} />
      <FormEnd
        error={connect.error}
        action={ticked.size === 0 ? "Connect sub-accounts" : `Connect ${plural(ticked.size, "sub-account")}${progress}`}
        ready={ticked.size > 0}
        busy={connect.isPending}
        onCancel={onClose}
      />
    </form>
  );
}

const canBeConnected = ({ installed, connection }: SubAccount): boolean => installed && connection === null;

/** One with a connection already can be ticked as well: it gets a new login. */
function Row({ subAccount, checked, onChange }: { subAccount: SubAccount; checked: boolean; onChange: (on: boolean) => void }) {
  const { name, connection, installed } = subAccount;
  const note = connection !== null ? `connected as '${connection}'` : installed ? null : "the app is not installed there";
  return (
    <label className="flex min-h-8 items-center gap-2.5">
      {installed ? <Checkbox label={name} checked={checked} onChange={onChange} /> : <span className="w-4 shrink-0" />}
      <span className="min-w-0 flex-1 truncate">
        <bdi>{name}</bdi>
        {note !== null && <span className="ml-2 text-meta text-ink-3">{note}</span>}
      </span>
    </label>
  );
}

function Refused({ refused, subAccounts }: { refused: SubAccountReply["refused"]; subAccounts: readonly SubAccount[] }) {
  if (refused.length === 0) return null;
  const nameOf = (id: string) => subAccounts.find(({ locationId }) => locationId === id)?.name ?? id;
  return (
    <div role="alert" className="rounded-md bg-failure-soft px-3 py-2">
      <p>{plural(refused.length, "sub-account")} could not be connected:</p>
      <ul className="mt-1 max-h-32 overflow-y-auto">
        {refused.map(({ locationId, message }) => (
          <li key={locationId}>
            <bdi className="font-medium">{nameOf(locationId)}</bdi>: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Ending {
  onRefused: (locationIds: readonly string[]) => void;
  onClose: () => void;
}

function useConnect({ id, title }: ConnectionView, { onRefused, onClose }: Ending) {
  const cache = useQueryClient();
  const [done, setDone] = useState(0);
  const [refused, setRefused] = useState<SubAccountReply["refused"]>([]);
  const run = useMutation({
    mutationFn: async (chosen: readonly SubAccount[]) => {
      const failed: SubAccountReply["refused"] = [];
      for (let i = 0; i < chosen.length; i += atOnce) {
        const locationIds = chosen.slice(i, i + atOnce).map(({ locationId }) => locationId);
        failed.push(...(await api.connections.connectSubAccounts({ id, body: { locationIds } })).refused);
        setDone(i + locationIds.length);
      }
      return { count: chosen.length - failed.length, failed };
    },
    meta: { quiet: true },
    onSuccess: ({ count, failed }) => {
      setRefused(failed);
      onRefused(failed.map(({ locationId }) => locationId));
      if (count > 0) toast.success(`${plural(count, "sub-account")} of ${title} ${count === 1 ? "is" : "are"} connected`);
      if (failed.length === 0) onClose();
    },
    onSettled: () => Promise.all([refreshConnections(cache), cache.invalidateQueries({ queryKey: subAccountsQuery(id).queryKey })]),
  });
  const start = (chosen: readonly SubAccount[]) => {
    setDone(0);
    setRefused([]);
    run.mutate(chosen);
  };
  return { start, done, refused, isPending: run.isPending, error: run.error };
}
