use std::{io::Write, sync::Arc};

use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};
use taiwa_domain::calendar::{
    CalendarError, CalendarSystem, CalendarSystems, ConnectCode, ConnectError, Consent, Credential,
};
use taiwa_google_calendar::{IDENTITY, SCOPES};
use taiwa_google_standin::{Fault, Kind, StandIn, Trouble};

use super::{Still, configured, opens, refusal};

const HANA: &str = "hana@example.jp";

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
    let client = Fault {
        user: None,
        kind: Some(Kind::Token),
        times: 1,
        trouble: Trouble::Status(401, "invalid_client", None),
    };
    stage.google.fault(client);
    let credential = stage.consent(&*systems, HANA, ALL);
    let refused = refusal(&*systems, CalendarSystem::Google, &credential).await.0;
    assert_eq!(refused, ConnectCode::NotOffered, "the operator's client is none");
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
    let closed = opens(&*systems, &connected).await;
    assert!(matches!(closed, Err(CalendarError::Unavailable { .. })), "not lost: {closed:?}");
    // A text that is not the adapter's own opens nothing.
    let mut broken = connected.account;
    broken.settings = "{}".to_owned();
    let opened = both.open(&broken, &connected.secret, Tz::UTC);
    assert!(matches!(opened.err(), Some(CalendarError::Refused(_))));
}
