/** The SQL of `postgres()`. Every statement is one atomic step; the store's clock is a parameter, never the database's. */
export interface Statements {
  readonly create: string
  readonly read: string
  readonly replace: string
  readonly rotate: string
  readonly touch: string
  readonly destroy: string
  readonly list: string
  readonly destroyAll: string
  readonly sweep: string
}

export function statementsFor(table: string): Statements {
  return {
    // What has expired is as good as absent: its place is taken.
    create: `INSERT INTO ${table} AS s
(id, version, generation, verifier_hash, subject, data, commit_id, created_at, idle_at, absolute_at)
VALUES ($1, 1, 1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET version = 1, generation = 1, verifier_hash = EXCLUDED.verifier_hash,
  subject = EXCLUDED.subject, data = EXCLUDED.data, commit_id = EXCLUDED.commit_id, created_at = EXCLUDED.created_at,
  idle_at = EXCLUDED.idle_at, absolute_at = EXCLUDED.absolute_at
WHERE s.idle_at <= $9::double precision OR s.absolute_at <= $9::double precision
RETURNING 1`,

    read: `SELECT version, generation, verifier_hash, subject, data, commit_id, created_at, idle_at, absolute_at
FROM ${table} WHERE id = $1 AND ${live('$2')}`,

    replace: `UPDATE ${table} SET version = version + 1, data = $5, commit_id = $6,
  idle_at = LEAST($7::double precision, absolute_at)
WHERE ${unchanged}
RETURNING 1`,

    rotate: `UPDATE ${table} SET version = version + 1, generation = generation + 1, data = $5, commit_id = $6,
  idle_at = LEAST($7::double precision, $10::double precision), verifier_hash = $8, subject = $9, absolute_at = $10
WHERE ${unchanged}
RETURNING 1`,

    touch: `UPDATE ${table} SET idle_at = GREATEST(idle_at, LEAST($3::double precision, absolute_at))
WHERE id = $1 AND generation = $2 AND ${live('$4')}
RETURNING 1`,

    destroy: `DELETE FROM ${table} WHERE id = $1 RETURNING (${live('$2')}) AS live`,

    list: `SELECT id FROM ${table} WHERE subject = $1 AND ${live('$2')}`,

    // Locked in one order, or two calls for one subject could wait for each other.
    destroyAll: `DELETE FROM ${table} WHERE id = ANY(ARRAY(
  SELECT id FROM ${table} WHERE subject = $1 AND id IS DISTINCT FROM $2::text ORDER BY id FOR UPDATE
)) RETURNING (${live('$3')}) AS live`,

    // What somebody is writing to at this moment is left for the next time.
    sweep: `DELETE FROM ${table} WHERE id = ANY(ARRAY(
  SELECT id FROM ${table}
  WHERE expiry_hour <= floor($2::double precision / 3600000) AND NOT (${live('$2')})
  LIMIT $1 FOR UPDATE SKIP LOCKED
)) RETURNING 1`,
  }
}

const unchanged = `id = $1 AND version = $2 AND generation = $3 AND commit_id <> $6 AND ${live('$4')}`

function live(now: string): string {
  return `idle_at > ${now}::double precision AND absolute_at > ${now}::double precision`
}
