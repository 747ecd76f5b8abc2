import { setTimeout as delay } from 'node:timers/promises';
import { all, few, show } from './answer.mjs';
import { clean, table } from './table.mjs';

const ended = ['completed', 'stopped', 'cancelled'];

/** What is done to many sagas at once. */
export const jobCommands = {
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

  async jobs(api, asked) {
    const { status } = asked.filter;
    const { items } = await api.get('/jobs', { limit: asked.limit, ...(status && { status }) });
    return show(asked, items, () =>
      table(items, {
        id: (job) => job.id,
        status: (job) => job.status,
        action: (job) => (job.dryRun ? `${job.action} (dry run)` : job.action),
        progress,
        by: (job) => job.actor,
        reason: (job) => job.reason,
        begun: (job) => job.createdAt,
        ended: (job) => job.finishedAt,
      }),
    );
  },

  async job(api, asked) {
    if (asked.follow) return follow(api, asked, asked.subject);
    return showJob(api, asked, asked.subject);
  },

  async 'cancel-job'(api, asked) {
    const job = await api.post(`/jobs/${encodeURIComponent(asked.subject)}/cancel`, { reason: asked.reason });
    return show(asked, job, () => `Job ${job.id} is cancelled. ${progress(job)}`);
  },
};

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
