// Keeps oidc-provider's records in one table of SQLite or PostgreSQL. What is looked up otherwise than by its id has an indexed column.
const columns = 'kind, id, body, grant_id, session_uid, code, dies_at';
const chains = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);
const sessions = new Set(['Session', 'Interaction']);

const statements = {
  store: `INSERT INTO record (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, grant_id = excluded.grant_id,
      session_uid = excluded.session_uid, code = excluded.code, dies_at = excluded.dies_at`,
  byId: 'SELECT body, dies_at, used_at FROM record WHERE kind = ? AND id = ?',
  byUid: 'SELECT body, dies_at, used_at FROM record WHERE kind = ? AND session_uid = ?',
  byCode: 'SELECT body, dies_at, used_at FROM record WHERE kind = ? AND code = ?',
  use: 'UPDATE record SET used_at = ? WHERE kind = ? AND id = ?',
  remove: 'DELETE FROM record WHERE kind = ? AND id = ?',
  removeGrant: 'DELETE FROM record WHERE grant_id = ?',
};

const schema = (number, layout) => `
  CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, grant_id TEXT, session_uid TEXT, code TEXT,
    dies_at ${number}, used_at ${number}, PRIMARY KEY (kind, id)) ${layout};
  CREATE INDEX IF NOT EXISTS record_grant ON record (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS record_session ON record (session_uid) WHERE session_uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS record_code ON record (code) WHERE code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS record_death ON record (dies_at) WHERE dies_at IS NOT NULL;`;

/** How to run a named statement on SQLite: prepared once, answers at once. */
export async function onSqlite(file, synchronous) {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${synchronous}`);
  database.exec(schema('INTEGER', 'WITHOUT ROWID'));
  const prepared = Object.fromEntries(Object.entries(statements).map(([name, text]) => [name, database.prepare(text)]));
  return (name, values) => {
    const statement = prepared[name];
    return statement.reader ? statement.get(...values) : void statement.run(...values);
  };
}

/** The same on PostgreSQL: prepared once in each connection of a pool. */
export async function onPostgres(connectionString) {
  const { default: driver } = await import('pg');
  const pool = new driver.Pool({ connectionString, max: 10 });
  await pool.query(schema('BIGINT', ''));
  const numbered = Object.fromEntries(Object.entries(statements).map(([name, text]) => {
    let number = 0;
    return [name, text.replace(/\?/g, () => `$${++number}`)];
  }));
  return async (name, values) => (await pool.query({ name, text: numbered[name], values })).rows[0];
}

const seconds = () => Math.floor(Date.now() / 1000);

function read(row) {
  if (!row || (row.dies_at && Number(row.dies_at) <= seconds())) return undefined;
  const body = JSON.parse(row.body);
  return row.used_at ? { ...body, consumed: Number(row.used_at) } : body;
}

/** The class oidc-provider makes one of for each kind of record. */
export const adapterOver = (run) => class {
  constructor(kind) { this.kind = kind; }

  async upsert(id, body, lifetime) {
    await run('store', [this.kind, id, JSON.stringify(body),
      chains.has(this.kind) ? body.grantId ?? null : null,
      sessions.has(this.kind) ? body.uid ?? null : null,
      body.userCode ?? null,
      lifetime ? seconds() + lifetime : null]);
  }

  async find(id) { return read(await run('byId', [this.kind, id])); }
  async findByUid(uid) { return read(await run('byUid', [this.kind, uid])); }
  async findByUserCode(code) { return read(await run('byCode', [this.kind, code])); }
  async consume(id) { await run('use', [seconds(), this.kind, id]); }
  async destroy(id) { await run('remove', [this.kind, id]); }
  async revokeByGrantId(grant) { await run('removeGrant', [grant]); }
};
