//! The store on a PostgreSQL server, in the schema `mimicred` of one database.
//!
//! Transactions are serializable, and run again when the server says that two of them were in each other's way. A connection to
//! another machine goes over TLS, or it is refused.
//!
//! A server keeps more than its tables: row versions that were deleted until they are vacuumed, which transaction wrote which row, and a
//! write-ahead log, in files and wherever it is archived. [`Database::tidy`] writes the tables anew, in the order of their keys and by one
//! transaction, so that neither deleted rows nor the order of the others are left in them; the log is the server's, and what a mode of escrow
//! promises of the store holds only as far as that log is not kept.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use postgres::{Client, Config, IsolationLevel, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Database, Engine, Row, Transaction, Value, Work};
use crate::schema::STEPS;
use crate::{Code, Error};

/// How often a transaction is tried again, and for how long the first pause is.
const TRIES: u32 = 12;
const PAUSE: Duration = Duration::from_millis(5);
/// Any number, the same for all who make tables.
const LOCK: i64 = 0x6d6d_7076;
/// How long a server may take to answer a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store on a server.
pub struct Postgres {
    client: Client,
}

/// Whom to believe that a server is the one that was meant.
#[derive(Clone, Debug, Default)]
pub enum ServerTrust {
    /// The certification authorities that this system trusts.
    #[default]
    System,
    /// These certificates of authorities, in DER.
    Roots(Vec<Vec<u8>>),
}

impl Postgres {
    /// Connects to the server of a URL, like `postgres://provider@db.example/mimicred`, and makes the tables if there are none.
    ///
    /// A password is given by itself, for a URL is seen by many.
    ///
    /// Over a socket of this machine there is no TLS unless the URL has `sslmode=require`; to another machine there always is.
    ///
    /// # Errors
    /// [`Code::StoreUnreachable`], [`Code::StoreForeign`] if the schema has something else, [`Code::StoreKeyWrong`], [`Code::StoreNewer`],
    /// [`Code::StoreBusy`], [`Code::StoreIo`].
    pub fn connect(url: &str, password: Option<&str>, trust: &ServerTrust, key_check: &[u8; 32]) -> Result<Self, Error> {
        let unreachable = |cause: postgres::Error| {
            // The causes of the driver never have a password in them; the URL may, and is not repeated.
            Error::new(Code::StoreUnreachable).because(cause)
        };
        let mut config: Config = url.parse().map_err(unreachable)?;
        if config.get_password().is_some() {
            return Err(Error::new(Code::StoreUnreachable).note("the URL has a password in it"));
        }
        if let Some(password) = password {
            config.password(password);
        }
        config.connect_timeout(PATIENCE).application_name("mimicred");
        let client = if uses_tls(&mut config) {
            let connector = MakeRustlsConnect::new(tls(trust)?);
            config.connect(connector).map_err(unreachable)?
        } else {
            config.connect(NoTls).map_err(unreachable)?
        };
        let mut store = Self { client };
        store.settle(key_check)?;
        Ok(store)
    }

    /// Makes the tables, or finds that they are ours.
    fn settle(&mut self, key_check: &[u8; 32]) -> Result<(), Error> {
        self.client.batch_execute("SET client_min_messages = warning").map_err(failed)?;
        // Whoever makes it first wins; two at once may both have looked.
        let schema = self.client.batch_execute("CREATE SCHEMA IF NOT EXISTS mimicred");
        if let Err(cause) = schema {
            let is_there = matches!(cause.code(), Some(&SqlState::UNIQUE_VIOLATION | &SqlState::DUPLICATE_SCHEMA));
            if !is_there {
                return Err(failed(cause));
            }
        }
        self.client.batch_execute("SET search_path TO mimicred").map_err(failed)?;
        let mut transaction = self.client.transaction().map_err(failed)?;
        transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(failed)?;
        let tables = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'mimicred'";
        let tables: i64 = transaction.query_one(tables, &[]).and_then(|row| row.try_get(0)).map_err(failed)?;
        let newest = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        let mut version = 0;
        if tables == 0 {
            transaction.batch_execute("CREATE TABLE version (version BIGINT NOT NULL PRIMARY KEY)").map_err(failed)?;
        } else {
            let foreign = |cause: postgres::Error| Error::new(Code::StoreForeign).note("it has other tables").because(cause);
            let row = transaction.query_one("SELECT version FROM version", &[]).map_err(foreign)?;
            version = row.try_get(0).map_err(foreign)?;
            let known = transaction.query_one("SELECT key_check FROM store", &[]).and_then(|row| row.try_get(0));
            let known: Vec<u8> = known.map_err(foreign)?;
            if known != key_check {
                return Err(Code::StoreKeyWrong.into());
            }
        }
        if version > newest {
            return Err(Error::new(Code::StoreNewer).note(format!("{version}, where {newest} is the newest known")));
        }
        for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
            for statement in *step {
                transaction.batch_execute(&translated(statement)).map_err(failed)?;
            }
        }
        if version == 0 {
            transaction.execute("INSERT INTO store (key_check) VALUES ($1)", &[&&key_check[..]]).map_err(failed)?;
        }
        if version < newest {
            transaction.batch_execute("DELETE FROM version").map_err(failed)?;
            transaction.execute("INSERT INTO version (version) VALUES ($1)", &[&newest]).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn try_once(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        let builder = self.client.build_transaction().isolation_level(IsolationLevel::Serializable);
        let mut within = Within(builder.start().map_err(failed)?);
        work(&mut within)?;
        within.0.commit().map_err(failed)
    }
}

impl Database for Postgres {
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        let mut pause = PAUSE;
        for _ in 0..TRIES {
            match self.try_once(work) {
                Err(error) if error.code() == Code::StoreBusy => sleep(pause),
                done => return done,
            }
            pause = (pause * 2).min(Duration::from_secs(1));
        }
        self.try_once(work)
    }

