//! The tables of the store, in the words of SQLite; the other driver puts its own types in.
//!
//! No row has a number that counts: primary keys are random or keyed hashes, and rows lie by them. No time is finer than an hour,
//! and those beside a pseudonym are days that are the same for everybody of a period.

use mimicred_sqlite::KEY_CHECK;

/// How a store becomes what it is, version by version.
pub(crate) const STEPS: &[&[&str]] = &[&[
    KEY_CHECK,
    ACCOUNTS,
    RELATED,
    NONCES,
    LIVE,
    BATCHES,
    WORK,
    WORK_BY_BATCH,
    OUTBOX,
    OUTBOX_BY_BATCH,
    SEEN,
    PSEUDONYMS,
    PLACES,
    SERIALS,
    CHANGES,
    ORDERS,
    REPORTS,
    PUBLICATIONS,
    OPENINGS,
    POINTS,
]];

/// Who has an account. `tokens` are thousandths, `refilled` an hour; `claims` are sealed under the store's key.
const ACCOUNTS: &str = "CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reputation INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    refilled INTEGER NOT NULL,
    claims BLOB NOT NULL
) STRICT, WITHOUT ROWID";

/// Keyed hashes of what accounts have in common, such as an email address or a telephone number.
const RELATED: &str = "CREATE TABLE related (
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    account BLOB NOT NULL CHECK (length(account) = 16),
    PRIMARY KEY (tag, account)
) STRICT, WITHOUT ROWID";

/// Keyed hashes of the nonces that were given out and not used.
const NONCES: &str = "CREATE TABLE nonces (
    tag BLOB NOT NULL PRIMARY KEY CHECK (length(tag) = 32),
    account BLOB NOT NULL CHECK (length(account) = 16),
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// How many pseudonyms of an account end on which day; not which.
const LIVE: &str = "CREATE TABLE live (
    account BLOB NOT NULL CHECK (length(account) = 16),
    day INTEGER NOT NULL,
    pseudonyms INTEGER NOT NULL CHECK (pseudonyms >= 0),
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID";

/// Batches that are being made. A row goes when its credentials were handed over, and with it the link to the account, and the salt of
/// the key that its credentials are sealed under.
const BATCHES: &str = "CREATE TABLE batches (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    account BLOB NOT NULL CHECK (length(account) = 16),
    formats INTEGER NOT NULL,
    total INTEGER NOT NULL CHECK (total > 0),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// The keys of a batch that have no credential yet, in pieces of some hundreds, in random order. The number of a piece is drawn at random:
/// with a longer key, rows of this size would be read whole wherever they are passed by.
const WORK: &str = "CREATE TABLE work (
    piece INTEGER NOT NULL PRIMARY KEY,
    batch BLOB NOT NULL CHECK (length(batch) = 32),
    count INTEGER NOT NULL CHECK (count > 0),
    keys BLOB NOT NULL
) STRICT";

/// The credentials of a batch that nobody has yet, in sealed pieces, in the order in which they will be handed over: a random one.
const OUTBOX: &str = "CREATE TABLE outbox (
    piece INTEGER NOT NULL PRIMARY KEY,
    batch BLOB NOT NULL CHECK (length(batch) = 32),
    count INTEGER NOT NULL CHECK (count > 0),
    credentials BLOB NOT NULL
) STRICT";

const WORK_BY_BATCH: &str = "CREATE INDEX work_by_batch ON work (batch, piece, count)";
const OUTBOX_BY_BATCH: &str = "CREATE INDEX outbox_by_batch ON outbox (batch, piece, count)";

/// Keyed hashes of every key that ever had a pseudonym.
const SEEN: &str = "CREATE TABLE seen (tag BLOB NOT NULL PRIMARY KEY CHECK (length(tag) = 32)) STRICT, WITHOUT ROWID";

/// What is known of a pseudonym, and no index of it: every further place that a row has at random is a page more to write for each. By a keyed hash of its URI, when it ends, whether it counts, where its status is published, and what the
/// escrow mode keeps.
const PSEUDONYMS: &str = "CREATE TABLE pseudonyms (
    handle BLOB NOT NULL PRIMARY KEY CHECK (length(handle) = 32),
    until INTEGER NOT NULL,
    state INTEGER NOT NULL,
    serial BLOB NOT NULL,
    list INTEGER NOT NULL,
    place INTEGER NOT NULL,
    escrow BLOB NOT NULL
) STRICT, WITHOUT ROWID";

/// Entries of status lists that are taken, by a pseudonym or by nobody, and what is published of them: with which publication one that is
/// set will be cleared, 0 for one that is not set.
const PLACES: &str = "CREATE TABLE places (
    list INTEGER NOT NULL,
    place INTEGER NOT NULL,
    clears INTEGER NOT NULL,
    decoy INTEGER NOT NULL,
    PRIMARY KEY (list, place)
) STRICT, WITHOUT ROWID";

/// Serial numbers on the revocation list, of certificates and of none, with the day from which they are there and the publication with
/// which they go.
const SERIALS: &str = "CREATE TABLE serials (
    serial BLOB NOT NULL PRIMARY KEY,
    revoked INTEGER NOT NULL,
    clears INTEGER NOT NULL,
    decoy INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// What is to be published of a pseudonym, and with which publication at the earliest.
const CHANGES: &str = "CREATE TABLE changes (
    handle BLOB NOT NULL PRIMARY KEY CHECK (length(handle) = 32),
    value INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    urgent INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// What is to be done with the account behind a pseudonym, by the process that can open what is kept of it.
const ORDERS: &str = "CREATE TABLE orders (
    handle BLOB NOT NULL PRIMARY KEY CHECK (length(handle) = 32),
    remedy INTEGER NOT NULL,
    related INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    day INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// What was said about a pseudonym, and what a person thought of it.
const REPORTS: &str = "CREATE TABLE reports (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    handle BLOB NOT NULL CHECK (length(handle) = 32),
    signal INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    room BLOB NOT NULL CHECK (length(room) = 32),
    reporter BLOB NOT NULL CHECK (length(reporter) = 32),
    hub TEXT NOT NULL,
    day INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    UNIQUE (handle, room, reporter)
) STRICT, WITHOUT ROWID";

/// The number of the last publication, of the revocation list in it, and the day up to which what has expired was forgotten.
const PUBLICATIONS: &str = "CREATE TABLE publications (
    slot INTEGER NOT NULL PRIMARY KEY,
    crl INTEGER NOT NULL,
    swept INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// The log of openings, line by line, and whether something was opened by it.
const OPENINGS: &str = "CREATE TABLE openings (
    entry INTEGER NOT NULL PRIMARY KEY,
    line TEXT NOT NULL,
    opened INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// Points of accounts that custodians have opened, of reported pseudonyms only.
const POINTS: &str = "CREATE TABLE points (
    handle BLOB NOT NULL PRIMARY KEY CHECK (length(handle) = 32),
    tag BLOB NOT NULL CHECK (length(tag) = 16),
    point BLOB NOT NULL
) STRICT, WITHOUT ROWID";
