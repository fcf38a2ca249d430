import Database

/// The centre's tables. Constraints carry what must never be untrue; every key
/// begins with the city, so that cells can be merged into one engine.
enum CentralSchema {
  /// "GWd1": a centre's database.
  static let migrator = Migrator(
    applicationID: 0x4757_6431,
    steps: [
      registers + journals + feed, attachments, wholeTus, smallPhotos, operations, decisions,
    ])

  private static let registers = """
    CREATE TABLE centre (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE division (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      level TEXT NOT NULL,
      parent TEXT,
      kind TEXT,
      boundary TEXT,
      PRIMARY KEY (city, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE worker (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      PRIMARY KEY (city, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE worker_grid (
      city TEXT NOT NULL,
      worker TEXT NOT NULL,
      grid TEXT NOT NULL,
      PRIMARY KEY (city, worker, grid),
      FOREIGN KEY (city, worker) REFERENCES worker (city, id),
      FOREIGN KEY (city, grid) REFERENCES division (city, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE form (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      version TEXT NOT NULL,
      source TEXT NOT NULL,
      PRIMARY KEY (city, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE account (
      city TEXT NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('administrator', 'operator')),
      password_hash TEXT NOT NULL,
      PRIMARY KEY (city, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE console_session (
      city TEXT NOT NULL,
      hash BLOB NOT NULL,
      account TEXT NOT NULL,
      form_token TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (city, hash),
      FOREIGN KEY (city, account) REFERENCES account (city, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit (
      id INTEGER PRIMARY KEY,
      city TEXT NOT NULL,
      account TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE device (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      worker TEXT NOT NULL,
      name TEXT NOT NULL,
      incarnation TEXT NOT NULL,
      token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),
      enrolled_at INTEGER NOT NULL,
      revoked_at INTEGER,
      seen_at INTEGER,
      synced_at INTEGER,
      PRIMARY KEY (city, id),
      FOREIGN KEY (city, worker) REFERENCES worker (city, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE enrollment_code (
      city TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      worker TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      device TEXT,
      PRIMARY KEY (city, hash),
      FOREIGN KEY (city, worker) REFERENCES worker (city, id),
      FOREIGN KEY (city, device) REFERENCES device (city, id)
    ) STRICT, WITHOUT ROWID;

    """

  private static let journals = """
    CREATE TABLE lane (
      city TEXT NOT NULL,
      device TEXT NOT NULL,
      incarnation TEXT NOT NULL,
      lane TEXT NOT NULL CHECK (lane IN ('urgent', 'normal')),
      received INTEGER NOT NULL CHECK (received >= 0),
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (city, device, incarnation, lane)
    ) STRICT, WITHOUT ROWID;

    -- The devices' journals as they came: the audit. Nothing is changed or
    -- deleted here, and one operation has one row.
    CREATE TABLE operation (
      city TEXT NOT NULL,
      device TEXT NOT NULL,
      incarnation TEXT NOT NULL,
      lane TEXT NOT NULL,
      seq INTEGER NOT NULL CHECK (seq >= 1),
      op TEXT,
      record TEXT,
      line BLOB NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      received_at INTEGER NOT NULL,
      result TEXT NOT NULL CHECK (result IN ('applied', 'merged', 'conflict', 'refused')),
      code TEXT,
      version INTEGER,
      PRIMARY KEY (city, device, incarnation, lane, seq),
      CHECK ((result = 'refused') = (code IS NOT NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX operation_once ON operation (city, op)
      WHERE op IS NOT NULL AND code IS NOT 'duplicate';
    CREATE TRIGGER operation_stays BEFORE UPDATE ON operation
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER operation_remains BEFORE DELETE ON operation
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

    CREATE TABLE record (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      element TEXT NOT NULL,
      kind TEXT NOT NULL,
      grid TEXT NOT NULL,
      parent TEXT,
      fields TEXT NOT NULL,
      position TEXT,
      photos TEXT,
      version INTEGER NOT NULL,
      deleted INTEGER NOT NULL DEFAULT 0,
      writers TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (city, id),
      FOREIGN KEY (city, grid) REFERENCES division (city, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX record_kind ON record (city, kind, deleted, created_at);

    CREATE TABLE photo (
      city TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      device TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      PRIMARY KEY (city, sha256)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE record_photo (
      city TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      record TEXT NOT NULL,
      PRIMARY KEY (city, sha256, record)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE conflict (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      record TEXT NOT NULL,
      field TEXT NOT NULL,
      shown TEXT NOT NULL,
      kept TEXT NOT NULL,
      op TEXT NOT NULL,
      resolved_at INTEGER,
      PRIMARY KEY (city, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX conflict_open ON conflict (city, record) WHERE resolved_at IS NULL;

    CREATE TABLE upload (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      device TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('segment', 'photo')),
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      length INTEGER NOT NULL CHECK (length >= 0),
      metadata TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      receipt TEXT,
      PRIMARY KEY (city, id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX upload_bytes ON upload (city, device, kind, sha256, length);
    CREATE INDEX upload_unfinished ON upload (city, created_at) WHERE receipt IS NULL;

    """

