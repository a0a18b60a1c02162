/** The bundle, and the node that its report is of. */
export interface BundleFacts {
  readonly name: string;
  readonly root: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly capturedAt: string;
  readonly uptimeSeconds: number | null;
  readonly cpus: number | null;
  readonly pageSizeBytes: number;
  readonly entries: number;
  readonly bytes: number;
}