    /// Each table is written anew by one transaction, in the order of its keys: then no row tells when it came or with which others.
    fn tidy(&mut self) -> Result<(), Error> {
        let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'mimicred' ORDER BY tablename";
        let rows = self.client.query(tables, &[]).map_err(failed)?;
        let mut transaction = self.client.transaction().map_err(failed)?;
        for row in rows {
            let table: String = row.try_get(0).map_err(failed)?;
            // The names are those of our own tables; a quote in one would be none of ours.
            if !table.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                return Err(Error::new(Code::StoreForeign).note("it has other tables"));
            }
            let anew = format!(
                "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; CREATE TEMPORARY TABLE anew ON COMMIT DROP AS SELECT * FROM {table}; \
                 TRUNCATE {table}; INSERT INTO {table} SELECT * FROM anew ORDER BY anew; DROP TABLE anew"
            );
            transaction.batch_execute(&anew).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn back_up(&mut self, _: &Path) -> Result<(), Error> {
        Err(Code::BackupUnsupported.into())
    }

    fn engine(&self) -> Engine {
        Engine::Postgres
    }
}

/// A statement of the schema in the words of this engine.
fn translated(statement: &str) -> String {
    statement
        .replace("BLOB", "BYTEA")
        .replace("INTEGER", "BIGINT")
        .replace(") STRICT, WITHOUT ROWID", ")")
        .replace(") STRICT", ")")
}

/// Whether the connection goes over TLS, and sees to it that it does not silently go without.
fn uses_tls(config: &mut Config) -> bool {
    let is_local = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
    });
    let is_local = is_local && config.get_hostaddrs().iter().all(|address| address.is_loopback());
    let is_wanted = config.get_ssl_mode() == SslMode::Require;
    if is_local && !is_wanted {
        config.ssl_mode(SslMode::Disable);
        return false;
    }
    config.ssl_mode(SslMode::Require);
    true
}

fn tls(trust: &ServerTrust) -> Result<ClientConfig, Error> {
    let unusable = |note: &str| Error::new(Code::StoreUnreachable).note(note.to_owned());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| unusable("TLS").because(cause))?;
    let mut roots = RootCertStore::empty();
    match trust {
        ServerTrust::System => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
        }
        ServerTrust::Roots(certificates) => {
            for certificate in certificates {
                let certificate = CertificateDer::from(certificate.clone());
                roots.add(certificate).map_err(|cause| unusable("a certificate of the server's authority").because(cause))?;
            }
        }
    }
    if roots.is_empty() {
        return Err(unusable("no certification authority is trusted"));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

struct Within<'c>(postgres::Transaction<'c>);

fn borrowed(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    fn parameter(value: &Value) -> &(dyn ToSql + Sync) {
        value
    }
    values.iter().map(parameter).collect()
}

