//! A mail server of a test's own: see `tests/tools/smtp.py`.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::wait;

/// How a connection to it is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// From the first byte.
    Implicit,
    /// By STARTTLS, without which it takes nothing.
    StartTls,
}

/// A mail server, stopped when dropped.
pub struct Smtp {
    folder: TempDir,
    process: Option<Child>,
    port: u16,
    options: Vec<String>,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail(pub Value);

impl Mail {
    /// A header of its head, the first of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    /// All headers of a name.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let all = self.0["headers"].as_array().expect("headers").iter();
        let named = all.filter(|it| it[0].as_str().expect("a name").eq_ignore_ascii_case(name));
        named.map(|it| it[1].as_str().expect("a value")).collect()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.0["text"].as_str().expect("a text")
    }

    /// Its HTML.
    pub fn html(&self) -> &str {
        self.0["html"].as_str().expect("a page")
    }

    /// To whom it went.
    pub fn to(&self) -> Vec<&str> {
        let to = self.0["to"].as_array().expect("addresses").iter();
        to.map(|it| it.as_str().expect("an address")).collect()
    }
}

impl Smtp {
    /// Starts one that takes mail from anybody.
    pub fn start() -> Self {
        Self::with(None, Tls::None)
    }

    /// Starts one; with a name and a password it takes mail from whoever knows them.
    pub fn with(credentials: Option<(&str, &str)>, tls: Tls) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = vec!["--dir".to_owned(), folder.path().display().to_string()];
        if let Some((user, password)) = credentials {
            options.extend(["--user", user, "--password", password].map(str::to_owned));
        }
        match tls {
            Tls::None => {}
            Tls::Implicit => options.extend(["--tls", "implicit"].map(str::to_owned)),
            Tls::StartTls => options.extend(["--tls", "starttls"].map(str::to_owned)),
        }
        let mut server = Self { folder, process: None, port: 0, options };
        server.resume();
        server
    }

    /// Starts it again at the same port.
    pub fn resume(&mut self) {
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/smtp.sh");
        let mut process = Command::new(tool)
            .args(&self.options)
            .args(["--port", &self.port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("it says where it is");
        let said: Value = serde_json::from_str(&line).expect("it listens");
        self.port = said["port"].as_u64().expect("a port") as u16;
        self.process = Some(process);
    }

    /// Stops it; what it kept stays.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Where it is.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate that it shows, in PEM.
    pub fn certificate(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("cert.pem")).expect("a certificate")
    }

    /// Everything that was taken, in its order.
    pub fn mails(&self) -> Vec<Mail> {
        let all = std::fs::read_dir(self.folder.path()).expect("a folder");
        let mut files: Vec<PathBuf> = all.map(|it| it.expect("a file").path()).collect();
        files.retain(|it| it.extension().is_some_and(|it| it == "json"));
        files.sort();
        files
            .iter()
            .map(|it| {
                let text = std::fs::read_to_string(it).expect("a mail");
                Mail(serde_json::from_str(&text).expect("JSON"))
            })
            .collect()
    }

    /// Waits until so many have come to an address, and returns them.
    pub async fn mails_to(&self, address: &str, count: usize) -> Vec<Mail> {
        wait::until("mail", async || {
            let mut mails = self.mails();
            mails.retain(|it| it.to() == [address]);
            (mails.len() >= count).then_some(mails)
        })
        .await
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.stop();
    }
}
