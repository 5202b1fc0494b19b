import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { SenderList } from "../../components/sender-list.tsx";
import { useDraft, useDraftPart } from "../flow-editor/draft/context.tsx";

/** Who may post events to the flow's address; like all of the draft it counts once it is published. */
export function SendersLine({ flow }: { flow: FlowDetail }) {
  const senders = useDraftPart((view) => view.definition.trigger.senders);
  const draft = useDraft();
  return (
    <div className="border-t border-line p-4">
      <SenderList
        senders={senders ?? []}
        refused={flow.trigger.refusedSenders}
        onSave={(list) => draft.edit((definition) => withSenders(definition, list))}
      />
    </div>
  );
}

function withSenders(definition: FlowDefinition, list: string[]): FlowDefinition {
  const { senders: _, ...trigger } = definition.trigger;
  return { ...definition, trigger: list.length === 0 ? trigger : { ...trigger, senders: list } };
}
