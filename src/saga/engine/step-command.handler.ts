import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Runner } from './runner.js';
import { ParkSaga, StepCommand } from './step-command.js';

/** Where the streams' answers come in. */
@CommandHandler(StepCommand)
export class StepCommandHandler implements ICommandHandler<StepCommand> {
  constructor(private readonly runner: Runner) {}

  execute(command: StepCommand): Promise<void> {
    this.runner.accept(command);
    return Promise.resolve();
  }
}

@CommandHandler(ParkSaga)
export class ParkSagaHandler implements ICommandHandler<ParkSaga> {
  constructor(private readonly runner: Runner) {}

  execute(command: ParkSaga): Promise<void> {
    this.runner.park(command);
    return Promise.resolve();
  }
}
