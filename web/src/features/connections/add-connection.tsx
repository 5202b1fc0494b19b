import { Dialog } from "../../components/ui/dialog.tsx";
import { ConnectionForm } from "../../components/connection-form/connection-form.tsx";

/** Adds a login, by what its app asks for. `app`: the one that is wanted; chosen by the person when absent. */
export function AddConnection({ app, open, onClose }: { app?: string | undefined; open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Add connection">
      {open && <ConnectionForm app={app} onDone={onClose} onCancel={onClose} />}
    </Dialog>
  );
}
