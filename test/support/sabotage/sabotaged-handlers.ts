import type { DiscoveryService } from '@nestjs/core';
import type { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import {
  CommandHandlerRegistry,
  type KnownHandler,
} from '../../../src/platform/messaging/command-handler-registry.js';
import type { LocalCommandHandler, Outcome } from '../../../src/platform/messaging/command-handlers.js';
import type { Message } from '../../../src/platform/messaging/message.js';
import { Rejection } from '../../../src/platform/messaging/rejection.js';
import { loseCommit } from './lose-commit.js';
import { errorOf, type Fault, type Instant, type Sabotage } from './sabotage.js';

type Local = LocalCommandHandler<Message<unknown>, Message<unknown>>;

/** The application's own handlers, the local ones with what a test has in mind for single commands. */
export class SabotagedHandlers extends CommandHandlerRegistry {
  constructor(
    discovery: DiscoveryService,
    private readonly sabotage: Sabotage,
    private readonly unitOfWork: () => UnitOfWork,
  ) {
    super(discovery);
  }

  override find(wireName: string): KnownHandler | null {
    const known = super.find(wireName);
    if (known?.kind !== 'local') return known;
    const faultOf = (command: Message<unknown>) =>
      this.sabotage.find(known.type, (command.data as { orderId: string }).orderId);
    const handleBatch: Local['handleBatch'] = async (commands) => {
      await this.strike(commands, faultOf, 'before its effect');
      const asked = commands.filter((command) => !saysNo(faultOf(command)));
      const outcomes = asked.length > 0 ? await known.handler.handleBatch(asked) : [];
      await this.strike(commands, faultOf, 'after its effect');
      const byCommand = new Map(asked.map((command, index) => [command, outcomes[index]!]));
      return commands.map((command): Outcome<Message<unknown>> => byCommand.get(command) ?? no());
    };
    return { ...known, handler: { handleBatch } as Local };
  }

  /** The first of the batch that is to go wrong now takes the batch with it, as one that throws does. */
  private async strike(
    commands: readonly Message<unknown>[],
    faultOf: (command: Message<unknown>) => Fault | null,
    instant: Instant,
  ): Promise<void> {
    for (const command of commands) {
      const fault = faultOf(command);
      if (fault?.instant !== instant || saysNo(fault)) continue;
      if (fault.way !== 'unknown') throw errorOf(fault.way);
      this.sabotage.heal((command.data as { orderId: string }).orderId, fault.command);
      await loseCommit(this.unitOfWork(), instant);
    }
  }
}

/** Before it has done anything a handler answers its no; afterwards it can only throw it, and what it did is taken back. */
function saysNo(fault: Fault | null): boolean {
  return fault?.way === 'rejected' && fault.instant === 'before its effect';
}

const no = () => errorOf('rejected') as Rejection;
