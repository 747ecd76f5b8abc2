import { redact, redactText } from './redact.js';

describe('redaction', () => {
  it.each([
    'card 4242424242424242 declined',
    'card 4242 4242 4242 4242 declined',
    'card 4242-4242-4242-4241 declined',
    'card 4000000000000 declined',
    'card=6304000000000000000;',
    '"4242424242424242"',
  ])('hides the card number in: %s', (text) => {
    expect(redactText(text)).toContain('[redacted]');
    expect(redactText(text)).not.toMatch(/\d{4}/);
  });

  it.each([
    'order 0193e2f1-7000-7000-8000-000000000001',
    '01930000-1111-7222-8333-444455556666',
    'amount 123456789012 EUR',
    '2026-01-31T12:00:00.000Z',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736',
    'at file.ts:12345:17',
  ])('leaves alone: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('hides secrets and personal data wherever they lie', () => {
    const logged = redact({
      headers: { Authorization: 'Bearer k', 'webhook-signature': 't=1' },
      orders: [{ id: 'o-1', shippingAddress: { name: 'Ada' } }],
      card: { number: '4242', cvc: '123', last4: '4242' },
      attempt: { number: 2 },
    });
    expect(logged).toEqual({
      headers: { Authorization: '[redacted]', 'webhook-signature': '[redacted]' },
      orders: [{ id: 'o-1', shippingAddress: '[redacted]' }],
      card: { number: '[redacted]', cvc: '[redacted]', last4: '4242' },
      attempt: { number: 2 },
    });
  });

  it('keeps of an error what explains it, and nothing that a driver attached', () => {
    const cause = Object.assign(new Error('inner'), {
      detail: 'Key (name)=(Lovelace) exists',
      query: 'SELECT',
      code: '23505',
    });
    const logged = JSON.stringify(redact({ err: new Error('outer 4242424242424242', { cause }) }));
    expect(logged).toMatch(/outer \[redacted\].*inner/);
    expect(logged).toContain('23505');
    expect(logged).not.toMatch(/Lovelace|SELECT|4242424242/);
  });

  it('comes to an end for what contains itself', () => {
    const self: Record<string, unknown> = {};
    self.self = self;
    expect(JSON.stringify(redact(self))).toContain('[…]');
  });
});
