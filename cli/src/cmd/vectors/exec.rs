//! Outside programs: one case on standard input, one answer on standard output.

use std::error::Error;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mimicred_vectors::Answer;

/// Longest answer that is read, in octets.
const MAX_ANSWER: u64 = 16 << 20;
/// How often it is looked whether a program is done.
const PAUSE: Duration = Duration::from_millis(2);

/// A program, and how long it may take for a case.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) command: String,
    pub(super) patience: Duration,
}

impl Program {
    /// Asks the program; what went wrong is told in words.
    pub(super) fn ask(&self, question: &str) -> Result<Answer, String> {
        let mut child = self.spawn().map_err(|e| format!("the program does not start: {e}"))?;
        let answer = self.talk(&mut child, question);
        // Whatever happened, it does not go on; that it has ended by itself is no error.
        let _ = child.kill();
        let _ = child.wait();
        answer
    }

    fn spawn(&self) -> io::Result<Child> {
        let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
        shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(&self.command);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }

    fn talk(&self, child: &mut Child, question: &str) -> Result<Answer, String> {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let question = format!("{question}\n").into_bytes();
        // Each end of the conversation by itself, so that neither waits for the other for ever.
        thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&question)));
        let (told, heard) = (listen(stdout), listen(stderr));
        let deadline = Instant::now() + self.patience;
        let text = told.recv_timeout(self.patience).map_err(|_| format!("no answer within {} s", self.patience.as_secs()))?;
        let status = loop {
            match child.try_wait().map_err(|e| e.to_string())? {
                Some(status) => break status,
                None if Instant::now() > deadline => return Err("the program answers and does not end".to_owned()),
                None => thread::sleep(PAUSE),
            }
        };
        if text.trim().is_empty() || !status.success() {
            let complaint = heard.recv_timeout(PAUSE * 50).unwrap_or_default();
            let panicked = complaint.lines().find(|line| line.contains("panicked at"));
            let told = panicked.or_else(|| complaint.lines().rev().find(|line| !line.trim().is_empty()));
            return Err(format!("{status}: {}", told.unwrap_or("no answer").trim()));
        }
        Answer::parse(&text).map_err(|error| match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        })
    }
}

/// All that comes out of a pipe, when it is closed.
fn listen(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut octets = Vec::new();
        if let Some(pipe) = pipe {
            // What cannot be read is an answer that is cut short, which shows.
            let _ = pipe.take(MAX_ANSWER).read_to_end(&mut octets);
        }
        sender.send(String::from_utf8_lossy(&octets).into_owned())
    });
    receiver
}
