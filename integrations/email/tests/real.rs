//! Against a real mail server on the loopback interface: PyPI's aiosmtpd.

use std::time::Duration;

use taiwa_domain::notice::{
    Message, Notifier, NotifyError,
    conformance::{self, Fixture},
};
use taiwa_email::{Email, Encryption, Settings};
use taiwa_tests::smtp::{Mail, Smtp, Tls};

const FROM: &str = "Taiwa 対話 <taiwa@example.com>";

fn email(url: &str, trust: Option<String>) -> Email {
    let settings = Settings::new(url, FROM, trust).expect("settings");
    Email::with_patience(&settings, Duration::from_secs(10)).expect("a way")
}

fn plain(server: &Smtp) -> Email {
    email(&format!("smtp://127.0.0.1:{}", server.port()), None)
}

fn fixture(notifier: &Email) -> Fixture<'_> {
    let somebody = "hanako@example.com".to_owned();
    Fixture { notifier, somebody, nobody: "nobody@example.com".to_owned(), run: 7 }
}

fn message(notifier: &Email, number: u128, to: &str) -> Message {
    fixture(notifier).message(number, to)
}

#[tokio::test]
async fn it_keeps_the_ports_promises_and_the_same_mail_has_the_same_name() {
    let server = Smtp::start();
    let email = plain(&server);
    conformance::run(&fixture(&email)).await;
    let mails = server.mails();
    let names: Vec<_> = mails.iter().map(|it| it.header("message-id").expect("a name")).collect();
    assert_eq!(names.len(), 4, "the first went twice: {names:?}");
    assert_eq!(names[0], names[1]);
    assert_ne!(names[1], names[2]);
    assert!(names[0].starts_with('<') && names[0].ends_with("@example.com>"), "{names:?}");
}

/// Whatever a name or a subject holds, it adds no header, no recipient and no markup.
#[tokio::test]
async fn words_stay_words_in_any_language() {
    let server = Smtp::start();
    let email = plain(&server);
    email.send(&message(&email, 1, "hanako@example.com")).await.expect("taken");
    let mail: Mail = server.mails().remove(0);
    assert_eq!(mail.to(), ["hanako@example.com"]);
    assert_eq!(mail.0["defects"].as_array().map(Vec::len), Some(0), "{mail:?}");
    assert_eq!(mail.header("subject"), Some("明日の1on1：準備のお願い  X-Injected: yes"));
    let to = mail.header("to").expect("a recipient");
    assert!(to.contains("髙橋 花子") && to.ends_with("<hanako@example.com>"), "{to}");
    assert!(mail.headers("bcc").is_empty() && mail.headers("x-injected").is_empty(), "{mail:?}");
    let from = mail.header("from").expect("a sender");
    assert!(from.contains("対話") && from.ends_with("<taiwa@example.com>"), "{from}");
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    let stop = "<https://taiwa.example.com/notices/stop/abc>";
    assert_eq!(mail.header("list-unsubscribe"), Some(stop));
    assert_eq!(mail.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    for once in ["date", "from", "to", "subject", "message-id", "list-unsubscribe"] {
        assert_eq!(mail.headers(once).len(), 1, "{once}");
    }
    assert_eq!(mail.0["type"], "multipart/alternative");
    assert!(mail.text().contains("12月1日(火) 10:00〜10:30 の1on1です。<script>&</script>"));
    let link = "https://app.example.com/meetings/meeting_1?a=1&b=2";
    assert!(mail.text().lines().any(|line| line == link), "{}", mail.text());
    assert!(mail.html().contains("&lt;script&gt;&amp;&lt;/script&gt;"), "{}", mail.html());
    assert!(!mail.html().contains("<script>"));
    // Lines as RFC 5322 wants them: ASCII, and none longer than 998 bytes.
    let raw = mail.0["raw"].as_str().expect("ASCII");
    assert!(raw.is_ascii() && raw.lines().all(|it| it.len() <= 998));
}

#[tokio::test]
async fn passwords_go_by_tls_and_open_the_server() {
    for (tls, scheme, query) in
        [(Tls::Implicit, "smtps", ""), (Tls::StartTls, "smtp", "?tls=required")]
    {
        let server = Smtp::with(Some(("taiwa", "p/あ:s")), tls);
        let port = server.port();
        let url = |password: &str| format!("{scheme}://taiwa:{password}@127.0.0.1:{port}{query}");
        let trusted = Some(server.certificate());
        let right = email(&url("p%2F%E3%81%82%3As"), trusted.clone());
        right.send(&message(&right, 1, "hanako@example.com")).await.expect("taken");
        let mail = server.mails().remove(0);
        assert_eq!((&mail.0["tls"], &mail.0["authenticated"]), (&true.into(), &true.into()));
        let wrong = email(&url("wrong"), trusted);
        let refused = wrong.send(&message(&wrong, 2, "hanako@example.com")).await;
        assert!(matches!(refused, Err(NotifyError::Unauthorized)), "{refused:?}");
        // A certificate of nobody we know: nothing is said to it.
        let stranger = email(&url("p%2F%E3%81%82%3As"), None);
        let refused = stranger.send(&message(&stranger, 3, "hanako@example.com")).await;
        assert!(matches!(refused, Err(NotifyError::Unavailable { .. })), "{refused:?}");
        assert_eq!(server.mails().len(), 1);
    }
}

/// A server that offers no TLS where it is asked for gets nothing.
#[tokio::test]
async fn tls_is_never_given_up() {
    let server = Smtp::start();
    let url = format!("smtp://taiwa:secret@127.0.0.1:{}?tls=required", server.port());
    let settings = Settings::new(&url, FROM, None).expect("settings");
    assert_eq!(settings.encryption(), Encryption::StartTls);
    let asked = email(&url, None);
    let refused = asked.send(&message(&asked, 1, "hanako@example.com")).await;
    assert!(refused.is_err(), "{refused:?}");
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_is_waited_for() {
    let mut server = Smtp::start();
    let email = plain(&server);
    email.send(&message(&email, 1, "hanako@example.com")).await.expect("taken");
    server.stop();
    // Also over the connection that was open.
    for _ in 0..2 {
        let refused = email.send(&message(&email, 2, "hanako@example.com")).await;
        assert!(matches!(refused, Err(NotifyError::Unavailable { .. })), "{refused:?}");
    }
    server.resume();
    email.send(&message(&email, 2, "hanako@example.com")).await.expect("it is back");
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn every_refusal_is_what_it_says() {
    let server = Smtp::start();
    let email = plain(&server);
    let send = async |to: &str| email.send(&message(&email, 1, to)).await;
    let busy = send("busy@example.com").await;
    assert!(matches!(busy, Err(NotifyError::Unavailable { .. })), "{busy:?}");
    send("busy@example.com").await.expect("the second time");
    let policy = send("policy@example.com").await;
    assert!(matches!(policy, Err(NotifyError::Refused(_))), "{policy:?}");
    let full = send("full@example.com").await;
    assert!(matches!(full, Err(NotifyError::Refused(_))), "{full:?}");
    let nobody = send("nobody-here@example.com").await;
    assert!(matches!(nobody, Err(NotifyError::NoSuchAddress)), "{nobody:?}");
    let slow = send("slow@example.com").await;
    assert!(matches!(slow, Err(NotifyError::Unavailable { .. })), "{slow:?}");
    // What is said of a failure names nobody.
    for failure in [busy, policy, full, nobody, slow] {
        let said = failure.expect_err("a failure").to_string();
        assert!(!said.contains('@') && !said.contains("127"), "{said}");
    }
}
