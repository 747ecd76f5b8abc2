import { Module } from '@nestjs/common';
import { SandboxNetwork } from './sandbox-network.js';
import { SandboxWebhookSender } from './sandbox-webhook-sender.js';
import { SandboxWebhookTarget } from './sandbox-webhook-target.js';
import { SandboxWebhooks } from './sandbox-webhooks.js';
import { SandboxWorld } from './sandbox-world.js';

/** The pretended outside world, for the modules that have a sandbox adapter. */
@Module({
  providers: [SandboxWorld, SandboxNetwork, SandboxWebhooks, SandboxWebhookTarget, SandboxWebhookSender],
  exports: [SandboxWorld, SandboxNetwork, SandboxWebhooks, SandboxWebhookTarget],
})
export class SandboxModule {}
