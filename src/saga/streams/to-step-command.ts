import type { ICommand, IEvent } from '@nestjs/cqrs';
import { mergeMap, of, EMPTY, type Observable, type OperatorFunction } from 'rxjs';
import type { Continuations } from '../engine/continuations.js';
import type { IntentMapping } from '../engine/intent-mapping.js';
import { ParkSaga, StepCommand } from '../engine/step-command.js';

/**
 * Maps a committed event to the command that its saga goes on with: the next step's, or a compensating one.
 *
 * Never errors: in `@nestjs/cqrs` one exception ends a stream for the life of the process. A mapping that throws
 * parks its own saga, and the stream lives on.
 *
 * @param correlationOf for events that start a saga: its business key
 */
export function toStepCommand<Event extends IEvent>(
  continuations: Continuations,
  mapping: Pick<IntentMapping, 'commandFor'>,
  correlationOf: (event: Event) => string | null = () => null,
): OperatorFunction<Event, ICommand> {
  return mergeMap((event: Event): Observable<ICommand> => {
    const intent = continuations.of(event, correlationOf(event));
    if (!intent) return EMPTY;
    try {
      return of(new StepCommand(intent, mapping.commandFor(intent)));
    } catch (error) {
      return of(new ParkSaga(intent, error));
    }
  });
}
