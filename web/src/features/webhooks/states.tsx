import { CircleCheck, CirclePause, CircleX, Clock, type LucideIcon, TriangleAlert } from "lucide-react";
import type { WebhookDeliveryView, WebhookEndpointView } from "#api/schemas.ts";
import { Icon } from "../../components/ui/icon.tsx";
import { cx } from "../../lib/cx.ts";

interface Look {
  word: string;
  icon: LucideIcon;
  tone: string;
}

const State = ({ look: { word, icon, tone } }: { look: Look }) => (
  <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
    <Icon of={icon} size={15} className={cx("shrink-0", tone)} />
    {word}
  </span>
);

/** Whether an endpoint is sent events, and takes them. */
export function EndpointState({ endpoint: { active, offReason, failingSince } }: { endpoint: WebhookEndpointView }) {
  if (!active) return <State look={{ word: offReason === null ? "Off" : "Switched off", icon: CirclePause, tone: "text-warning" }} />;
  if (failingSince !== null) return <State look={{ word: "Failing", icon: TriangleAlert, tone: "text-warning" }} />;
  return <State look={{ word: "On", icon: CircleCheck, tone: "text-success" }} />;
}

const deliveryLooks: Record<WebhookDeliveryView["state"], Look> = {
  waiting: { word: "Waiting", icon: Clock, tone: "text-waiting" },
  delivered: { word: "Delivered", icon: CircleCheck, tone: "text-success" },
  failed: { word: "Failed", icon: CircleX, tone: "text-failure" },
};

export const DeliveryState = ({ state }: Pick<WebhookDeliveryView, "state">) => <State look={deliveryLooks[state]} />;
