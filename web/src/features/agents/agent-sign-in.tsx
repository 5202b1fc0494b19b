import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import type { AgentRequest, AgentRequestView, AgentView } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { permissionWords } from "../../lib/agent-words.ts";
import { api } from "../../lib/api.ts";
import { sessionQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";

const route = getRouteApi("/oauth/authorize");

/** Who asks to sign in, and what a person allows it. What is wrong with the request is said here: then nobody is sent anywhere. */
export function AgentSignIn() {
  const search = route.useSearch();
  const [request] = useState(() => defined(search) as AgentRequest);
  const asked = useQuery({
    queryKey: ["agents", "request", request],
    queryFn: () => api.agents.openRequest({ body: request }),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: false,
  });
  return (
    <Page title={asked.data === undefined ? "An agent signs in" : `Let ${asked.data.name} in?`}>
      <Loaded query={asked} skeleton={<SkeletonRows rows={4} />}>
        {(view) => <Decision request={request} view={view} />}
      </Loaded>
    </Page>
  );
}

type Permission = AgentView["permissions"][number];

function Decision({ request, view }: { request: AgentRequest; view: AgentRequestView }) {
  const session = useQuery(sessionQuery()).data;
  const [chosen, setChosen] = useState<readonly Permission[]>(["read", ...view.asked.filter((one) => one !== "read")]);
  const [isOver, setOver] = useState(false);
  const allow = useMutation({
    mutationFn: () => api.agents.allow({ body: { ...request, permissions: [...chosen] } }),
    meta: { quiet: true },
    onSuccess: ({ goTo }) => leave(goTo),
  });
  const leave = (to: string) => {
    setOver(true);
    window.location.assign(to);
  };
  if (isOver) return <Empty icon={CircleCheck}>Go back to {view.name}. You can close this page.</Empty>;
  const toggle = (one: Permission, isOn: boolean) =>
    setChosen(view.offered.filter((each) => (each === one ? isOn : chosen.includes(each))));
  return (
    <div className="flex max-w-xl flex-col gap-5">
      <Who view={view} workspace={session?.workspace.name} />
      <fieldset className="rounded-lg border border-line bg-raised">
        <legend className="sr-only">What it may do</legend>
        {view.offered.map((one) => (
          <PermissionRow key={one} permission={one} isOn={chosen.includes(one)} onChange={(isOn) => toggle(one, isOn)} />
        ))}
      </fieldset>
      {allow.error && <Problem>{messageOf(allow.error)}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" busy={allow.isPending} disabled={chosen.length === 0} onClick={() => allow.mutate()}>
          Let it in
        </Button>
        <Button onClick={() => leave(view.refuseTo)}>Refuse</Button>
      </div>
      <p className="text-meta text-ink-3">It stays signed in until you sign it out under Your account, or for 30 days without use.</p>
    </div>
  );
}

function Who({ view: { name, host, isLocal, describedAt }, workspace }: { view: AgentRequestView; workspace: string | undefined }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="text-body">
        A program that calls itself <strong className="font-semibold">{name}</strong> wants to work for you in the workspace{" "}
        <strong className="font-semibold">
          <bdi>{workspace ?? "…"}</bdi>
        </strong>
        . The answer goes to <strong className="font-semibold break-words">{host}</strong>
        {isLocal && ", a program on your own machine"}.
      </p>
      <p className="text-ink-2">
        {describedAt === null ? "Any program can choose any name." : `It is described at ${describedAt}, and any site can choose any name.`}{" "}
        Let it in only if you have just begun this sign-in yourself. For another workspace, change to it first and begin again.
      </p>
    </div>
  );
}

interface PermissionRowProps {
  permission: Permission;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

function PermissionRow({ permission, isOn, onChange }: PermissionRowProps) {
  const { title, what } = permissionWords[permission];
  return (
    <label className="flex items-start gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <Checkbox checked={isOn} onChange={onChange} label={title} className="mt-0.5" />
      <span>
        <span className="block font-medium">{title}</span>
        <span className="block text-ink-2">{what}</span>
      </span>
    </label>
  );
}
