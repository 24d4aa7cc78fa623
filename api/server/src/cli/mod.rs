//! The command line. Results go to standard output, progress and logs to standard error; with
//! `--json` exactly one JSON document is printed, also for a failure.

mod calendar;
mod demo;
mod import;
mod keys;
mod migrate;
mod organization;
pub(crate) mod output;
mod plan;
mod schema;
mod serve;
mod token;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
pub(crate) use output::Problem;
use taiwa_operations::App;

use crate::{config::Settings, runtime};

/// Taiwa: a headless backend for companies' 1on1 programs.
#[derive(Parser)]
#[command(version, about, max_term_width = 100, after_help = "Start with: taiwa demo")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Common {
    /// Print one JSON document to standard output
    #[arg(long, global = true)]
    json: bool,
    /// Database: sqlite:PATH or postgres://USER@HOST/NAME [env: TAIWA_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// Key ring made by `taiwa keys generate` [env: TAIWA_KEY_RING, its path or its content]
    #[arg(long, global = true, value_name = "FILE")]
    key_ring: Option<String>,
    /// Configuration file in TOML [env: TAIWA_CONFIG]
    #[arg(long, global = true, value_name = "FILE", env = "TAIWA_CONFIG", hide_env = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Start a sample company on SQLite, planned and ready to query
    Demo(demo::Demo),
    /// Serve the GraphQL API
    Serve(serve::Serve),
    /// Bring the database schema up to date
    Migrate,
    /// Make an organization
    #[command(subcommand)]
    Organization(organization::Organization),
    /// Import an org chart from CSV, TSV or XLSX
    Import(import::Import),
    /// Plan 1on1s, of an organization or of an instance file
    Plan(plan::Plan),
    /// Connect a company's calendars
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// Issue an access token for local use
    Token(token::Token),
    /// Make a key ring, and turn it
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Print the GraphQL schema (SDL)
    Schema,
}

impl Common {
    fn settings(&self) -> Result<Settings, Problem> {
        let environment: BTreeMap<String, String> =
            std::env::vars().filter(|(name, _)| name.starts_with("TAIWA_")).collect();
        let mut settings = Settings::read(self.config.as_ref(), &environment)?;
        settings.database = self.database.clone().or(settings.database);
        settings.key_ring = self.key_ring.clone().or(settings.key_ring);
        Ok(settings)
    }

    /// Connects to the database; the key ring is used if one is given.
    async fn app(&self) -> Result<App, Problem> {
        let settings = self.settings()?;
        let (ring, setup) = (settings.ring()?, settings.calendars()?);
        let notices = settings.notices()?;
        let url = settings.database.ok_or_else(|| {
            Problem::new(
                "database",
                "name the database with --database or TAIWA_DATABASE_URL, e.g. sqlite:taiwa.sqlite",
            )
        })?;
        runtime::connect(&url, ring.as_ref(), &setup, &notices).await
    }
}

/// Parses the command line and runs the command.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // A wrong command line is a failure like any other; help and version are none.
        Err(error) if error.use_stderr() && std::env::args_os().any(|arg| arg == "--json") => {
            output::failed(&Problem::new("usage", error.to_string().trim_end()), true);
            return ExitCode::from(2);
        }
        Err(error) => error.exit(),
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("TAIWA_LOG")
        .unwrap_or_else(|_| "warn,taiwa=info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let json = cli.common.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return output::failed(&Problem::new("runtime", error.to_string()), json);
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => output::failed(&problem, json),
    }
}

async fn run(cli: Cli) -> Result<(), Problem> {
    let common = &cli.common;
    match cli.command {
        Command::Demo(it) => it.run(common).await,
        Command::Serve(it) => it.run(common).await,
        Command::Migrate => migrate::run(common).await,
        Command::Organization(it) => it.run(common).await,
        Command::Import(it) => it.run(common).await,
        Command::Plan(it) => it.run(common).await,
        Command::Calendar(it) => it.run(common).await,
        Command::Token(it) => it.run(common).await,
        Command::Keys(it) => it.run(common).await,
        Command::Schema => schema::run(common),
    }
}
