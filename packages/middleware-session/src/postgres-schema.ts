const DEFAULT_TABLE = 'fsgi_sessions'

/**
 * The statements that make the table of `postgres()`, to be put among an application's migrations. Running them again does
 * nothing.
 *
 * ```sh
 * node -e "import('@fsgi/middleware-session/postgres').then((m) => console.log(m.postgresSchema()))" | psql
 * ```
 * @throws {TypeError} for a name that is not `table` or `schema.table` in letters, digits and `_`.
 */
export function postgresSchema(table: string = DEFAULT_TABLE): string {
  const quoted = quotedTable(table)
  const name = table.split('.').at(-1)!
  // Times are milliseconds since 1970, as numbers: what JavaScript's clock says comes back exactly, in no time zone.
  // No index has a column that a usual write changes, and a fifth of each page is left free: such a write then stays in its
  // page and touches no index ("heap-only"). The hour of expiry, which sweeping looks for, changes once in an hour.
  return `CREATE TABLE IF NOT EXISTS ${quoted} (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  generation integer NOT NULL,
  verifier_hash bytea NOT NULL,
  subject text COLLATE "C",
  data bytea NOT NULL,
  commit_id text COLLATE "C" NOT NULL,
  created_at double precision NOT NULL,
  idle_at double precision NOT NULL,
  absolute_at double precision NOT NULL,
  expiry_hour double precision NOT NULL GENERATED ALWAYS AS (floor(LEAST(idle_at, absolute_at) / 3600000)) STORED
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS "${name}_subject" ON ${quoted} (subject) WHERE subject IS NOT NULL;
CREATE INDEX IF NOT EXISTS "${name}_expiry_hour" ON ${quoted} (expiry_hour);
`
}

/** The name as it is written in a statement. */
export function quotedTable(table: string = DEFAULT_TABLE): string {
  if (typeof table === 'string' && NAME.test(table)) return `"${table.replace('.', '"."')}"`
  throw new TypeError(
    "@fsgi/middleware-session: postgres(): option 'table' must be 'table' or 'schema.table', each of 1 to 48 letters, digits and _",
  )
}

/** PostgreSQL cuts names at 63 bytes; those of the indexes are longer than the table's. */
const NAME = /^([A-Za-z_]\w{0,47}\.)?[A-Za-z_]\w{0,47}$/
