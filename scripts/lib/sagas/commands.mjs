import { all, few, show } from './answer.mjs';
import { Api } from './api.mjs';
import { jobCommands } from './jobs.mjs';
import { amount, clean, table } from './table.mjs';

/** @returns whether what was asked for has come about */
export async function carryOut(asked) {
  return (commands[asked.command] ?? act)(new Api(asked), asked);
}

const commands = {
  ...jobCommands,

  async list(api, asked) {
    const { items } = await api.get('/sagas', { ...asked.filter, limit: asked.limit });
    return show(asked, items, () =>
      table(items, {
        id: (saga) => saga.id,
        'business key': (saga) => saga.correlationId,
        definition: (saga) => `${saga.definition} v${saga.version}`,
        status: (saga) => saga.status,
        step: (saga) => saga.failedStep ?? saga.currentStep,
        error: (saga) => saga.errorCode,
        since: (saga) => saga.attentionSince ?? saga.updatedAt,
      }),
    );
  },

  async failures(api, asked) {
    const { items } = await api.get('/failures');
    return show(asked, items, () =>
      table(items, {
        count: (group) => group.count,
        definition: (group) => `${group.definition} v${group.version}`,
        step: (group) => group.step,
        error: (group) => group.errorCode,
        'first seen': (group) => group.firstSeenAt,
        'last seen': (group) => group.lastSeenAt,
        'money at risk': (group) => group.moneyAtRisk.map(amount).join(', '),
        'stock at risk': (group) => few(group.stockAtRisk.map((one) => `${one.quantity} × ${one.sku}`)),
      }),
    );
  },

  async show(api, asked) {
    const saga = await api.get(`/sagas/${encodeURIComponent(asked.subject)}`);
    return show(asked, saga, () => described(saga));
  },

  async journal(api, asked) {
    const entries = await all(api, `/sagas/${encodeURIComponent(asked.subject)}/journal`);
    return show(asked, entries, () =>
      table(entries, {
        '#': (entry) => entry.number,
        at: (entry) => entry.at,
        kind: (entry) => entry.kind,
        unit: (entry) => (entry.unit ? `${entry.unit.role} ${entry.unit.name}` : entry.step),
        error: (entry) => entry.error?.code ?? entry.error?.message,
        by: (entry) => entry.by,
      }),
    );
  },

  async approvals(api, asked) {
    const { items } = await api.get('/approvals', { limit: asked.limit });
    return show(asked, items, () =>
      table(items, {
        id: (one) => one.id,
        status: (one) => one.status,
        action: (one) => one.action,
        'saga or job': (one) => one.sagaId ?? one.jobId,
        money: (one) => one.money.map(amount).join(', '),
        'asked by': (one) => one.askedBy,
        reason: (one) => one.reason,
        expires: (one) => one.expiresAt,
      }),
    );
  },

  async approve(api, asked) {
    const approval = await api.post(`/approvals/${encodeURIComponent(asked.subject)}/approve`, {
      reason: asked.reason,
    });
    return show(asked, approval, () => `Approved, and carried out: ${approval.action}.`);
  },

  async decline(api, asked) {
    const path = `/approvals/${encodeURIComponent(asked.subject)}/decline`;
    const approval = await api.post(path, { reason: asked.reason });
    return show(asked, approval, () => `Declined; nothing is done: ${approval.action}.`);
  },

  async audit(api, asked) {
    const query = {
      limit: asked.limit,
      ...(asked.saga && { sagaId: asked.saga }),
      ...(asked.job && { jobId: asked.job }),
    };
    const { items } = await api.get('/audit', query);
    return show(asked, items, () =>
      table(items, {
        at: (entry) => entry.at,
        actor: (entry) => `${entry.actor} (${entry.role})`,
        action: (entry) => entry.action,
        saga: (entry) => entry.sagaId,
        reason: (entry) => entry.reason,
      }),
    );
  },

  async verify(api, asked) {
    const report = await api.get('/audit/verify');
    const { sealed, unsealed, fault, end } = report;
    const counts = `${sealed} sealed entries compared, ${unsealed} not sealed yet`;
    show(asked, report, () =>
      fault
        ? `BROKEN: ${clean(fault.text)}\n${counts}`
        : `Intact: ${counts}${end ? `\nend ${end.sequence} ${end.hash}` : ''}`,
    );
    return report.intact;
  },
};

/** `retry`, `skip` and the others: one saga, one action. */
async function act(api, asked) {
  const { command, subject, reason, dryRun, result, filter, revision } = asked;
  const body = {
    reason,
    dryRun,
    ...(command === 'skip' && { result, ...(filter.step && { step: filter.step }) }),
  };
  const headers = revision === null ? {} : { 'if-match': `"${revision}"` };
  const saga = await api.post(`/sagas/${encodeURIComponent(subject)}/${command}`, body, headers);
  if (saga.approvalId) {
    return show(
      asked,
      saga,
      () => `Nothing is done yet. Another supervisor has to approve ${saga.approvalId}.`,
    );
  }
  return show(asked, saga, () => {
    const follows = saga.consequences.map((one) => `  - ${clean(one)}`).join('\n');
    return `${dryRun ? 'Nothing was done. It would mean:' : `Done; the saga is ${saga.status}:`}\n${follows}`;
  });
}

function described(saga) {
  const steps = table(saga.steps, {
    step: (step) => step.name,
    status: (step) => step.status,
    attempts: (step) => step.attempts,
    error: (step) => step.error?.code ?? step.error?.message,
    undone: (step) => step.compensation?.status,
    'error of undoing': (step) => step.compensation?.error?.code ?? step.compensation?.error?.message,
  });
  const lines = [
    `${saga.id}  ${saga.definition} v${saga.version}  ${saga.correlationId}`,
    `status     ${saga.status}${saga.currentStep ? ` at ${saga.currentStep}` : ''}, revision ${saga.revision}`,
    ...(saga.summary ? [`summary    ${clean(saga.summary)}`] : []),
    ...(saga.cause ? [`cause      ${saga.cause.step}: ${saga.cause.code} ${clean(saga.cause.message)}`] : []),
    ...(saga.standstill ? [`standstill ${clean(saga.standstill.reason)}`] : []),
    ...(saga.nextAttemptAt ? [`next       ${saga.nextAttemptAt}`] : []),
    ...(saga.owner ? [`worker     ${saga.owner}`] : []),
  ];
  return `${lines.join('\n')}\n\n${steps}`;
}
