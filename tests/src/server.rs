//! A running server.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};

use crate::{caller::Base, wait};

/// A server process, killed when dropped; a panic in its log fails the test.
pub struct Server {
    process: Child,
    log: PathBuf,
    /// Where it listens.
    pub base: Base,
}

impl Server {
    /// Starts a command that serves, and waits until it is healthy.
    pub async fn start(mut command: Command, log: PathBuf) -> Self {
        let out = File::create(&log).expect("a log");
        command.stdout(out.try_clone().expect("a log")).stderr(out);
        let process = command.spawn().expect("the server starts");
        let mut server = Self { process, log, base: Arc::new(Mutex::new(String::new())) };
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let found = wait::until("a healthy server", async || {
            if let Some(status) = server.process.try_wait().expect("its state") {
                panic!("the server ended with {status}:\n{}", server.text());
            }
            let base = address(&server.text())?;
            let health = client.get(format!("{base}/health")).send().await;
            health.is_ok_and(|answer| answer.status().is_success()).then_some(base)
        })
        .await;
        *server.base.lock().expect("the address") = found;
        server
    }

    /// Everything it has written.
    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address in a log: the colours around words do not reach into it.
fn address(log: &str) -> Option<String> {
    let at = log.find("http://127.0.0.1:")?;
    let rest = &log[at..];
    let end = rest["http://".len()..].find('/')? + "http://".len();
    Some(rest[..end].to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let text = self.text();
        if std::thread::panicking() {
            let from = text.char_indices().rev().nth(3_000).map_or(0, |(at, _)| at);
            eprintln!("the end of the server's log:\n{}", &text[from..]);
        } else {
            assert!(!text.contains("panicked at"), "the server panicked:\n{text}");
        }
    }
}

/// A log beside others of the same folder.
pub fn log_in(folder: &Path, name: &str) -> PathBuf {
    (1..)
        .map(|n| folder.join(format!("{name}-{n}.log")))
        .find(|path| !path.exists())
        .expect("a free name")
}
