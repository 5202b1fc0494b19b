import { Undo2 } from "lucide-react";
import { Component, type ReactNode } from "react";
import type { FlowDefinition } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useDraft, useDraftPart } from "./draft/context.tsx";

/** Shows the steps. Under JSON anything can be written, also what no card can show: then it says so, and the page with the JSON stays. */
export function ShownOrSaid({ children }: { children: ReactNode }) {
  const definition = useDraftPart((view) => view.definition);
  return (
    <Boundary definition={definition} instead={<CannotShow />}>
      {children}
    </Boundary>
  );
}

function CannotShow() {
  const draft = useDraft();
  const canUndo = useDraftPart((view) => view.canUndo);
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">These steps cannot be shown.</p>
        <p className="text-ink-2">They contain something that the editor cannot draw. Correct it under JSON, or undo the last change.</p>
      </div>
      <Button small disabled={!canUndo} icon={<Icon of={Undo2} size={14} />} onClick={draft.undo}>
        Undo
      </Button>
    </div>
  );
}

interface BoundaryProps {
  definition: FlowDefinition;
  instead: ReactNode;
  children: ReactNode;
}

/** Catches what drawing a definition throws, and draws again once the definition is another. */
class Boundary extends Component<BoundaryProps, { failed: boolean; of: FlowDefinition | null }> {
  override state = { failed: false, of: null as FlowDefinition | null };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ definition }: BoundaryProps, { of }: { of: FlowDefinition | null }) {
    return definition === of ? null : { failed: false, of: definition };
  }

  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
