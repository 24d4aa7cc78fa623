//! Accounts connected and opened, at the stand-in for Google and at real CalDAV servers.

use std::{collections::BTreeMap, io::Write, path::Path, process::Command, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};
use taiwa_domain::{
    calendar::{
        CalendarError, CalendarSystem, CalendarSystems, ConnectCode, ConnectError, Connected,
        Consent, Credential,
    },
    clock::Clock,
    meeting::Slot,
};
use taiwa_google_calendar::{IDENTITY, SCOPES};
use taiwa_google_standin::{Fault, Kind, StandIn, Trouble};

use super::systems;
use crate::config::Settings;

struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        "2026-12-01T00:00:00Z".parse().unwrap()
    }
}

const HANA: &str = "hana@example.jp";

fn settings(pairs: &[(&str, &str)]) -> Result<Settings, crate::cli::Problem> {
    let pairs = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Settings::read(None, &pairs.collect::<BTreeMap<_, _>>())
}

/// The systems that an environment configures, or what is wrong with it.
fn configured(pairs: &[(&str, &str)]) -> Result<Arc<dyn CalendarSystems>, String> {
    let settings = settings(pairs).map_err(|problem| problem.to_string())?;
    let mut errors = Vec::new();
    let url = settings.public_url.as_deref();
    let setup = super::check(settings.google, settings.egress, url, &mut errors);
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    systems(&setup, Arc::new(Still)).map_err(|problem| problem.to_string())
}

struct Stage {
    google: StandIn,
    key_file: tempfile::NamedTempFile,
}

impl Stage {
    async fn new() -> Self {
        let google = StandIn::start(Arc::new(Still)).await.unwrap();
        google.hand().person(HANA, Tz::Asia__Tokyo);
        google.hand().client("client", "hush");
        let mut key_file = tempfile::NamedTempFile::new().unwrap();
        let key = google.hand().service_account("robot@project.example", &SCOPES);
        key_file.write_all(key.as_bytes()).unwrap();
        Self { google, key_file }
    }

    fn systems(&self) -> Arc<dyn CalendarSystems> {
        configured(&[
            ("TAIWA_PUBLIC_URL", "https://taiwa.example.com/"),
            ("TAIWA_GOOGLE_CLIENT_ID", "client"),
            ("TAIWA_GOOGLE_CLIENT_SECRET", "hush"),
            ("TAIWA_GOOGLE_SERVICE_ACCOUNT", self.key_file.path().to_str().unwrap()),
            ("TAIWA_GOOGLE_ENDPOINT", self.google.url().as_str()),
        ])
        .unwrap()
    }

    /// A person consents to the first `given` of what they are asked for.
    fn consent(&self, systems: &dyn CalendarSystems, person: &str, given: usize) -> Credential {
        let verifier: SecretString = "v".repeat(43).into();
        let ask = Consent { state: "state-1", verifier: &verifier, hint: Some(person) };
        let url = systems.consent(CalendarSystem::Google, &ask).unwrap();
        let code = self.google.hand().consent(&url.parse().unwrap(), person, given).into();
        Credential::Code { code, verifier }
    }
}

const ALL: usize = SCOPES.len() + IDENTITY.len();

async fn refusal(
    systems: &dyn CalendarSystems,
    system: CalendarSystem,
    credential: &Credential,
) -> (ConnectCode, Option<String>) {
    match systems.connect(system, credential).await {
        Err(ConnectError::Refused { code, instead }) => (code, instead),
        other => panic!("{other:?}"),
    }
}

async fn opens(systems: &dyn CalendarSystems, connected: &Connected) -> Result<(), CalendarError> {
    let calendar = systems.open(&connected.account, &connected.secret, Tz::Asia__Tokyo)?;
    let now = Still.now();
    calendar.busy(Slot { starts_at: now, ends_at: now + TimeDelta::days(7) }).await.map(drop)
}

