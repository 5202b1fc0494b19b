import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, MoreHorizontal, RotateCw, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { InboxView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { CardHead } from "../../components/card-head.tsx";
import { IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { OnlyHere } from "../../components/only-here.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { Switch } from "../../components/ui/switch.tsx";
import { api } from "../../lib/api.ts";
import { inboxesQuery } from "../../lib/queries.ts";
import { cx } from "../../lib/cx.ts";
import { plural } from "../../lib/words.ts";
import { Time } from "../../components/time.tsx";
import { InboxFlows } from "./inbox-flows.tsx";
import { InboxRecovered } from "./inbox-recovered.tsx";
import { InboxSenders } from "./inbox-senders.tsx";
import { InboxClients, InboxDeliveries } from "./inbox-deliveries.tsx";
import { inboxState, lastArrival } from "./inbox-state.ts";
import { InboxSteps, NothingArrives } from "./inbox-steps.tsx";
import { InboxEvents } from "./inbox-events.tsx";

/** An address, what it waits for, and what came. */
export function InboxCard({ inbox }: { inbox: InboxView }) {
  return (
    <article aria-label={inbox.title} className="rounded-lg border border-line bg-raised">
      <CardHead
        of={inbox}
        more={
          inbox.registration !== null && (
            <>
              {" "}
              · app <code className="font-mono text-meta">{inbox.registration}</code>
            </>
          )
        }
        aside={
          <May scope="inboxes:write">
            <Actions inbox={inbox} />
          </May>
        }
      />
      <div className="px-4 pb-3">
        <State inbox={inbox} />
        <InboxRecovered inbox={inbox} />
        <div className="my-3 flex flex-col gap-2">
          <CopyLine text={inbox.url} label="Copy the address" />
          {lastArrival(inbox) === null && <OnlyHere url={inbox.url} of="events" />}
        </div>
        <InboxSteps inbox={inbox} />
        <NothingArrives inbox={inbox} />
      </div>
      <InboxDeliveries inbox={inbox} />
      <InboxClients inbox={inbox} />
      {inbox.unrecognized.count > 0 && <Unrecognized inbox={inbox} />}
      <InboxEvents inbox={inbox} />
      {inbox.flows !== null && (
        <div className="border-t border-line px-4 py-3">
          <InboxFlows inbox={inbox} chosen={inbox.flows} />
        </div>
      )}
      <May scope="inboxes:write">
        <section aria-label="Who may send" className="flex flex-col gap-3 border-t border-line px-4 py-3">
          <h3 className="font-medium">Who may send</h3>
          <Signing inbox={inbox} />
          <InboxSenders inbox={inbox} />
        </section>
      </May>
    </article>
  );
}

const looks = {
  good: { icon: CircleCheck, tone: "text-success" },
  warning: { icon: TriangleAlert, tone: "text-warning" },
  new: { icon: CircleDashed, tone: "text-ink-3" },
} as const;

/** Whether it works, before anything else. */
function State({ inbox }: { inbox: InboxView }) {
  const { tone, says, at } = inboxState(inbox);
  const { icon, tone: colour } = looks[tone];
  return (
    <p className="flex gap-2.5">
      <Icon of={icon} className={cx("mt-0.5 shrink-0", colour)} />
      <span>
        {says}
        {at !== null && (
          <>
            {" "}
            <Time at={at} />.
          </>
        )}
      </span>
    </p>
  );
}

/** Which signatures are taken. The old one is a decision of the operator, so it is a switch in plain sight. */
function Signing({ inbox }: { inbox: InboxView }) {
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (legacy: boolean) => api.inboxes.change({ id: inbox.id, body: { legacy } }),
    onSuccess: ({ legacy }) => {
      toast.success(legacy ? "The old signature is accepted when the new one is missing" : "Only the new signature is accepted");
      return cache.invalidateQueries({ queryKey: inboxesQuery().queryKey });
    },
  });
  const id = `legacy-${inbox.id}`;
  return (
    <div className="flex items-start gap-2.5">
      <Switch id={id} checked={inbox.legacy} onChange={(legacy) => change.mutate(legacy)} />
      <div>
        <label htmlFor={id} className="font-medium">
          Also accept events that carry only the app's old signature
        </label>
        <p className="text-meta text-ink-3">
          Every event has to be signed{inbox.ownKey ? ", here with a key of this inbox's own" : ""}. Leave this off unless events of your
          app are refused because they lack the newer signature.
        </p>
      </div>
    </div>
  );
}

function Unrecognized({ inbox: { unrecognized, events } }: { inbox: InboxView }) {
  const { count, lastAt } = unrecognized;
  const one = count === 1;
  const shown = events.some(({ needsUrl }) => needsUrl);
  return (
    <p className="mx-4 mb-3 rounded-md bg-warning-soft px-3 py-2">
      {plural(count, "event")} came without a name{one ? ", " : ", the last "}
      {lastAt !== null && <Time at={lastAt} />}. {one ? "It is kept, and starts nothing." : "They are kept, and start nothing."} Invoices,
      products, prices, associations, relations and records are sent like that: in the portal, give each such event an address of its own.{" "}
      {shown ? "It is shown beside the event below." : "Publish a flow that starts with one, and its address is shown here."}
    </p>
  );
}

function Actions({ inbox }: { inbox: InboxView }) {
  const [asking, setAsking] = useState<"rotate" | "remove" | null>(null);
  const cache = useQueryClient();
  const done = (said: string) => {
    toast.success(said);
    setAsking(null);
    return cache.invalidateQueries({ queryKey: inboxesQuery().queryKey });
  };
  const rotate = useMutation({ mutationFn: () => api.inboxes.rotate({ id: inbox.id }), onSuccess: () => done("The address has changed") });
  const remove = useMutation({ mutationFn: () => api.inboxes.remove({ id: inbox.id }), onSuccess: () => done("Inbox removed") });
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={`More about ${inbox.title}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={RotateCw} onSelect={() => setAsking("rotate")}>
          Change the address
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setAsking("remove")}>
          Remove inbox
        </MenuItem>
      </Menu>
      <Confirm
        open={asking === "rotate"}
        onClose={() => setAsking(null)}
        title="Change the address?"
        action="Change address"
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate()}
      >
        The present address stops working at once. Enter the new one in the developer portal, or no event arrives.
      </Confirm>
      <Confirm
        open={asking === "remove"}
        onClose={() => setAsking(null)}
        title="Remove this inbox?"
        action="Remove inbox"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Its address is closed at once. Flows that name no inbox start from the oldest one that is left, if there is one; otherwise no event
        starts them.
      </Confirm>
    </>
  );
}
