import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Message, MessageType } from '../../platform/messaging/message.js';
import { DefinitionRegistry, hears } from '../definition/index.js';
import { EarlyEventStore } from '../store/early-event-store.js';
import { findSagasOfBusinessKeys } from '../store/sql/find-sagas-of-business-keys.sql.js';
import { Requests, type SeenSaga } from './requests.js';
import { StimulusRefused, type EventFromOutside, type Heard } from './stimulus.js';

/** Sagas that are brought what came before them, in one look. */
const adoptedTogether = 100;

/**
 * Takes in events from outside, by business key. One for a saga that is there is decided on and journalled in the
 * sender's own transaction: the journal is the inbox. One that comes before its saga is stored beside it.
 *
 * Start and event may run side by side and see nothing of each other, so a look at the start would miss events for
 * ever: workers look again and again for sagas that are there by now.
 */
@Injectable()
export class EventIntake {
  private readonly log = new Logger(EventIntake.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly early: EarlyEventStore,
    private readonly requests: Requests,
    private readonly definitions: DefinitionRegistry,
  ) {}

  /** See `Sagas.receive`. */
  receive(name: string, correlationId: string, message: Message<unknown>, id: string): Promise<Heard> {
    const { wireName: event, schema } = message.constructor as unknown as MessageType;
    const data = schema.parse(message.data);
    return this.unitOfWork.run(async () => {
      const sagas = await this.unitOfWork.query<{ id: string }>(findSagasOfBusinessKeys, [
        [correlationId],
        name,
      ]);
      const saga = sagas.at(-1);
      if (!saga) {
        this.assertHeard(name, event);
        await this.early.keep(name, correlationId, { id, event, data });
        return { as: 'kept', reason: null };
      }
      const heard = await this.requests.tell(saga.id, async (seen, at) => [
        ...(await this.takeEarly(seen)),
        { kind: 'event', id, event, data, at },
      ]);
      return heard!.at(-1)!;
    });
  }

  /** Brings to sagas what came before them: each in a transaction of its own, so that none waits for another. */
  async adopt(): Promise<void> {
    for (const id of await this.early.adoptable(adoptedTogether, this.definitions.all())) {
      try {
        await this.requests.tell(id, (seen) => this.takeEarly(seen));
      } catch (error) {
        this.log.warn({ sagaId: id, err: error }, 'What came before a saga could not be brought to it yet.');
      }
    }
  }

  private async takeEarly({ definition, state }: SeenSaga): Promise<EventFromOutside[]> {
    const taken = await this.early.take(definition.name, state.correlationId);
    return taken.flatMap(({ id, event, data, receivedAt }): EventFromOutside[] => {
      const about = { sagaId: state.id, event, eventId: id, receivedAt };
      if (hears(definition, event)) {
        this.log.log(about, 'An event that came before its saga is brought to it.');
        return [{ kind: 'event', id, event, data, at: receivedAt.toISOString() }];
      }
      this.log.warn(about, 'An event came before its saga, whose version does not hear it: it is dropped.');
      return [];
    });
  }

  /** @throws StimulusRefused when no version of the definition says anything about it */
  private assertHeard(name: string, event: string): void {
    const versions = this.definitions.all().filter((definition) => definition.name === name);
    if (versions.some((definition) => hears(definition, event))) return;
    throw new StimulusRefused('SAGA.NOT_HEARD', `No saga "${name}" hears ${event}.`);
  }
}