#[tokio::test]
async fn a_person_connects_google_by_consent() {
    let stage = Stage::new().await;
    let systems = stage.systems();
    let url = {
        let verifier = "v".repeat(43).into();
        let ask = Consent { state: "s", verifier: &verifier, hint: None };
        systems.consent(CalendarSystem::Google, &ask).unwrap()
    };
    let back = "redirect_uri=https%3A%2F%2Ftaiwa.example.com%2Fcalendars%2Fgoogle%2Fcallback";
    assert!(url.contains(back), "{url}");
    let credential = stage.consent(&*systems, HANA, ALL);
    let connected = systems.connect(CalendarSystem::Google, &credential).await.unwrap();
    assert_eq!(connected.account.address, HANA);
    assert_eq!(connected.account.tenant.as_deref(), Some("example.jp"));
    assert_eq!(connected.account.settings, r#"{"access":"consent"}"#);
    opens(&*systems, &connected).await.unwrap();
    assert_eq!(
        refusal(&*systems, CalendarSystem::Google, &credential).await.0,
        ConnectCode::Unauthorized,
        "a code is good once"
    );
    let part = stage.consent(&*systems, HANA, 1);
    let incomplete = refusal(&*systems, CalendarSystem::Google, &part).await.0;
    assert_eq!(incomplete, ConnectCode::Incomplete);
    stage.google.hand().revoke(HANA);
    assert!(matches!(opens(&*systems, &connected).await, Err(CalendarError::Unauthorized)));
}

#[tokio::test]
async fn a_consumers_account_has_no_tenant() {
    let stage = Stage::new().await;
    stage.google.hand().person("hana@gmail.com", Tz::Asia__Tokyo);
    let systems = stage.systems();
    let credential = stage.consent(&*systems, "hana@gmail.com", ALL);
    let connected = systems.connect(CalendarSystem::Google, &credential).await.unwrap();
    assert_eq!(connected.account.tenant, None);
}

#[tokio::test]
async fn a_company_delegates_its_google_calendars() {
    let stage = Stage::new().await;
    let systems = stage.systems();
    let of = |address: &str| Credential::Delegated { address: address.to_owned() };
    let connected = systems.connect(CalendarSystem::Google, &of("Hana@Example.JP")).await.unwrap();
    assert_eq!(connected.account.address, HANA);
    assert_eq!(connected.account.tenant.as_deref(), Some("example.jp"));
    assert_eq!(connected.secret.expose_secret(), "{}");
    opens(&*systems, &connected).await.unwrap();
    for (address, code) in [
        ("nobody@example.jp", ConnectCode::Unauthorized),
        ("hana", ConnectCode::BadAddress),
        ("hana@", ConnectCode::BadAddress),
        (&format!("{}@example.jp", "h".repeat(300)), ConnectCode::BadAddress),
    ] {
        let refused = refusal(&*systems, CalendarSystem::Google, &of(address)).await.0;
        assert_eq!(refused, code, "{address}");
    }
}

/// A code is used up by its first use: what Google could not show then must not lose the consent.
#[tokio::test]
async fn a_consent_survives_google_being_down_after_it() {
    let stage = Stage::new().await;
    let systems = stage.systems();
    let trouble = |kind, times| Fault {
        user: None,
        kind: Some(kind),
        times,
        trouble: Trouble::Status(503, "backendError", Some(600)),
    };
    let credential = stage.consent(&*systems, HANA, ALL);
    stage.google.fault(trouble(Kind::Token, 1));
    let later = systems.connect(CalendarSystem::Google, &credential).await;
    assert!(matches!(later, Err(ConnectError::Later(_))), "{later:?}");
    stage.google.fault(trouble(Kind::FreeBusy, 1));
    systems.connect(CalendarSystem::Google, &credential).await.unwrap();
}

#[tokio::test]
async fn what_is_not_configured_is_not_offered() {
    let systems = configured(&[]).unwrap();
    assert!(!systems.offers(CalendarSystem::Google) && systems.offers(CalendarSystem::Caldav));
    assert_eq!(systems.notices(CalendarSystem::Google), None);
    let verifier = "v".repeat(43).into();
    let ask = Consent { state: "s", verifier: &verifier, hint: None };
    assert_eq!(systems.consent(CalendarSystem::Google, &ask), None);
    assert_eq!(systems.consent(CalendarSystem::Caldav, &ask), None);
    let delegated = Credential::Delegated { address: HANA.to_owned() };
    for system in [CalendarSystem::Google, CalendarSystem::Caldav] {
        assert_eq!(refusal(&*systems, system, &delegated).await.0, ConnectCode::NotOffered);
    }
    let stage = Stage::new().await;
    let both = stage.systems();
    let connected = both.connect(CalendarSystem::Google, &delegated).await.unwrap();
    assert!(matches!(opens(&*systems, &connected).await, Err(CalendarError::Refused(_))));
    // A text that is not the adapter's own opens nothing.
    let mut broken = connected.account;
    broken.settings = "{}".to_owned();
    let opened = both.open(&broken, &connected.secret, Tz::UTC);
    assert!(matches!(opened.err(), Some(CalendarError::Refused(_))));
}

#[test]
fn notices_need_https_or_an_address_of_their_own() {
    let of = |pairs: &[(&str, &str)]| {
        let mut all = vec![
            ("TAIWA_GOOGLE_CLIENT_ID", "c"),
            ("TAIWA_GOOGLE_CLIENT_SECRET", "s"),
            ("TAIWA_GOOGLE_ENDPOINT", "http://127.0.0.1:1"),
        ];
        all.extend_from_slice(pairs);
        configured(&all).map(|it| it.notices(CalendarSystem::Google))
    };
    let secure = "https://taiwa.example.com/calendars/google/notices".to_owned();
    let plain = ("TAIWA_PUBLIC_URL", "http://127.0.0.1:8750");
    assert_eq!(of(&[("TAIWA_PUBLIC_URL", "https://taiwa.example.com")]), Ok(Some(secure)));
    assert_eq!(of(&[plain]), Ok(None));
    let own = "http://127.0.0.1:9/notices";
    assert_eq!(of(&[plain, ("TAIWA_GOOGLE_NOTICES", own)]), Ok(Some(own.to_owned())));
}

#[test]
fn every_error_of_the_calendars_is_named_at_once() {
    let problem = configured(&[
        ("TAIWA_GOOGLE_CLIENT_SECRET", "GOCSPX-hush"),
        ("TAIWA_GOOGLE_SERVICE_ACCOUNT", "/nowhere/key.json"),
        ("TAIWA_GOOGLE_ENDPOINT", "http://10.0.0.1"),
        ("TAIWA_GOOGLE_NOTICES", "ftp://example.com"),
        ("TAIWA_GOOGLE_PROJECT_CALLS_PER_MINUTE", "0"),
        ("TAIWA_GOOGLE_LONGEST_WAIT_SECONDS", "3600"),
    ])
    .err()
    .unwrap();
    for part in [
        "client_id and client_secret",
        "/nowhere/key.json",
        "http://10.0.0.1",
        "ftp://example.com",
        "project_calls_per_minute",
        "longest_wait_seconds",
    ] {
        assert!(problem.contains(part), "{part} is missing in {problem}");
    }
    assert!(!problem.contains("hush"), "{problem}");
    let problem = configured(&[
        ("TAIWA_EGRESS_ALLOW", "10.0.0.0/8, https://x"),
        ("TAIWA_EGRESS_PLAIN_HTTP", "perhaps"),
        ("TAIWA_GOOGLE_USER_CALLS_PER_MINUTE", "many"),
    ])
    .err()
    .unwrap();
    for part in ["https://x", "TAIWA_EGRESS_PLAIN_HTTP", "TAIWA_GOOGLE_USER_CALLS_PER_MINUTE"] {
        assert!(problem.contains(part), "{part} is missing in {problem}");
    }
    let alone = configured(&[("TAIWA_GOOGLE_CLIENT_ID", "c"), ("TAIWA_GOOGLE_CLIENT_SECRET", "s")]);
    assert!(alone.err().unwrap().contains("public_url"));
    let nobody = configured(&[("TAIWA_GOOGLE_USER_CALLS_PER_MINUTE", "100")]).err().unwrap();
    assert!(nobody.contains("service_account"), "{nobody}");
}

#[test]
fn the_tables_are_read_from_the_file_and_the_environment_wins() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let read = |file: &tempfile::NamedTempFile, pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Settings::read(Some(&file.path().to_owned()), &pairs.collect())
    };
    file.write_all(
        b"[google]\nclient_id = \"file\"\nclient_secret = \"GOCSPX-hush\"\n\
          user_calls_per_minute = 100\n[egress]\nallow = [\"10.0.0.0/8\"]\nplain_http = true\n",
    )
    .unwrap();
    let settings = read(
        &file,
        &[("TAIWA_GOOGLE_CLIENT_ID", "environment"), ("TAIWA_EGRESS_ALLOW", "192.168.1.5")],
    )
    .unwrap();
    assert_eq!(settings.google.client_id.as_deref(), Some("environment"));
    assert_eq!(settings.google.user_calls_per_minute, Some(100));
    assert_eq!(settings.egress.allow, ["192.168.1.5".parse().unwrap()]);
    assert!(settings.egress.plain_http);
    assert!(!format!("{settings:?}").contains("hush"), "a secret is never printed");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"[google]\nclient_secret = 271828\n").unwrap();
    let problem = read(&file, &[]).unwrap_err().to_string();
    assert!(!problem.contains("271828"), "{problem}");
}

