import { createHmac } from 'node:crypto';

/** The `Webhook-Signature` of a body, as a sender makes it who has the secret. @param age of the signature, seconds */
export function signWebhook(secret: string, body: string, age = 0): { 'Webhook-Signature': string } {
  const t = Math.floor(Date.now() / 1_000) - age;
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return { 'Webhook-Signature': `t=${t},v1=${v1}` };
}