  /// One row for each subject and scope: the newest change only, so a feed
  /// read from its beginning is a snapshot.
  private static let feed = """
    CREATE TABLE change (
      city TEXT NOT NULL,
      scope TEXT NOT NULL,
      type TEXT NOT NULL,
      subject TEXT NOT NULL,
      version INTEGER NOT NULL,
      body TEXT,
      PRIMARY KEY (city, scope, type, subject)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX change_order ON change (city, scope, version);

    """

  /// Forms may bring files along: an object of texts by file name.
  private static let attachments = """
    ALTER TABLE form ADD COLUMN attachments TEXT NOT NULL DEFAULT '{}';
    """

  /// Thumbnails; and uploads that tus knows beside whole ones: whose length
  /// comes later, which are a part of another, which were put together of parts.
  private static let wholeTus = """
    CREATE TABLE thumbnail (
      city TEXT NOT NULL,
      photo TEXT NOT NULL,
      device TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      PRIMARY KEY (city, photo, device, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX thumbnail_sender ON thumbnail (city, device, received_at, bytes);
    CREATE INDEX photo_sender ON photo (city, device, received_at, bytes);

    DROP INDEX upload_bytes;
    DROP INDEX upload_unfinished;
    ALTER TABLE upload RENAME TO upload_before;
    CREATE TABLE upload (
      city TEXT NOT NULL,
      id TEXT NOT NULL,
      device TEXT NOT NULL,
      kind TEXT CHECK (kind IN ('segment', 'photo', 'thumbnail')),
      sha256 BLOB CHECK (length(sha256) = 32),
      photo BLOB CHECK (length(photo) = 32),
      length INTEGER CHECK (length >= 0),
      deferred INTEGER NOT NULL DEFAULT 0,
      concat TEXT,
      metadata TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      receipt TEXT,
      PRIMARY KEY (city, id),
      CHECK ((kind IS NULL) = (sha256 IS NULL)),
      CHECK ((kind IS NULL) = (concat IS 'partial')),
      CHECK ((kind IS 'thumbnail') = (photo IS NOT NULL)),
      CHECK (length IS NOT NULL OR deferred = 1),
      CHECK (length IS NOT NULL OR receipt IS NULL)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO upload (city, id, device, kind, sha256, length, metadata, created_at, receipt)
      SELECT city, id, device, kind, sha256, length, metadata, created_at, receipt
      FROM upload_before;
    DROP TABLE upload_before;
    -- The same bytes are one upload, unless their client says how they come.
    CREATE UNIQUE INDEX upload_bytes
      ON upload (city, device, kind, sha256, length, coalesce(photo, x''))
      WHERE concat IS NULL AND deferred = 0;
    CREATE INDEX upload_unfinished ON upload (city, created_at) WHERE receipt IS NULL;
    CREATE INDEX upload_sender ON upload (city, device, created_at) WHERE receipt IS NULL;
    """

