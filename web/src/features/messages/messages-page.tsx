import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { toast } from "sonner";
import type { MessagePolicyReply } from "#api/schemas.ts";
import { ReadOnlyNotice } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { Switch } from "../../components/ui/switch.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { useMay } from "../../lib/may.ts";
import { messagePolicyQuery } from "../../lib/queries.ts";
import { formOf, policyOf, totalsInWords, type PolicyForm } from "./policy-form.ts";

/** What messages to people have to keep, in all flows of the workspace. */
export function MessagesPage() {
  const query = useQuery(messagePolicyQuery());
  return (
    <Page
      title="Messages to people"
      about="What Millrace checks before it sends somebody an SMS, an e-mail or a chat message, in all flows and for calls through the API."
    >
      <ReadOnlyNotice scope="flows:write" />
      <Loaded query={query} skeleton={<SkeletonRows rows={6} />}>
        {(reply) => <Form key={JSON.stringify(reply.policy)} saved={reply} />}
      </Loaded>
    </Page>
  );
}

const fields = ["quietHours.from", "quietHours.to", "cap.perChannel", "cap.inAll"] as const;
type Errors = Partial<Record<(typeof fields)[number], string>>;
interface PartProps {
  form: PolicyForm;
  change: (part: Partial<PolicyForm>) => void;
  errors: Errors;
}

function Form({ saved: { policy, totals } }: { saved: MessagePolicyReply }) {
  const [form, setForm] = useState(() => formOf(policy));
  const cache = useQueryClient();
  const may = useMay("flows:write");
  const save = useMutation({
    mutationFn: () => api.messages.setPolicy({ body: policyOf(form) }),
    meta: { quiet: true },
    onSuccess: (reply) => {
      cache.setQueryData(messagePolicyQuery().queryKey, reply);
      toast.success("The rules for messages are saved");
    },
  });
  const { form: problem, at } = fieldErrors(save.error, fields);
  const part: PartProps = { form, change: (changed) => setForm({ ...form, ...changed }), errors: at };
  const isChanged = JSON.stringify(policyOf(form)) !== JSON.stringify(policy);
  return (
    <form
      noValidate
      className="flex max-w-[640px] flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) save.mutate();
      }}
    >
      <fieldset disabled={!may} className="flex flex-col divide-y divide-line border-y border-line">
        <DoNotDisturb {...part} />
        <QuietHours {...part} />
        <Cap {...part} />
      </fieldset>
      {problem !== undefined && <Problem className="mt-4">{problem}</Problem>}
      {may && (
        <div className="mt-4">
          <Button kind="primary" type="submit" disabled={!isChanged} busy={save.isPending}>
            Save rules
          </Button>
        </div>
      )}
      <p className="mt-8 text-ui text-ink-2">{totalsInWords(totals)}</p>
      <p className="mt-2 text-meta text-ink-3">
        A flow or a step can leave a rule out, with a reason that its runs show. Workflows and campaigns that a flow starts in another app
        send by the rules of that app.
      </p>
    </form>
  );
}

function DoNotDisturb({ form, change }: PartProps) {
  return (
    <Rule
      title="Do not disturb"
      about="Somebody who has switched messages off, all of them or those of a channel, gets none. It is looked up before each message."
      on={form.doNotDisturb}
      onChange={(doNotDisturb) => change({ doNotDisturb })}
    />
  );
}

function QuietHours({ form, change, errors }: PartProps) {
  return (
    <Rule
      title="Quiet hours"
      about="Nobody gets a message at night, where they live: in their own time zone, or else that of their phone number, the sub-account or the flow."
      on={form.hasQuietHours}
      onChange={(hasQuietHours) => change({ hasQuietHours })}
    >
      <div className="grid max-w-80 grid-cols-2 gap-4">
        <Field label="From" error={errors["quietHours.from"]}>
          {(ids) => <Input {...ids} type="time" value={form.from} onChange={(event) => change({ from: event.target.value })} />}
        </Field>
        <Field label="To" error={errors["quietHours.to"]}>
          {(ids) => <Input {...ids} type="time" value={form.to} onChange={(event) => change({ to: event.target.value })} />}
        </Field>
      </div>
      <div className="flex flex-col gap-1.5">
        <span className="font-medium">What happens to a message then</span>
        <Segmented
          label="What happens to a message in quiet hours"
          value={form.otherwise}
          onChange={(otherwise) => change({ otherwise })}
          options={[
            { value: "wait", title: "It waits" },
            { value: "skip", title: "It is skipped" },
          ]}
        />
      </div>
    </Rule>
  );
}

function Cap({ form, change, errors }: PartProps) {
  const most = (name: "perChannel" | "inAll", label: string) => (
    <Field label={label} hint="Empty: any number" error={errors[`cap.${name}`]}>
      {(ids) => (
        <Input
          {...ids}
          type="number"
          min={1}
          max={1000}
          inputMode="numeric"
          value={form[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Rule
      title="Daily cap"
      about="How many messages one person gets in a day of theirs at most, over all flows. What is above is skipped."
      on={form.hasCap}
      onChange={(hasCap) => change({ hasCap })}
    >
      <div className="grid max-w-80 grid-cols-2 gap-4">
        {most("perChannel", "By one channel")}
        {most("inAll", "In all")}
      </div>
    </Rule>
  );
}

interface RuleProps {
  title: string;
  about: string;
  on: boolean;
  onChange: (on: boolean) => void;
  children?: ReactNode;
}

/** A rule that is on or off, and what it is set to while it is on. */
function Rule({ title, about, on, onChange, children }: RuleProps) {
  const id = useId();
  return (
    <section className="flex flex-col gap-4 py-5">
      <div className="flex items-start justify-between gap-6">
        <div>
          <h2 className="text-body font-semibold">
            <label htmlFor={id}>{title}</label>
          </h2>
          <p className="mt-0.5 text-ui text-ink-2">{about}</p>
        </div>
        <span className="pt-1">
          <Switch id={id} checked={on} onChange={onChange} />
        </span>
      </div>
      {on && children}
    </section>
  );
}
