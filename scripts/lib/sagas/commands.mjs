import { setTimeout as delay } from 'node:timers/promises';
import { Api } from './api.mjs';
import { amount, clean, table } from './table.mjs';

const ended = ['completed', 'stopped', 'cancelled'];

/** @returns whether what was asked for has come about */
export async function carryOut(asked) {
  return (commands[asked.command] ?? act)(new Api(asked), asked);
}

const commands = {
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

  async bulk(api, asked) {
    const { filter, reason, dryRun, probe, stopOnRepeat, rate } = asked;
    const body = { action: asked.subject, filter, reason, dryRun, probe, stopOnRepeat };
    const job = await api.post('/sagas/bulk', rate === null ? body : { ...body, ratePerSecond: rate });
    const waits = job.approvalId ? `\nWaits for another supervisor: approve ${job.approvalId}` : '';
    if (asked.detach || job.approvalId) {
      return show(asked, job, () => `Job ${job.id}: ${job.progress.total} sagas.${waits}`);
    }
    return follow(api, asked, job.id);
  },

  async job(api, asked) {
    if (asked.follow) return follow(api, asked, asked.subject);
    return showJob(api, asked, asked.subject);
  },

  async 'cancel-job'(api, asked) {
    const job = await api.post(`/jobs/${encodeURIComponent(asked.subject)}/cancel`, { reason: asked.reason });
    return show(asked, job, () => `Job ${job.id} is cancelled. ${progress(job)}`);
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

/** Tells how far a job is until it has ended. */
async function follow(api, asked, id) {
  let told = '';
  for (;;) {
    const job = await api.get(`/jobs/${encodeURIComponent(id)}`, { limit: 1 });
    const line = progress(job);
    if (!asked.json && line !== told) console.error(line);
    told = line;
    if (ended.includes(job.status)) return showJob(api, asked, id);
    await delay(500);
  }
}

async function showJob(api, asked, id) {
  const path = `/jobs/${encodeURIComponent(id)}`;
  const job = await api.get(path, { limit: 1 });
  const items = await all(api, path);
  show(asked, { ...job, items, nextCursor: null }, () => {
    const results = table(items, {
      '#': (item) => item.number,
      saga: (item) => item.sagaId,
      status: (item) => item.status,
      code: (item) => item.code,
      'what follows': (item) => few(item.consequences ?? []) || item.detail,
    });
    const because = job.endedBecause ? `\n${clean(job.endedBecause)}` : '';
    return `Job ${job.id}: ${job.action}, ${job.status}. ${progress(job)}${because}\n\n${results}`;
  });
  return (
    !['stopped', 'cancelled'].includes(job.status) &&
    job.progress.failedAgain === 0 &&
    job.progress.refused === 0
  );
}

function progress({ progress: at }) {
  const words = { waiting: at.waiting, 'under way': at.underWay, 'moved on': at.movedOn };
  const rare = { 'failed again': at.failedAgain, refused: at.refused, previewed: at.previewed };
  const told = Object.entries({ ...words, ...rare }).filter(([, count]) => count > 0);
  return `${at.total} sagas: ${told.map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing to do'}`;
}

/** Every item of a list, page by page. */
async function all(api, path) {
  const items = [];
  let cursor = null;
  do {
    const page = await api.get(path, { limit: 200, ...(cursor && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

function show({ json }, answer, text) {
  console.log(json ? JSON.stringify(answer, null, 2) : text());
  return true;
}

const few = (words) =>
  words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ');
