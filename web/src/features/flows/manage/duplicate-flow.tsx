import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView, FlowDetail, FlowView } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { SearchInput } from "../../../components/ui/search-input.tsx";
import { useApps } from "../../../lib/apps.ts";
import { api } from "../../../lib/api.ts";
import { connectionsQuery, flowQuery, flowsQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { plural } from "../../../lib/words.ts";
import { type AccountChoice, accountChoices, copiesOf, createWords, nameOfCopy, type FlowCopy } from "./copies.ts";

interface DuplicateFlowProps {
  flow: Pick<FlowView, "id" | "name">;
  open: boolean;
  onClose: () => void;
}

/** Copies a flow, into another account or into several at once. */
export function DuplicateFlow({ flow, open, onClose }: DuplicateFlowProps) {
  const connections = useQuery({ ...connectionsQuery(), enabled: open }).data;
  if (!open || connections === undefined) return null;
  return <DuplicateDialog flow={flow} choices={accountChoices(connections, flow.id)} onClose={onClose} />;
}

interface DialogProps extends Omit<DuplicateFlowProps, "open"> {
  choices: readonly AccountChoice<ConnectionView>[];
}

function DuplicateDialog({ flow, choices: [main, ...rest], onClose }: DialogProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [replaced, setReplaced] = useState<Readonly<Record<string, string>>>({});
  const targets = main?.others.filter((one) => ticked.has(one.name)) ?? [];
  const several = targets.length > 1;
  const name = typed ?? nameOfCopy(flow.name, { used: main?.used, targets });
  const others = rest.map(({ used, others: all }) => ({ used, by: all.find((one) => one.name === replaced[used.name]) ?? used }));
  const copies = copiesOf(several ? flow.name : name.trim(), { used: main?.used, targets }, others);
  const duplicate = useDuplicate(flow.id, onClose);
  const isReady = name.trim() !== "" && (main === undefined || targets.length > 0);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Duplicate flow"
      about="Each copy is a draft: nothing runs until you publish it."
      onSubmit={() => isReady && duplicate.mutate(copies)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={duplicate.isPending} disabled={!isReady}>
            {createWords(targets, main?.used)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        {!several && (
          <Field label="Name">
            {(ids) => <Input {...ids} value={name} maxLength={120} onChange={(event) => setTyped(event.target.value)} />}
          </Field>
        )}
        {main !== undefined && <AccountTicks choice={main} ticked={ticked} onChange={setTicked} />}
        {several && <p className="text-meta text-ink-3">Each copy is named after its account: “{copies.at(-1)!.name}”.</p>}
        {rest.map((choice) => (
          <AccountSelect
            key={choice.used.id}
            choice={choice}
            value={replaced[choice.used.name] ?? choice.used.name}
            onChange={(value) => setReplaced({ ...replaced, [choice.used.name]: value })}
          />
        ))}
        {targets.some((one) => one !== main?.used) && (
          <p className="rounded-md bg-sunken px-3 py-2 text-ink-2">
            Fields, stages and people that another account does not have are listed under Checks of the copy.
          </p>
        )}
        {duplicate.error !== null && <Problem>{messageOf(duplicate.error)}</Problem>}
      </div>
    </Dialog>
  );
}

const searchedFrom = 9;

interface AccountTicksProps {
  choice: AccountChoice<ConnectionView>;
  /** Names of connections. */
  ticked: ReadonlySet<string>;
  onChange: (ticked: ReadonlySet<string>) => void;
}

/** The accounts that get a copy each. */
function AccountTicks({ choice: { used, others }, ticked, onChange }: AccountTicksProps) {
  const [words, setWords] = useState("");
  const shown = others.filter(({ title }) => title.toLowerCase().includes(words.trim().toLowerCase()));
  const tick = (name: string, on: boolean) => onChange(new Set(on ? [...ticked, name] : [...ticked].filter((one) => one !== name)));
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">Make a copy for</legend>
      {others.length >= searchedFrom && <SearchInput label="Find an account" value={words} onChange={setWords} className="mb-2" />}
      <ul className="flex max-h-72 flex-col overflow-y-auto">
        {shown.map(({ name, title }) => (
          <li key={name}>
            <label className="flex min-h-8 items-center gap-2.5">
              <Checkbox label={title} checked={ticked.has(name)} onChange={(on) => tick(name, on)} />
              <bdi className="min-w-0 truncate">{title}</bdi>
              {name === used.name && <span className="shrink-0 text-meta text-ink-3">as in this flow</span>}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface AccountSelectProps {
  choice: AccountChoice<ConnectionView>;
  value: string;
  onChange: (name: string) => void;
}

function AccountSelect({ choice: { used, others }, value, onChange }: AccountSelectProps) {
  const apps = useApps();
  return (
    <Field label={`${apps.title(used.app)} account`}>
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
          {others.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** Makes one copy after the other. What was made stays, and a failure says how many that is. */
function useDuplicate(id: string, onClose: () => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (copies: readonly FlowCopy[]) => {
      const made: FlowDetail[] = [];
      for (const body of copies) {
        try {
          made.push(await api.flows.duplicate({ id, body }));
        } catch (error) {
          if (made.length === 0) throw error;
          throw new Error(`${made.length} of ${copies.length} copies were made, the others not. ${messageOf(error)}`, { cause: error });
        }
      }
      return made;
    },
    meta: { quiet: true },
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      void cache.invalidateQueries({ queryKey: connectionsQuery().queryKey });
    },
    onSuccess: (made) => {
      for (const copy of made) cache.setQueryData(flowQuery(copy.id).queryKey, copy);
      onClose();
      if (made.length > 1) {
        toast.success(`${plural(made.length, "copy", "copies")} made. Each is a draft until you publish it`);
        return void navigate({ to: "/flows" });
      }
      toast.success("This is the copy. It is a draft until you publish it");
      void navigate({ to: "/flows/$flowId", params: { flowId: made[0]!.id } });
    },
  });
}
