import type { ReactNode } from "react";
import { FormEnd, type FormEndProps } from "./form-end.tsx";

interface DialogFormProps extends FormEndProps {
  /** Called by the button and by Enter, only while it is ready. */
  onSubmit: () => void;
  children: ReactNode;
}

/** The form of a dialog: its fields, what went wrong, and the ways out. */
export function DialogForm({ onSubmit, children, ...end }: DialogFormProps) {
  return (
    <form
      noValidate
      className="flex flex-col gap-4 pt-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (end.ready && !end.busy) onSubmit();
      }}
    >
      {children}
      <FormEnd {...end} />
    </form>
  );
}