  /// Thumbnails, and small photos that came whole. The rows lie in the order they
  /// came, so that a commit writes new pages and only the index is touched here
  /// and there.
  private static let smallPhotos = """
    CREATE TABLE photo_body (
      city TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      body BLOB NOT NULL CHECK (length(body) <= 65536),
      PRIMARY KEY (city, sha256)
    ) STRICT;
    """

  /// What an operator asks of devices and sees of them. A photo is awaited from
  /// when an operation names it until it is there.
  private static let operations = """
    CREATE TABLE wipe_order (
      city TEXT NOT NULL,
      device TEXT NOT NULL,
      id TEXT NOT NULL,
      unsent TEXT NOT NULL CHECK (unsent IN ('send', 'drop')),
      account TEXT NOT NULL,
      ordered_at INTEGER NOT NULL,
      told_at INTEGER,
      wiped_at INTEGER,
      PRIMARY KEY (city, device),
      UNIQUE (city, id),
      FOREIGN KEY (city, device) REFERENCES device (city, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER wipe_order_done BEFORE UPDATE ON wipe_order WHEN OLD.wiped_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'a device that was wiped stays wiped'); END;
    CREATE TRIGGER wipe_order_stays BEFORE DELETE ON wipe_order WHEN OLD.wiped_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'a device that was wiped stays wiped'); END;

    CREATE TABLE device_backlog (
      city TEXT NOT NULL,
      device TEXT NOT NULL,
      waiting INTEGER NOT NULL CHECK (waiting >= 0),
      oldest_seconds INTEGER CHECK (oldest_seconds >= 0),
      told_at INTEGER NOT NULL,
      PRIMARY KEY (city, device),
      FOREIGN KEY (city, device) REFERENCES device (city, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE awaited_photo (
      city TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      device TEXT NOT NULL,
      PRIMARY KEY (city, sha256, device)
    ) STRICT, WITHOUT ROWID;
    INSERT OR IGNORE INTO awaited_photo (city, sha256, device)
      SELECT operation.city, named.value, operation.device
      FROM operation, json_each(CAST(operation.line AS TEXT), '$.photos') AS named
      WHERE operation.result <> 'refused' AND NOT EXISTS (
        SELECT 1 FROM photo WHERE photo.city = operation.city AND photo.sha256 = named.value);
    """

  /// Conflicts say who wrote which value and who decided; decisions are kept by
  /// the conflicts and operations they name, since after a restore one may come
  /// before what it is about. What
  /// took effect on a record is found by it.
  private static let decisions = """
    DROP INDEX conflict_open;
    ALTER TABLE conflict DROP COLUMN resolved_at;
    ALTER TABLE conflict ADD COLUMN base TEXT NOT NULL DEFAULT 'null';
    ALTER TABLE conflict ADD COLUMN shown_by TEXT;
    ALTER TABLE conflict ADD COLUMN kept_by TEXT;
    ALTER TABLE conflict ADD COLUMN resolved TEXT;
    ALTER TABLE conflict ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX conflict_record ON conflict (city, record);
    CREATE INDEX conflict_open ON conflict (city, id) WHERE resolved IS NULL;
    CREATE TABLE decision (
      city TEXT NOT NULL,
      named TEXT NOT NULL,
      op TEXT NOT NULL,
      record TEXT NOT NULL,
      version INTEGER NOT NULL,
      author TEXT NOT NULL,
      fields TEXT NOT NULL,
      PRIMARY KEY (city, named, op)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX decision_op ON decision (city, op);
    CREATE INDEX operation_record ON operation (city, record, version) WHERE version IS NOT NULL;
    """
}
