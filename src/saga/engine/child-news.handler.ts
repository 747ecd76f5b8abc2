import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { TransactionalEventPublisher } from '../../platform/messaging/transactional-event-publisher.js';
import { ChildEnded, SagaVerdict, standing } from './child-news.js';
import { Requests } from './requests.js';

/** Brings a parent the news of its child. */
@EventsHandler(ChildEnded)
export class ChildEndedHandler implements IEventHandler<ChildEnded> {
  constructor(private readonly requests: Requests) {}

  async handle({ data: { subject, ...news } }: ChildEnded): Promise<void> {
    await this.requests.apply(subject, { kind: 'child-news', ...news });
  }
}

/** Brings a child its parent's verdict. One that has ended already tells its parent so once more. */
@EventsHandler(SagaVerdict)
export class SagaVerdictHandler implements IEventHandler<SagaVerdict> {
  constructor(
    private readonly requests: Requests,
    private readonly publisher: TransactionalEventPublisher,
  ) {}

  async handle({ data: { subject, verdict } }: SagaVerdict): Promise<void> {
    let hadEnded = false;
    const child = await this.requests.apply(subject, { kind: 'verdict', verdict }, ({ state }) => {
      hadEnded = state.end !== null;
    });
    if (!child || !hadEnded || verdict === 'keep') return;
    await this.publisher.publishAll(standing(child.definition, child.state));
  }
}