impl Within<'_> {
    /// All rows with one statement, each column of them as an array.
    fn insert_all(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &[Vec<Value>],
        then: &str,
    ) -> Result<Vec<postgres::Row>, Error> {
        let all: Vec<Column> = (0..columns.len()).map(|n| Column::of(rows.iter().filter_map(|row| row.get(n)))).collect();
        let arrays: Vec<String> = all.iter().enumerate().map(|(n, column)| format!("${}::{}", n + 1, column.array())).collect();
        let columns = columns.join(", ");
        let insert = format!("INSERT INTO {table} ({columns}) SELECT * FROM UNNEST({}){then}", arrays.join(", "));
        let values: Vec<&(dyn ToSql + Sync)> = all.iter().map(Column::as_parameter).collect();
        self.0.query(&insert, &values).map_err(failed)
    }
}

/// The values of one column, all of one type.
enum Column<'v> {
    Ints(Vec<i64>),
    Octets(Vec<&'v [u8]>),
    Texts(Vec<&'v str>),
}

impl<'v> Column<'v> {
    /// A value of another type than the first one's is left out, and the server refuses columns of different lengths.
    fn of(values: impl Iterator<Item = &'v Value> + Clone) -> Self {
        match values.clone().next() {
            Some(Value::Octets(_)) => Self::Octets(
                values.filter_map(|value| if let Value::Octets(octets) = value { Some(&octets[..]) } else { None }).collect(),
            ),
            Some(Value::Text(_)) => Self::Texts(
                values.filter_map(|value| if let Value::Text(text) = value { Some(&text[..]) } else { None }).collect(),
            ),
            _ => Self::Ints(values.filter_map(|value| if let Value::Int(int) = value { Some(*int) } else { None }).collect()),
        }
    }

    fn array(&self) -> &'static str {
        match self {
            Self::Ints(_) => "bigint[]",
            Self::Octets(_) => "bytea[]",
            Self::Texts(_) => "text[]",
        }
    }

    fn as_parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ints(ints) => ints,
            Self::Octets(octets) => octets,
            Self::Texts(texts) => texts,
        }
    }
}

impl Transaction for Within<'_> {
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, Error> {
        self.0.execute(statement, &borrowed(values)).map_err(failed)
    }

    fn insert(&mut self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<(), Error> {
        if !rows.is_empty() {
            self.insert_all(table, columns, rows, "")?;
        }
        Ok(())
    }

    fn insert_new(&mut self, table: &str, columns: &[&str], key: usize, rows: &[Vec<Value>]) -> Result<Vec<bool>, Error> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let by = columns.get(..key).unwrap_or_default().join(", ");
        let inserted = self.insert_all(table, columns, rows, &format!(" ON CONFLICT ({by}) DO NOTHING RETURNING {by}"))?;
        let mut new = HashSet::with_capacity(inserted.len());
        for row in inserted {
            new.insert((0..row.len()).map(|n| row.try_get::<_, Value>(n)).collect::<Result<Vec<_>, _>>().map_err(failed)?);
        }
        // Of two that are the same the first one is the new one.
        Ok(rows.iter().map(|row| new.remove(row.get(..key).unwrap_or_default())).collect())
    }

    fn delete_sealed(&mut self, table: &str, column: &str, is: &[u8]) -> Result<(), Error> {
        self.execute(&format!("DELETE FROM {table} WHERE {column} = $1"), &[is.into()]).map(|_| ())
    }

    fn query(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let values = borrowed(values);
        let rows = self.0.query(statement, &values).map_err(failed)?;
        let values = |row: postgres::Row| {
            let values = (0..row.len()).map(|n| row.try_get::<_, Value>(n).map_err(failed));
            Ok(Row::new(values.collect::<Result<_, Error>>()?))
        };
        rows.into_iter().map(values).collect()
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Int(number) => number.to_sql(ty, out),
            Value::Octets(octets) => octets.as_slice().to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        <Value as FromSql>::accepts(ty)
    }

    to_sql_checked!();
}

impl<'r> FromSql<'r> for Value {
    fn from_sql(ty: &Type, octets: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, octets).map(Value::Int),
            Type::BYTEA => <&[u8]>::from_sql(ty, octets).map(Value::from),
            _ => <&str>::from_sql(ty, octets).map(Value::from),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::BYTEA | Type::TEXT)
    }
}

fn failed(cause: postgres::Error) -> Error {
    let code = match cause.code() {
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED | &SqlState::LOCK_NOT_AVAILABLE) => {
            Code::StoreBusy
        }
        Some(state) if state.code().starts_with("23") => Code::StoreConflict,
        Some(&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED) => Code::StoreDamaged,
        _ if cause.is_closed() => Code::StoreUnreachable,
        None if std::error::Error::source(&cause).is_some_and(|source| source.is::<std::io::Error>()) => Code::StoreUnreachable,
        _ => Code::StoreIo,
    };
    Error::new(code).because(cause)
}
