import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { SagaAction } from '../saga-action.js';
import type { SagaActionResponse } from '../saga-action.response.dto.js';
import { SagaActions } from '../saga-actions.js';
import type { AwaitingApproval } from './approval.js';
import { SecondPerson } from './second-person.js';

/** What supervisors decide in a saga's stead: at once, or with a second one where much money is moved. */
@Injectable()
export class Overrides {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly actions: SagaActions,
    private readonly secondPerson: SecondPerson,
  ) {}

  /**
   * @returns the saga afterwards; or, with nothing done, what is to be approved
   * @throws Problem as `SagaActions.act`, also when it would have to wait: nobody is asked to approve the impossible
   */
  async act(id: string, asked: SagaAction): Promise<SagaActionResponse | AwaitingApproval> {
    return this.unitOfWork.run(async () => {
      if (asked.dryRun) return this.actions.act(id, asked);
      const { revision } = await this.actions.act(id, { ...asked, dryRun: true });
      const money = await this.secondPerson.neededFor([id]);
      if (!money) return this.actions.act(id, asked);
      const request = asked.action === 'skip' ? { result: asked.result, step: asked.step } : {};
      const { action, reason, actor } = asked;
      const about = { sagaId: id, jobId: null, action, request, revision, money, reason, actor };
      return { approvalId: await this.secondPerson.ask(about) };
    });
  }
}
