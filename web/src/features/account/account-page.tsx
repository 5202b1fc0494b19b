import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser, LogOut } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { SessionView } from "#api/schemas.ts";
import { Page, Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { useMay } from "../../lib/may.ts";
import { sessionQuery } from "../../lib/queries.ts";
import { useSignOut } from "../../lib/sign-out.ts";
import { ChangePassword } from "./change-password.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Sessions } from "./sessions.tsx";

type Account = NonNullable<SessionView["account"]>;

/** One's own name, password and second factor, and where one is signed in. */
export function AccountPage() {
  const session = useQuery(sessionQuery());
  const signOut = useSignOut();
  return (
    <Page
      title="Your account"
      about={session.data?.account && <bdi>{session.data.account.email}</bdi>}
      actions={
        <Button icon={<Icon of={LogOut} size={14} />} busy={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      }
    >
      <Loaded query={session} skeleton={<SkeletonCards cards={3} />}>
        {({ account }) => (account === null ? <NoAccount /> : <Sections account={account} />)}
      </Loaded>
    </Page>
  );
}

function NoAccount() {
  const mayMake = useMay("access:write");
  return (
    <Empty
      icon={CircleUser}
      action={
        mayMake && (
          <Button kind="primary" asChild>
            <Link to="/people">Make your account</Link>
          </Button>
        )
      }
    >
      You came in without an account, as one may on one's own machine until somebody has one.
    </Empty>
  );
}

function Sections({ account }: { account: Account }) {
  return (
    <div className="flex max-w-2xl flex-col gap-10">
      <Name key={account.name} name={account.name} />
      <ChangePassword email={account.email} />
      <SecondFactor isOn={account.secondFactor} email={account.email} />
      <Passkeys hasSecondFactor={account.secondFactor} />
      <Sessions />
    </div>
  );
}

function Name({ name }: { name: string }) {
  const [typed, setTyped] = useState(name);
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: () => api.account.change({ body: { name: typed.trim() } }),
    meta: { quiet: true },
    onSuccess: () => {
      toast.success("Your name is changed");
      return cache.invalidateQueries({ queryKey: sessionQuery().queryKey, exact: true });
    },
  });
  const { form, at } = fieldErrors(change.error, ["name"]);
  const ready = typed.trim() !== "" && typed.trim() !== name;
  return (
    <Section title="Name">
      <form
        noValidate
        className="max-w-md"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) change.mutate();
        }}
      >
        <Field label="Your name" hint="Others in the workspace see it." error={at.name ?? form}>
          {(ids) => (
            <span className="flex gap-2">
              <Input {...ids} autoComplete="name" value={typed} maxLength={80} onChange={(event) => setTyped(event.target.value)} />
              <Button type="submit" disabled={!ready} busy={change.isPending}>
                Change name
              </Button>
            </span>
          )}
        </Field>
      </form>
    </Section>
  );
}
