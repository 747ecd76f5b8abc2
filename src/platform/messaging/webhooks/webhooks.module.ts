import { Global, Module } from '@nestjs/common';
import { WebhookInbox } from './webhook-inbox.js';
import { WebhookPruner } from './webhook.pruner.js';

/** Global: the modules whose controllers take webhooks inject `WebhookInbox` as they do `UnitOfWork`. */
@Global()
@Module({ providers: [WebhookInbox, WebhookPruner], exports: [WebhookInbox, WebhookPruner] })
export class WebhooksModule {}
