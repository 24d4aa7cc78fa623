use std::io::Write;

use taiwa_domain::calendar::CalendarSystem;

use super::configured;
use crate::config::Settings;

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
