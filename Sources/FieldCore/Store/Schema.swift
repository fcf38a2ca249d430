import Database

/// The tables of the handheld. Constraints carry the invariants: a mistake in
/// Swift is refused by SQLite, not stored.
enum Schema {
  /// "GWfd"
  static let applicationID: Int64 = 0x4757_6664
  static let migrator = Migrator(
    applicationID: applicationID,
    steps: [first, second, keeping, decisions, thumbnails, searchKeys])

  /// `journal.ordinal` is the order of making across both lanes. A journal of
  /// an earlier incarnation stays as it was; what of it the centre had not
  /// received stands again in the present one.
  private static let first = """
    CREATE TABLE incarnation (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
      started_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE device (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      device TEXT, token TEXT, centre TEXT, name TEXT, city TEXT,
      worker_id TEXT, worker_name TEXT,
      epoch TEXT, cursor TEXT, enrolled_at INTEGER,
      last_sync_at INTEGER, last_sync_result TEXT, clock_offset_ms INTEGER, goodput REAL,
      CHECK ((device IS NULL) = (token IS NULL))
    ) STRICT;
    INSERT INTO device (one) VALUES (1);

    CREATE TABLE record (
      id TEXT PRIMARY KEY CHECK (length(id) = 36),
      element TEXT NOT NULL, kind TEXT NOT NULL, grid TEXT NOT NULL, parent TEXT,
      fields TEXT NOT NULL, server TEXT, version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0),
      latitude REAL CHECK (latitude BETWEEN -90 AND 90),
      longitude REAL CHECK (longitude BETWEEN -180 AND 180),
      accuracy REAL, position_source TEXT, position_at INTEGER, position_outside INTEGER,
      photos TEXT, title TEXT NOT NULL, search TEXT NOT NULL,
      deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
      leaving INTEGER NOT NULL DEFAULT 0 CHECK (leaving IN (0, 1)),
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      CHECK ((latitude IS NULL) = (longitude IS NULL)),
      CHECK ((latitude IS NULL) = (position_source IS NULL))
    ) STRICT;
    CREATE INDEX record_kind ON record (kind, title);
    CREATE INDEX record_grid ON record (grid, kind);
    CREATE INDEX record_parent ON record (parent) WHERE parent IS NOT NULL;
    CREATE INDEX record_title ON record (title);
    CREATE INDEX record_updated ON record (updated_at);
    CREATE INDEX record_short ON record (substr(id, -6));
    CREATE INDEX record_leaving ON record (leaving) WHERE leaving = 1;

    CREATE TABLE journal (
      ordinal INTEGER PRIMARY KEY,
      incarnation INTEGER NOT NULL REFERENCES incarnation (number),
      lane TEXT NOT NULL CHECK (lane IN ('urgent', 'normal')),
      seq INTEGER NOT NULL CHECK (seq >= 1),
      batch INTEGER NOT NULL,
      op TEXT NOT NULL, record TEXT NOT NULL, action TEXT NOT NULL, undoes TEXT,
      line BLOB NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32),
      at INTEGER NOT NULL,
      UNIQUE (incarnation, lane, seq),
      UNIQUE (op, incarnation)
    ) STRICT;
    CREATE INDEX journal_record ON journal (record, ordinal);
    CREATE INDEX journal_batch ON journal (batch);
    CREATE INDEX journal_undoes ON journal (undoes) WHERE undoes IS NOT NULL;
    CREATE TRIGGER journal_kept BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_unchanged BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_follows BEFORE INSERT ON journal
    WHEN NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM journal
                         WHERE incarnation = NEW.incarnation AND lane = NEW.lane)
      OR NEW.incarnation <> (SELECT max(number) FROM incarnation)
      OR EXISTS (SELECT 1 FROM journal WHERE ordinal = NEW.ordinal)
      OR EXISTS (SELECT 1 FROM journal WHERE incarnation = NEW.incarnation AND op = NEW.op)
    BEGIN SELECT RAISE(ABORT, 'the journal has no gaps and replaces nothing'); END;

    CREATE TABLE segment (
      incarnation INTEGER NOT NULL, lane TEXT NOT NULL,
      first INTEGER NOT NULL, last INTEGER NOT NULL,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64), length INTEGER NOT NULL CHECK (length > 0),
      upload TEXT, sealed_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0, problem TEXT,
      PRIMARY KEY (incarnation, lane), CHECK (first >= 1 AND last >= first),
      FOREIGN KEY (incarnation, lane, first) REFERENCES journal (incarnation, lane, seq),
      FOREIGN KEY (incarnation, lane, last) REFERENCES journal (incarnation, lane, seq)
    ) STRICT;
    CREATE TRIGGER segment_sealed
    BEFORE UPDATE OF incarnation, lane, first, last, sha256, length, sealed_at ON segment
    BEGIN SELECT RAISE(ABORT, 'a sealed segment is immutable'); END;

    CREATE TABLE receipt (
      incarnation INTEGER NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
      result TEXT NOT NULL CHECK (result IN ('applied', 'merged', 'conflict', 'refused')),
      code TEXT, version INTEGER, epoch TEXT NOT NULL, received_at INTEGER NOT NULL,
      dismissed_at INTEGER,
      PRIMARY KEY (incarnation, lane, seq),
      FOREIGN KEY (incarnation, lane, seq) REFERENCES journal (incarnation, lane, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX receipt_refused ON receipt (result) WHERE result = 'refused';

    CREATE TABLE photo (
      sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
      bytes INTEGER NOT NULL CHECK (bytes > 0), added_at INTEGER NOT NULL,
      upload TEXT, received_at INTEGER, epoch TEXT,
      attempts INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0, problem TEXT,
      CHECK ((received_at IS NULL) = (epoch IS NULL))
    ) STRICT;
    CREATE INDEX photo_waiting ON photo (bytes) WHERE received_at IS NULL;
    CREATE TABLE record_photo (
      record TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES photo (sha256), op TEXT NOT NULL,
      PRIMARY KEY (record, sha256, op)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX record_photo_photo ON record_photo (sha256);

    CREATE TABLE draft (
      id TEXT PRIMARY KEY, form TEXT NOT NULL, form_version TEXT NOT NULL, record TEXT,
      language TEXT, answers TEXT NOT NULL, current TEXT, updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE form (
      id TEXT PRIMARY KEY, version TEXT NOT NULL, source TEXT NOT NULL, updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE grid (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, boundary TEXT,
      leaving INTEGER NOT NULL DEFAULT 0 CHECK (leaving IN (0, 1))
    ) STRICT;
    CREATE TABLE conflict (
      id TEXT PRIMARY KEY, record TEXT NOT NULL, field TEXT NOT NULL,
      shown TEXT NOT NULL, kept TEXT NOT NULL, op TEXT NOT NULL, version INTEGER NOT NULL,
      resolved_at INTEGER
    ) STRICT;
    CREATE INDEX conflict_record ON conflict (record);
    CREATE TABLE attempt (
      number INTEGER PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL
    ) STRICT;
    """

