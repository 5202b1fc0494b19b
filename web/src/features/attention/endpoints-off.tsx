import { Link } from "@tanstack/react-router";
import type { WebhookEndpointView } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Entry } from "./entry.tsx";

/** Webhook endpoints that took nothing for so long that Millrace switched them off. */
export function EndpointsOff({ endpoints }: { endpoints: readonly WebhookEndpointView[] }) {
  return (
    <Section title="Messages to your own systems">
      <ul className="flex flex-col gap-3">
        {endpoints.map(({ id, url, offReason }) => (
          <Entry
            key={id}
            urgency="broken"
            about={["Webhook endpoint"]}
            title={<bdi>{`${new URL(url).host} is sent no messages any more`}</bdi>}
            actions={
              <Button kind="primary" asChild>
                <Link to="/elsewhere/webhooks">Open webhooks</Link>
              </Button>
            }
          >
            <p>{offReason} Fix the receiving system, then switch the endpoint on again.</p>
          </Entry>
        ))}
      </ul>
    </Section>
  );
}
