import type { Asking } from './saga-action.decorator.js';

export type SagaActionName = SagaAction['action'];

/** What somebody asks for. */
export type SagaAction = Asking & {
  readonly reason: string;
  /** True: only tell what would follow. */
  readonly dryRun: boolean;
  /** The bulk job that it is part of. Left out: none. */
  readonly jobId?: string;
  /** The approval that it waited for. Left out: none. */
  readonly approvalId?: string;
} & (
    | { readonly action: 'retry' | 'pause' | 'resume' | 'compensate' | 'terminate' }
    | { readonly action: 'move'; readonly toVersion: number }
    | {
        readonly action: 'skip';
        readonly result: unknown;
        /** Null: the one that is stuck. */
        readonly step: string | null;
      }
  );
