import { useQuery } from "@tanstack/react-query";
import { Plus, Send } from "lucide-react";
import { useState } from "react";
import { May } from "../../components/may.tsx";
import { IntegrationPage } from "../../components/integration-page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { webhookEndpointsQuery } from "../../lib/queries.ts";
import { AddEndpoint } from "./add-endpoint.tsx";
import { EndpointCard } from "./endpoint-card.tsx";

/** Addresses of other systems that are sent what happens here. */
export function WebhooksPage() {
  const query = useQuery({ ...webhookEndpointsQuery(), refetchInterval: 10_000 });
  const [adding, setAdding] = useState(false);
  const add = (
    <May scope="webhooks:write">
      <Button kind="primary" icon={<Icon of={Plus} size={14} />} onClick={() => setAdding(true)}>
        Add endpoint
      </Button>
    </May>
  );
  return (
    <IntegrationPage
      title="Webhooks"
      about="Addresses that are sent a signed message when a run fails, a connection breaks or works again, or Millrace pauses a flow."
      actions={query.data && query.data.length > 0 && add}
    >
      <Loaded query={query} skeleton={<SkeletonCards />}>
        {(endpoints) =>
          endpoints.length === 0 ? (
            <Empty icon={Send} action={add}>
              Add the address of your own system, and it is sent what needs somebody, with links to the pages here.
            </Empty>
          ) : (
            <ul className="flex flex-col gap-6">
              {endpoints.map((endpoint) => (
                <li key={endpoint.id}>
                  <EndpointCard endpoint={endpoint} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <AddEndpoint open={adding} onClose={() => setAdding(false)} />
    </IntegrationPage>
  );
}
