//! The server: routes, workers, and a stop that lets requests finish.

use std::net::SocketAddr;

use std::sync::Arc;

use axum::{Router, middleware::from_fn_with_state};
use taiwa_operations::{App, work};
use tokio::net::TcpListener;

use crate::{
    calendars::{self, desk::Desk},
    cli::Problem,
    config::Checked,
    export, feed,
    gate::TokenGate,
    http::{self, HttpOptions},
    minutes, notices, runtime,
    sockets::Seats,
    subscriptions, uploads,
};

/// What a running server needs beyond the application.
pub(crate) struct Serving {
    pub(crate) public_url: Option<String>,
    pub(crate) options: HttpOptions,
    pub(crate) workers: bool,
}

/// Serves until the process is asked to stop.
pub(crate) async fn serve(settings: Checked) -> Result<(), Problem> {
    let (calendars, notices) = (&settings.calendars, &settings.notices);
    let app =
        runtime::connect(&settings.database, Some(&settings.ring), calendars, notices).await?;
    let listener = bind(settings.listen).await?;
    let address = listener.local_addr().map_err(listening)?;
    tracing::info!(engine = app.database.engine(), "listening on http://{address}/graphql");
    let serving = Serving {
        public_url: settings.public_url,
        workers: settings.workers,
        options: HttpOptions {
            allowed_origins: settings.allowed_origins,
            graphiql: settings.graphiql,
            introspection: settings.introspection,
            ..HttpOptions::default()
        },
    };
    run(app, listener, serving).await
}

fn listening(error: std::io::Error) -> Problem {
    Problem::new("listen", error.to_string())
}

/// Binds an address, with an error that names it and the way out.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    TcpListener::bind(address).await.map_err(|error| {
        Problem::new(
            "listen",
            format!("cannot listen on {address}: {error}; choose another with --listen or --port"),
        )
    })
}

/// Runs routes and workers on a bound listener.
pub(crate) async fn run(app: App, listener: TcpListener, serving: Serving) -> Result<(), Problem> {
    let address = listener.local_addr().map_err(listening)?;
    let public_url = serving.public_url.unwrap_or_else(|| format!("http://{address}"));
    let gate = TokenGate { app: app.clone() };
    let api = taiwa_graphql::api(&taiwa_graphql::Settings { public_url });
    let origins = serving.options.allowed_origins.clone();
    let seats = Seats::default();
    let server = Arc::new(http::Server::new(api.clone(), gate.clone(), serving.options));
    let setup = subscriptions::Setup {
        server: server.clone(),
        gate: gate.clone(),
        seats: seats.clone(),
        origins: origins.as_slice().into(),
    };
    let graphql =
        http::router(server.clone()).layer(from_fn_with_state(setup, subscriptions::upgrade));
    let router = Router::new()
        .merge(graphql)
        .merge(http::harden(export::router(api, gate.clone()), &origins))
        .merge(minutes::router(gate.clone(), seats, &origins))
        .merge(http::harden(uploads::router(gate), &origins))
        .merge(feed::router(app.clone()))
        .merge(calendars::callback::router(Desk(app.clone())))
        .merge(calendars::notices::router(Desk(app.clone())))
        .merge(notices::stop::router(app.clone()));
    let worker =
        serving.workers.then(|| tokio::spawn(work::run_forever(app, work::Workers::default())));
    let stopping = async move {
        stopped().await;
        server.stop();
    };
    let served = axum::serve(listener, router).with_graceful_shutdown(stopping).await;
    if let Some(worker) = worker {
        worker.abort();
    }
    served.map_err(listening)
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
