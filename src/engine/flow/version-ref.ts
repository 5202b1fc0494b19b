/** One version of a flow; a run names its own. */
export interface VersionRef {
  workspaceId: string;
  flowId: string;
  version: number;
}
