import { createHmac } from 'node:crypto';
import { sign, verify } from './webhook-signature.js';

const now = new Date('2026-01-31T12:00:00.900Z');
const t = Math.floor(now.getTime() / 1000);
const later = (seconds: number) => new Date((t + seconds) * 1000);
const body = Buffer.from('{"id":"é"}');
const hex = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');

describe('a webhook signature', () => {
  it('is the HMAC-SHA256 of time and body', () => {
    expect(sign('secret', body, now)).toBe(`t=${t},v1=${hex('secret', `${t}.{"id":"é"}`)}`);
  });

  it('is the same for the same text and bytes', () => {
    expect(sign('secret', body.toString(), now)).toBe(sign('secret', body, now));
  });

  it.each([-300, 0, 300])('holds %d seconds off', (seconds) => {
    expect(verify(['secret'], sign('secret', body, now), body, later(seconds))).toBe(true);
  });

  it.each([-301, 301])('does not hold %d seconds off', (seconds) => {
    expect(verify(['secret'], sign('secret', body, now), body, later(seconds))).toBe(false);
  });

  it('holds for either of two secrets, on either side', () => {
    expect(verify(['new', 'old'], sign('old', body, now), body, now)).toBe(true);
    const both = `${sign('other', body, now)},v1=${sign('new', body, now).split('v1=')[1]}`;
    expect(verify(['new'], both, body, now)).toBe(true);
  });

  const valid = sign('secret', body, now);
  it.each([
    undefined,
    '',
    't=,v1=',
    valid.replace('v1=', 'v0='),
    valid.replace('t=', 's='),
    valid.replace(/v1=.*/, 'v1=abc'),
    valid.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    valid.replace(`t=${t}`, `t=${t + 1}`),
    `t=${t + 1},${valid}`,
    `t=NaN,${valid.split(',')[1]}`,
  ])('is refused as %s', (header) => {
    expect(verify(['secret'], header, body, now)).toBe(false);
  });

  it('is refused for another body, and without any secret', () => {
    expect(verify(['secret'], valid, Buffer.from('{}'), now)).toBe(false);
    expect(verify([], valid, body, now)).toBe(false);
  });
});
