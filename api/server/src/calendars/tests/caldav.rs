use std::{path::Path, process::Command};

use chrono_tz::Tz;
use taiwa_domain::calendar::{CalendarSystem, ConnectCode, Credential};

use super::{configured, opens, refusal};

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
