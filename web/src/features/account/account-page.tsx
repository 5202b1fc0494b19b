import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser, LogOut } from "lucide-react";
import type { SessionView } from "#api/schemas.ts";
import { Page, Section } from "../../components/page.tsx";
import { AgentList } from "../../components/agent-list.tsx";
import { RenameForm } from "../../components/rename-form.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/may.ts";
import { sessionQuery } from "../../lib/queries.ts";
import { useSignOut } from "../../lib/sign-out.ts";
import { ChangePassword } from "./change-password.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Sessions } from "./sessions.tsx";

type Account = NonNullable<SessionView["account"]>;

/** Your own name, password, second factor, passkeys and sessions. */
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
  const mayCreate = useMay("access:write");
  return (
    <Empty
      icon={CircleUser}
      action={
        mayCreate && (
          <Button kind="primary" asChild>
            <Link to="/people">Create your account</Link>
          </Button>
        )
      }
    >
      You are signed in without an account. This is possible on your own machine until the first account is created.
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
      <WhenARunStops />
      <Sessions />
      <Section title="Signed-in agents">
        <AgentList ofEverybody={false} />
      </Section>
    </div>
  );
}

/** How one hears of what needs a person without looking: there is no e-mail. */
function WhenARunStops() {
  const mayRead = useMay("webhooks:read");
  return (
    <Section title="When a run stops">
      <p className="mb-3 text-ink-2">
        It waits under Needs attention, whose number is in the menu of every page. Millrace sends no e-mail.
        {mayRead && " A webhook tells another system of yours at once, to page somebody or to open a ticket."}
      </p>
      {mayRead && (
        <Button asChild>
          <Link to="/elsewhere/webhooks">Open webhooks</Link>
        </Button>
      )}
    </Section>
  );
}

function Name({ name }: { name: string }) {
  return (
    <Section title="Name">
      <RenameForm
        name={name}
        label="Your name"
        hint="Others in the workspace see it."
        action="Change name"
        autoComplete="name"
        save={(wanted) => api.account.change({ body: { name: wanted } })}
        saved={() => "Your name is changed"}
      />
    </Section>
  );
}
