//! A database of a test's own, and raw SQL for what no interface offers, such as letting time
//! pass.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use serde_json::Value;

/// Which database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database on the server that `TAIWA_TEST_POSTGRES_URL` names.
    Postgres,
}

/// A database, gone when dropped.
pub struct TestDatabase {
    /// Which engine.
    pub engine: Engine,
    /// What `--database` takes.
    pub url: String,
    name: String,
}

fn server() -> String {
    std::env::var("TAIWA_TEST_POSTGRES_URL").expect(
        "TAIWA_TEST_POSTGRES_URL is not set: start a server with \
         tests/tools/postgres.sh start DIR, or run tests/run --only rust",
    )
}

impl TestDatabase {
    /// Makes an empty database.
    pub fn make(engine: Engine, folder: &Path) -> Self {
        match engine {
            Engine::Sqlite => {
                let name = folder.join("taiwa.sqlite").display().to_string();
                Self { engine, url: format!("sqlite:{name}"), name }
            }
            Engine::Postgres => {
                let server = server();
                let folder = folder.file_name().expect("a name").to_string_lossy().to_lowercase();
                let unique: String = folder.chars().filter(char::is_ascii_alphanumeric).collect();
                let name = format!("taiwa_{}_{unique}", std::process::id());
                psql(&server, &[&format!("create database {name}")]);
                let (begin, _) = server.rsplit_once('/').expect("a database in the URL");
                Self { engine, url: format!("{begin}/{name}"), name }
            }
        }
    }

    /// An id as the engine's SQL writes it.
    pub fn id(&self, id: &str) -> String {
        match self.engine {
            Engine::Sqlite => format!("x'{}'", id.replace('-', "")),
            Engine::Postgres => format!("'{id}'"),
        }
    }

    /// Runs SQL as the owner of the tables, for one tenant, and returns the rows of a query.
    pub fn sql(&self, tenant: &str, sql: &str) -> Vec<Value> {
        match self.engine {
            Engine::Sqlite => sqlite_rows(&self.name, sql),
            Engine::Postgres => {
                let tenant = format!("set app.tenant = '{tenant}'");
                let query = sql.trim_start().starts_with("select");
                let sql = match query {
                    true => format!("select coalesce(json_agg(t), '[]') from ({sql}) t"),
                    false => sql.to_owned(),
                };
                let out = psql(&self.url, &[&tenant, &sql]);
                let rows = if query { &out } else { "[]" };
                serde_json::from_str(rows).unwrap_or_else(|error| panic!("{error}: {rows}"))
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.engine == Engine::Postgres {
            // Not by force: that may not end an autovacuum worker, which the plain form waits for,
            // as it does for connections of a server that was killed a moment ago.
            let statement = format!("drop database if exists {}", self.name);
            if !(0..5).any(|_| try_psql(&server(), &[&statement]).0) {
                eprintln!("{} could not be dropped", self.name);
            }
        }
    }
}

/// Runs statements one after the other and returns what they print, or fails.
pub fn psql(url: &str, statements: &[&str]) -> String {
    let (succeeded, out) = try_psql(url, statements);
    assert!(succeeded, "{statements:?}: {out}");
    out
}

/// Runs statements one after the other; whether all went well, and what they printed.
pub fn try_psql(url: &str, statements: &[&str]) -> (bool, String) {
    let mut command = Command::new("psql");
    // Defaults are in the environment where a password in the arguments would be in everybody's
    // sight; this one is of a throw-away server.
    command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url]);
    for statement in statements {
        command.args(["-c", statement]);
    }
    let output = command.output().expect("psql is installed");
    let mut text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.push_str(String::from_utf8_lossy(&output.stderr).trim());
    (output.status.success(), text)
}

/// Answers one request a line: starting anew for each look takes longer than most looks.
const SQLITE: &str = "
import json, sqlite3, sys
plain = lambda value: value.hex() if isinstance(value, bytes) else value
for line in sys.stdin:
    file, sql = json.loads(line)
    connection = sqlite3.connect(file, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        rows = connection.execute(sql).fetchall()
        connection.commit()
        answer = {'Ok': [{key: plain(row[key]) for key in row.keys()} for row in rows]}
    except sqlite3.Error as error:
        answer = {'Err': str(error)}
    finally:
        connection.close()
    print(json.dumps(answer), flush=True)
";

/// Python's SQLite, which ends with the test.
struct Python {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start() -> Mutex<Self> {
        let mut process = Command::new("python3")
            .args(["-c", SQLITE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python 3 is installed");
        let answers = BufReader::new(process.stdout.take().expect("it was piped"));
        Mutex::new(Self { process, answers })
    }

    fn ask(&mut self, file: &str, sql: &str) -> String {
        let questions = self.process.stdin.as_mut().expect("it was piped");
        writeln!(questions, "{}", serde_json::json!([file, sql])).expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        answer
    }
}

/// The rows of a query on a SQLite file.
pub fn sqlite_rows(file: &str, sql: &str) -> Vec<Value> {
    static PYTHON: LazyLock<Mutex<Python>> = LazyLock::new(Python::start);
    let answer = PYTHON.lock().expect("nobody failed with it").ask(file, sql);
    let rows: Result<Vec<Value>, String> = serde_json::from_str(&answer).expect("an answer");
    rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
}
