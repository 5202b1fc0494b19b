import type { FlowView } from "#api/schemas.ts";
import { Confirm } from "../../../components/ui/confirm.tsx";

interface DeleteFlowProps {
  flow: Pick<FlowView, "name">;
  open: boolean;
  busy: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before a flow is deleted. */
export const DeleteFlow = ({ flow, ...rest }: DeleteFlowProps) => (
  <Confirm {...rest} title="Delete this flow?" action="Delete flow">
    <bdi>{flow.name}</bdi> stops at once and its address is closed. Its runs stay in the list until they are pruned.
  </Confirm>
);
