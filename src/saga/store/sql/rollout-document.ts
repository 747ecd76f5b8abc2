/** A row of saga.rollout, `r`, as the program knows it. */
export const rolloutDocument = `jsonb_build_object(
    'definition', r.definition, 'revision', r.revision, 'shares', r.shares, 'rules', r.rules, 'stickyBy', r.sticky_by,
    'states', r.states, 'guard', r.guard, 'breach', r.breach, 'changedAt', r.changed_at, 'changedBy', r.changed_by)`;
