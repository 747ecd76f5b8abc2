import { AnswerSeal } from './answer-seal.js';

describe('AnswerSeal', () => {
  const seal = new AnswerSeal('the-api-key', 'shop key-1');

  it('gives back what it sealed', () => {
    expect(seal.open(seal.seal('{"name":"Ada Löwe"}'))).toBe('{"name":"Ada Löwe"}');
  });

  it('leaves nothing readable', () => {
    expect(Buffer.from(seal.seal('Ada Lovelace'), 'base64').toString('latin1')).not.toContain('Ada');
  });

  it('opens nothing that another caller, or another request, sealed', () => {
    expect(() => new AnswerSeal('another-api-key', 'shop key-1').open(seal.seal('text'))).toThrow();
    expect(() => new AnswerSeal('the-api-key', 'shop key-2').open(seal.seal('text'))).toThrow();
  });

  it('digests equal texts equally, and differently for another caller', () => {
    expect(seal.digest('4242')).toEqual(seal.digest('4242'));
    expect(seal.digest('4242')).not.toEqual(new AnswerSeal('another-api-key', 'shop key-1').digest('4242'));
  });
});
