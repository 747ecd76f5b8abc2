import { declareRejectionStatus, rejectionStatus } from './rejection-status.js';

describe('the status of a rejection', () => {
  it('is 409, or 404 when something was not found', () => {
    expect([rejectionStatus('TOYS.SOLD_OUT'), rejectionStatus('TOYS.NOT_FOUND')]).toEqual([409, 404]);
  });

  it('is what its module declared', () => {
    declareRejectionStatus({ 'TOYS.NO_COLOUR': 422 });
    declareRejectionStatus({ 'TOYS.NO_COLOUR': 422 });
    expect(rejectionStatus('TOYS.NO_COLOUR')).toBe(422);
  });

  it('cannot be declared twice over', () => {
    declareRejectionStatus({ 'TOYS.TWICE': 422 });
    expect(() => declareRejectionStatus({ 'TOYS.TWICE': 410 })).toThrow(
      'TOYS.TWICE is declared as 422 and as 410.',
    );
  });
});
