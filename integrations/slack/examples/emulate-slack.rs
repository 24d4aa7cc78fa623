//! Checks the adapter against someone else's stand-in for Slack: npm's `emulate`, seeded by
//! `tests/google-emulate/slack.mjs`. Give the address where it listens.

use secrecy::SecretString;
use taiwa_domain::notice::{
    Notifier, NotifyError,
    conformance::{self, Fixture},
};
use taiwa_egress::{Egress, EgressPolicy};
use taiwa_slack::Slack;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let base = std::env::args().nth(1).expect("the address of emulate");
    let policy = EgressPolicy {
        allow: vec!["127.0.0.0/8".parse().expect("a network")],
        plain_http: true,
        ..EgressPolicy::default()
    };
    let egress = Egress::new(policy).expect("a client");
    let slack = |token: &str| {
        let token = SecretString::from(token.to_owned());
        Slack::new(egress.clone(), &base, token)
    };
    let bot = slack("xoxb-taiwa");
    let fixture = Fixture {
        notifier: &bot,
        somebody: "hana@example.jp".to_owned(),
        nobody: "nobody@example.jp".to_owned(),
        run: 1,
    };
    conformance::run(&fixture).await;
    println!("the port's promises are kept");

    let message = fixture.message(9, "hana@example.jp");
    for (token, what) in [("xoxb-narrow", "without its scopes"), ("wrong\r\n", "no token")] {
        let refused = slack(token).send(&message).await;
        assert!(matches!(refused, Err(NotifyError::Unauthorized)), "{what}: {refused:?}");
    }
    println!("a bot without its scopes is told apart");
}