/// A real CalDAV server that ends with this process.
struct Server {
    tool: &'static str,
    dir: tempfile::TempDir,
    url: String,
}

impl Server {
    fn start(tool: &'static str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let started = Command::new(Self::path(tool))
            .arg("start")
            .arg(dir.path())
            .env("CALDAV_OWNER", std::process::id().to_string())
            .output()
            .unwrap();
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        let url = String::from_utf8(started.stdout).unwrap().trim().to_owned();
        Self { tool, dir, url }
    }

    fn path(tool: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tools").join(tool)
    }

    async fn ask(&self, method: &str, path: &str, body: &str) {
        use taiwa_egress::{Egress, EgressPolicy};
        let policy = EgressPolicy {
            allow: vec!["127.0.0.1".parse().unwrap()],
            plain_http: true,
            ..EgressPolicy::default()
        };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            // hanako:hanako-password
            .header("authorization", "Basic aGFuYWtvOmhhbmFrby1wYXNzd29yZA==")
            .header("content-type", "application/xml; charset=utf-8")
            .header("x-remote-user", "hanako")
            .body(body.to_owned())
            .unwrap();
        let answer = Egress::new(policy).unwrap().send(request).await.unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
    }

    fn credential(&self, password: &str, calendar: Option<String>) -> Credential {
        Credential::Password {
            server: self.url.clone(),
            user: "hanako".to_owned(),
            password: password.to_owned().into(),
            calendar,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = Command::new(Self::path(self.tool)).arg("stop").arg(self.dir.path()).status();
        assert!(stopped.is_ok_and(|status| status.success()), "the server stops");
    }
}

const LOCAL: [(&str, &str); 2] =
    [("TAIWA_EGRESS_ALLOW", "127.0.0.1"), ("TAIWA_EGRESS_PLAIN_HTTP", "true")];

#[tokio::test]
async fn a_person_connects_a_caldav_server_by_password() {
    let server = Server::start("radicale.sh");
    let calendar = |name: &str| {
        format!(
            "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
             <D:displayname>{name}</D:displayname></D:prop></D:set></C:mkcalendar>"
        )
    };
    for name in ["work", "home"] {
        server.ask("MKCALENDAR", &format!("hanako/{name}/"), &calendar(name)).await;
    }
    let systems = configured(&LOCAL).unwrap();
    let named = format!("{}hanako/home", server.url);
    let credential = server.credential("hanako-password", Some(named.clone()));
    let connected = systems.connect(CalendarSystem::Caldav, &credential).await.unwrap();
    assert_eq!(connected.account.address, "hanako", "Radicale knows no mail address");
    assert_eq!(connected.account.tenant, None, "and carries no invitations");
    assert!(connected.account.settings.contains(&named));
    assert!(!connected.account.settings.contains("password"));
    assert!(!format!("{connected:?}").contains("hanako-password"));
    opens(&*systems, &connected).await.unwrap();
    let proposed = server.credential("hanako-password", None);
    systems.connect(CalendarSystem::Caldav, &proposed).await.unwrap();
    for (credential, code) in [
        (server.credential("wrong", None), ConnectCode::Unauthorized),
        (
            server.credential("hanako-password", Some(format!("{}hanako/none/", server.url))),
            ConnectCode::NoCalendar,
        ),
    ] {
        assert_eq!(refusal(&*systems, CalendarSystem::Caldav, &credential).await.0, code);
    }
    let strict = configured(&[]).unwrap();
    let forbidden = refusal(&*strict, CalendarSystem::Caldav, &proposed).await.0;
    assert_eq!(forbidden, ConnectCode::Forbidden);
    let named = |server: &str, user: &str| Credential::Password {
        server: server.to_owned(),
        user: user.to_owned(),
        password: "x".to_owned().into(),
        calendar: None,
    };
    for (server, user, code) in [
        ("https://exa mple", "hanako", ConnectCode::BadAddress),
        (&"h".repeat(3_000), "hanako", ConnectCode::BadAddress),
        (&server.url, "hanako:x", ConnectCode::Unauthorized),
        ("https://no-such-host.invalid", "hanako", ConnectCode::Unreachable),
    ] {
        let refused = refusal(&*systems, CalendarSystem::Caldav, &named(server, user)).await.0;
        assert_eq!(refused, code, "{server}");
    }
}

/// A proxy that has asked for the password, as Xandikos wants one before it.
async fn proxy(upstream: String) -> String {
    use axum::{body::to_bytes, extract::Request, response::IntoResponse};
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let egress = taiwa_egress::Egress::new(taiwa_egress::EgressPolicy {
        allow: vec!["127.0.0.1".parse().unwrap()],
        plain_http: true,
        redirects: 0,
        ..Default::default()
    })
    .unwrap();
    let forward = async move |request: Request| {
        let (mut head, body) = request.into_parts();
        head.uri = format!("{}{}", upstream.trim_end_matches('/'), head.uri).parse().unwrap();
        head.headers.insert("x-remote-user", "hanako".parse().unwrap());
        let body = to_bytes(body, 1 << 20).await.unwrap();
        match egress.send(http::Request::from_parts(head, body)).await {
            Ok(answer) => answer.map(axum::body::Body::from).into_response(),
            Err(_) => axum::http::StatusCode::BAD_GATEWAY.into_response(),
        }
    };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(forward)).await });
    url
}

#[tokio::test]
async fn people_of_one_caldav_server_with_invitations_share_a_tenant() {
    let mut server = Server::start("xandikos.sh");
    server
        .ask(
            "PROPPATCH",
            "hanako/",
            "<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
             <C:calendar-user-address-set><D:href>mailto:Hanako@Example.com</D:href>\
             </C:calendar-user-address-set></D:prop></D:set></D:propertyupdate>",
        )
        .await;
    server.url = proxy(server.url.clone()).await;
    let systems = configured(&LOCAL).unwrap();
    let credential = server.credential("hanako-password", None);
    let connected = systems.connect(CalendarSystem::Caldav, &credential).await.unwrap();
    assert_eq!(connected.account.address, "hanako@example.com");
    assert_eq!(connected.account.tenant.as_deref(), Some(server.url.trim_end_matches('/')));
    opens(&*systems, &connected).await.unwrap();
    let calendar = systems.open(&connected.account, &connected.secret, Tz::Asia__Tokyo).unwrap();
    assert!(calendar.abilities().invites);
}