  /// Forms bring files along, an object of texts by file name. `chosen` says when a
  /// choice of a form's list was last taken. `former_form` holds versions that drafts were begun under, as long as there are such drafts.
  private static let second = """
    CREATE TABLE chosen (
      form TEXT NOT NULL, list TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (form, list, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE former_form (
      id TEXT NOT NULL, version TEXT NOT NULL, source TEXT NOT NULL, attachments TEXT NOT NULL,
      PRIMARY KEY (id, version)
    ) STRICT;
    ALTER TABLE form ADD COLUMN attachments TEXT NOT NULL DEFAULT '{}';
    """

  /// How long things are kept (PROTOCOL.md §11), and that everything goes by an
  /// order (§7). `centre_at` is when the centre's clock says that a receipt is
  /// here. What an anchor does not cover, and what has no receipt in any
  /// incarnation, cannot be deleted. While a wipe is not done nothing is saved.
  private static let keeping = """
    CREATE TABLE wipe (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      id TEXT NOT NULL CHECK (length(id) = 36), account TEXT NOT NULL, centre TEXT NOT NULL,
      ordered_at INTEGER NOT NULL, begun_at INTEGER NOT NULL, wiped_at INTEGER,
      cleaned_at INTEGER, reported_at INTEGER,
      CHECK (wiped_at IS NOT NULL OR (cleaned_at IS NULL AND reported_at IS NULL))
    ) STRICT;
    CREATE TRIGGER journal_wiping BEFORE INSERT ON journal
    WHEN EXISTS (SELECT 1 FROM wipe WHERE wiped_at IS NULL)
    BEGIN SELECT RAISE(ABORT, 'nothing is saved in a store that is to be wiped'); END;

    ALTER TABLE device ADD COLUMN tidied_at INTEGER;
    ALTER TABLE receipt ADD COLUMN centre_at INTEGER;
    CREATE INDEX receipt_undated ON receipt (incarnation) WHERE centre_at IS NULL;
    ALTER TABLE photo ADD COLUMN centre_at INTEGER;
    ALTER TABLE photo ADD COLUMN dropped_at INTEGER;
    CREATE TRIGGER photo_undated AFTER UPDATE OF received_at ON photo
    WHEN NEW.received_at IS NOT OLD.received_at AND NEW.centre_at IS NOT NULL
    BEGIN UPDATE photo SET centre_at = NULL WHERE sha256 = NEW.sha256; END;

    CREATE TABLE anchor (
      incarnation INTEGER NOT NULL REFERENCES incarnation (number),
      lane TEXT NOT NULL CHECK (lane IN ('urgent', 'normal')),
      seq INTEGER NOT NULL CHECK (seq >= 1), hash BLOB NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (incarnation, lane)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER anchor_true BEFORE INSERT ON anchor
    WHEN NOT EXISTS (SELECT 1 FROM journal WHERE incarnation = NEW.incarnation
      AND lane = NEW.lane AND seq = NEW.seq AND hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'an anchor is an entry''s place and hash'); END;
    CREATE TRIGGER anchor_grows BEFORE UPDATE ON anchor
    WHEN NEW.seq <= OLD.seq OR NEW.incarnation <> OLD.incarnation OR NEW.lane <> OLD.lane
      OR NOT EXISTS (SELECT 1 FROM journal WHERE incarnation = NEW.incarnation
        AND lane = NEW.lane AND seq = NEW.seq AND hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'an anchor only moves on'); END;
    CREATE TRIGGER anchor_stays BEFORE DELETE ON anchor
    BEGIN SELECT RAISE(ABORT, 'an anchor stays'); END;

    DROP TRIGGER journal_kept;
    CREATE TRIGGER journal_kept BEFORE DELETE ON journal
    WHEN NOT EXISTS (SELECT 1 FROM anchor WHERE anchor.incarnation = OLD.incarnation
        AND anchor.lane = OLD.lane AND anchor.seq >= OLD.seq)
      OR NOT EXISTS (SELECT 1 FROM journal AS same JOIN receipt USING (incarnation, lane, seq)
        WHERE same.op = OLD.op AND same.incarnation >= OLD.incarnation)
    BEGIN SELECT RAISE(ABORT, 'the journal keeps what is not received and old'); END;

    CREATE TABLE dropped_entries (
      record TEXT PRIMARY KEY, entries INTEGER NOT NULL CHECK (entries >= 1),
      last_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Conflicts say what was before, who wrote which value and who decided;
  /// `decision` says which of this device's operations decides which. What waits
  /// for a decision about a record goes with it. `reading` is what the program
  /// that read the feed last knew of it.
  private static let decisions = """
    ALTER TABLE conflict ADD COLUMN base TEXT NOT NULL DEFAULT 'null';
    ALTER TABLE conflict ADD COLUMN shown_by TEXT;
    ALTER TABLE conflict ADD COLUMN kept_by TEXT;
    ALTER TABLE conflict ADD COLUMN resolved TEXT;
    CREATE TRIGGER conflict_goes AFTER DELETE ON record
    BEGIN DELETE FROM conflict WHERE record = OLD.id; END;
    CREATE TABLE decision (
      conflict TEXT NOT NULL, op TEXT NOT NULL, PRIMARY KEY (conflict, op)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE device ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;
    """

  /// What became of a photo's thumbnail: NULL = nobody has looked for one.
  private static let thumbnails = """
    ALTER TABLE photo ADD COLUMN thumbnail TEXT
      CHECK (thumbnail IN ('none', 'begun', 'received', 'refused'));
    """

  /// What records are found by. `search` lists a record's keys as JSON, and
  /// `search_key` follows it; an object instead of a list says that no program
  /// that knows keys has written the record yet. `number` is a record's short
  /// name there: a rowid may change.
  private static let searchKeys = """
    ALTER TABLE record ADD COLUMN number INTEGER;
    ALTER TABLE record ADD COLUMN told TEXT;
    UPDATE record SET number = rowid, search = '{}';
    CREATE UNIQUE INDEX record_number ON record (number);
    CREATE INDEX record_told ON record (number) WHERE told IS NOT NULL;
    CREATE INDEX record_unkeyed ON record (number) WHERE search = '{}';
    CREATE TABLE search_key (
      key TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (key, record)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER record_keyed AFTER INSERT ON record
    BEGIN
      INSERT OR IGNORE INTO search_key (key, record)
      SELECT value, NEW.number FROM json_each(NEW.search);
    END;
    CREATE TRIGGER record_keyed_anew AFTER UPDATE OF search ON record
    WHEN NEW.search <> OLD.search
    BEGIN
      DELETE FROM search_key WHERE record = OLD.number
        AND key IN (SELECT value FROM json_each(OLD.search));
      INSERT OR IGNORE INTO search_key (key, record)
      SELECT value, NEW.number FROM json_each(NEW.search);
    END;
    CREATE TRIGGER record_keyed_no_more AFTER DELETE ON record
    BEGIN
      DELETE FROM search_key WHERE record = OLD.number
        AND key IN (SELECT value FROM json_each(OLD.search));
    END;
    """
}
