import type { Operation } from "../definition/types.ts";

/** What each part of an operation's form gets. */
export interface OperationPartProps {
  operation: Operation;
  /** Its place among the operations. */
  index: number;
  /** `operations.3` */
  at: string;
  onChange: (patch: Partial<Operation>) => void;
  put: (operation: Operation) => void;
}
