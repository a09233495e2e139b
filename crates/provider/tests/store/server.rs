//! A PostgreSQL server of our own: made in a new directory, listening on a socket there and with TLS on a free port, and stopped
//! when it is dropped.

use std::cell::Cell;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
use tempfile::TempDir;

pub(crate) struct Server {
    bin: PathBuf,
    directory: TempDir,
    user: User,
    port: u16,
    authority: Vec<u8>,
    databases: Cell<u32>,
}

/// Whom the server runs as: it refuses to be root.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
    is_ours: bool,
}

impl Server {
    /// A running server, or nothing where there is none to be run, which is said.
    pub(crate) fn start() -> Option<Self> {
        let Some(bin) = binaries() else {
            println!("skipped: no PostgreSQL server (initdb, postgres) on this machine");
            return None;
        };
        let Some(user) = user() else {
            println!("skipped: PostgreSQL does not run as root, and there is no user postgres or nobody");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { bin, directory, user, port, authority: Vec::new(), databases: Cell::new(0) };
        let data = server.data();
        std::fs::create_dir(&data).unwrap();
        server.give_away(&data, 0o700);
        server.run("initdb", &["-D", &text(&data), "-U", "mimicred", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"]);
        server.authority = server.certify("localhost");
        let options = format!(
            "-k {} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c ssl=on -c ssl_cert_file={data}/server.crt \
             -c ssl_key_file={data}/server.key",
            text(server.directory.path()),
            data = text(&data),
        );
        server.give_away(server.directory.path(), 0o755);
        let log = text(&data.join("log"));
        server.run("pg_ctl", &["-D", &text(&data), "-w", "-t", "60", "-l", &log, "-o", &options, "start"]);
        Some(server)
    }

    /// The URL of a database with nothing in it.
    pub(crate) fn fresh_database(&self) -> String {
        let n = self.databases.get();
        self.databases.set(n + 1);
        let name = format!("scenario{n}");
        let socket = text(self.directory.path());
        self.run("createdb", &["-h", &socket, "-p", &self.port.to_string(), "-U", "mimicred", &name]);
        format!("host={socket} port={} user=mimicred dbname={name}", self.port)
    }

    /// The URL of the same server over TCP and TLS, by this name of it.
    pub(crate) fn tls_url(&self, host: &str) -> String {
        format!("postgres://mimicred@{host}:{}/postgres?sslmode=require", self.port)
    }

    /// The authority that its certificate is of, in DER.
    pub(crate) fn authority(&self) -> &[u8] {
        &self.authority
    }

    /// One that it is not of.
    pub(crate) fn another_authority() -> Vec<u8> {
        let key = key();
        authority(&key).as_der().to_vec()
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Writes key and certificate of the server; returns its authority.
    fn certify(&self, name: &str) -> Vec<u8> {
        let data = self.data();
        let (certificate, key) = self_signed(name);
        std::fs::write(data.join("server.crt"), pem("CERTIFICATE", &certificate)).unwrap();
        std::fs::write(data.join("server.key"), pem("PRIVATE KEY", &key)).unwrap();
        self.give_away(&data.join("server.crt"), 0o600);
        self.give_away(&data.join("server.key"), 0o600);
        certificate
    }

    fn give_away(&self, path: &Path, mode: u32) {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        if !self.user.is_ours {
            chown(path, Some(self.user.uid), Some(self.user.gid)).unwrap();
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.bin.join(program));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null()).env("LC_ALL", "C");
        if !self.user.is_ours {
            command.uid(self.user.uid).gid(self.user.gid);
        }
        // A server inherits these; piped, they would keep us waiting for it.
        let log = std::fs::File::create(self.directory.path().join("said")).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let status = command.status().unwrap();
        let said = || std::fs::read_to_string(self.directory.path().join("said")).unwrap_or_default();
        assert!(
            status.success(),
            "{program}: {}\n{}",
            said(),
            std::fs::read_to_string(self.data().join("log")).unwrap_or_default()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() {
            self.run("pg_ctl", &["-D", &text(&self.data()), "-m", "immediate", "-w", "stop"]);
        }
    }
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The newest server that is installed.
fn binaries() -> Option<PathBuf> {
    let is_one = |bin: &PathBuf| ["initdb", "postgres", "pg_ctl", "createdb"].iter().all(|name| bin.join(name).exists());
    let mut all: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    all.sort();
    all.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect::<Vec<_>>());
    all.into_iter().find(is_one)
}

/// Whoever runs this test, or, for root, somebody with less power.
fn user() -> Option<User> {
    let ours = std::fs::metadata("/proc/self")
        .ok()
        .map(|own| (std::os::unix::fs::MetadataExt::uid(&own), std::os::unix::fs::MetadataExt::gid(&own)));
    match ours {
        Some((0, _)) => {
            let users = std::fs::read_to_string("/etc/passwd").ok()?;
            let of = |name: &str| {
                let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
                let mut fields = line.split(':').skip(2);
                Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()?, is_ours: false })
            };
            of("postgres").or_else(|| of("nobody"))
        }
        Some((uid, gid)) => Some(User { uid, gid, is_ours: true }),
        None => None,
    }
}

fn key() -> IssuerKey {
    IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom).unwrap())
}

fn authority(key: &IssuerKey) -> mimicred_x509::Certificate {
    let profile = mimicred_x509::CaProfile::new("another", mimicred_x509::Validity::days(1_700_000_000, 10_000).unwrap());
    mimicred_x509::prepare_root(&profile, key.public(), &mut SystemRandom).unwrap().sign(key).unwrap()
}

/// A certificate of a server that signs itself, by rcgen alone: none of ours has a DNS name.
fn self_signed(name: &str) -> (Vec<u8>, Vec<u8>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    (certificate.der().to_vec(), key.serialize_der())
}

fn pem(label: &'static str, der: &[u8]) -> String {
    mimicred_keys::pem::write(label, der).to_string()
}
