import { statement } from '../../database/statement.js';

export const forgetWebhook = statement('sandbox.forget-webhook', 'DELETE FROM sandbox.webhook WHERE id = $1');
