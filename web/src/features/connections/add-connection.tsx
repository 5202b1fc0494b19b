import { Dialog } from "../../components/ui/dialog.tsx";
import { ConnectionForm } from "../../components/connection-form/connection-form.tsx";

/** Adds a login, by what its app asks for. */
export function AddConnection({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Add connection">
      {open && <ConnectionForm onDone={onClose} onCancel={onClose} />}
    </Dialog>
  );
}
