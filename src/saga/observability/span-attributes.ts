import type { Attributes } from '../../platform/observability/trace/span.js';
import type { SagaState } from '../engine/state.js';

/** What the spans of a definition tell of what it is about, from what it began with: ids and amounts, no more. */
export type DescribeForSpans = (saga: Pick<SagaState, 'correlationId' | 'input'>) => Attributes;

/** What all spans of a saga have. The engine does not know what a saga is about; whoever defines it may say so. */
export class SpanAttributes {
  /** @param describe by definition; one that has none tells of itself alone */
  constructor(private readonly describe: Readonly<Record<string, DescribeForSpans>>) {}

  of(state: SagaState): Attributes {
    const { id, definition, version } = state;
    return {
      ...this.describe[definition]?.(state),
      'saga.id': id,
      'saga.definition': definition,
      'saga.version': version,
    };
  }
}
