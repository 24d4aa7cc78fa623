//! Access tokens: what is not exactly a valid one is refused, and rows decide what it may do.

mod signer;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use signer::{Signer, claims};
use taiwa_tests::{Caller, Ran, Value, binary, both, cast::COMPANY, json};

fn encode(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

const QUERY: &str = "{ viewer { person { number } roles } }";

async fn refused(caller: &Caller, token: &str, what: &str) {
    let answer = caller.with_token(Some(token)).ask(QUERY, json!({})).await;
    assert_eq!(answer.status, 401, "{what}: {answer:?}");
    assert!(answer.body.get("data").is_none(), "{what}: {answer:?}");
    let upload = caller.with_token(Some(token)).post_upload("a.csv", Vec::new()).await;
    assert_eq!(upload.status().as_u16(), 401, "{what}");
}

async fn taken(caller: &Caller, what: &str) -> Value {
    let answer = caller.ask(QUERY, json!({})).await;
    assert_eq!(answer.status, 200, "{what}: {answer:?}");
    answer.data()["viewer"].clone()
}

both! {
    /// Forged, altered, mistyped, expired and foreign tokens are no tokens.
    async fn only_our_own_valid_tokens_are_taken(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let other = world.company("other", COMPANY).await;
        let caller = world.person(&org, "A1", Some("administrator"));
        let ours = Signer::read(&world.keys());
        let valid = caller.token.clone().expect("a token");
        let full = claims(&valid);
        // What is forged below differs from this one, which passes, in one point each.
        let twin = ours.sign(&ours.header(), &full);
        assert_eq!(taken(&caller.with_token(Some(&twin)), "a twin").await["person"]["number"], "A1");

        let with = |name: &str, value: Value| {
            let mut claims = full.clone();
            claims[name] = value;
            ours.sign(&ours.header(), &claims)
        };
        let now = full["iat"].as_i64().expect("a time");
        let stranger = claims(world.person(&other, "A1", None).token.as_deref().expect("a token"));
        for (what, token) in [
            ("expired", with("exp", json!(now - 1))),
            ("not yet valid", with("nbf", json!(now + 3_600))),
            ("for another audience", with("aud", json!("taiwa-web"))),
            ("by another issuer", with("iss", json!("https://elsewhere.example"))),
            ("never issued", with("jti", json!(uuid::Uuid::from_u128(7)))),
            ("for another organization", with("org", stranger["org"].clone())),
            ("of another organization's session", with("jti", stranger["jti"].clone())),
        ] {
            refused(&caller, &token, what).await;
        }
        for claim in ["iss", "aud", "sub", "org", "jti", "iat", "nbf", "exp"] {
            let mut less = full.clone();
            less.as_object_mut().expect("claims").remove(claim);
            refused(&caller, &ours.sign(&ours.header(), &less), claim).await;
        }
        for typ in [None, Some("JWT"), Some("id+jwt")] {
            let mut header = ours.header();
            header.typ = typ.map(str::to_owned);
            refused(&caller, &ours.sign(&header, &full), &format!("typ {typ:?}")).await;
        }

        let file = world.folder.path().join("other.json");
        Ran::of(binary::command().args(["keys", "generate", "--json"]).arg(&file)).json();
        let theirs = Signer::read(&file);
        refused(&caller, &theirs.sign(&theirs.header(), &full), "another ring").await;
        refused(&caller, &theirs.sign(&ours.header(), &full), "another ring under our name").await;
        let mut nameless = ours.header();
        nameless.kid = None;
        refused(&caller, &ours.sign(&nameless, &full), "no kid").await;

        let parts: Vec<&str> = valid.split('.').collect();
        let none = encode(&json!({"alg": "none", "typ": "at+jwt", "kid": ours.id}));
        refused(&caller, &format!("{none}.{}.", parts[1]), "alg none").await;
        refused(&caller, &format!("{none}.{}.{}", parts[1], parts[2]), "alg none, signed").await;
        let mut promoted = full.clone();
        promoted["sub"] = stranger["sub"].clone();
        refused(&caller, &format!("{}.{}.{}", parts[0], encode(&promoted), parts[2]), "altered").await;
        let mut signature = BASE64_URL_SAFE_NO_PAD.decode(parts[2]).expect("a signature");
        signature[10] ^= 1;
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        refused(&caller, &format!("{}.{}.{signature}", parts[0], parts[1]), "another signature").await;
        refused(&caller, &format!("{valid}x"), "longer").await;
        refused(&caller, &valid[..valid.len() - 1], "shorter").await;

        // The row ends before the token says: the row counts, also for a token known as good.
        taken(&caller, "still valid").await;
        world.database.sql(&org.id, "update access_token set expires_at = '2020-01-01T00:00:00+00:00'");
        refused(&caller, &valid, "an expired row").await;
    }

    /// Revoking ends all of one's own tokens at once, and nobody else's.
    async fn revoked_tokens_end_at_once(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let one = world.person(&org, "R1", None);
        let two = world.person(&org, "R1", None);
        let other = world.person(&org, "R2", None);
        for caller in [&one, &two, &other] {
            taken(caller, "fresh").await;
        }
        let answer = one.ask("mutation { revokeMyTokens { revoked userErrors { code } } }", json!({})).await;
        assert_eq!(answer.done()["revoked"], 2);
        for caller in [&one, &two] {
            refused(caller, caller.token.as_deref().expect("a token"), "revoked").await;
        }
        assert_eq!(taken(&other, "another's").await["person"]["number"], "R2");
        let again = world.person(&org, "R1", None);
        assert_eq!(taken(&again, "a new one").await["person"]["number"], "R1");
    }

    /// Roles are rows: given and taken, they count from the next request of the same token.
    async fn roles_count_from_the_next_request(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let person = world.person(&org, "H1", None);
        let id = keys.person("H1").await;
        let jobs = "{ jobs(first: 1) { edges { node { id } } } }";
        let set = async |role: &str, held: bool| {
            let input = json!({"personId": id, "role": role, "held": held});
            keys.mutate("setRole", input, "person { number }").await.done();
        };
        assert_eq!(person.ask(jobs, json!({})).await.codes(), ["NOT_FOUND"]);
        set("HR", true).await;
        assert_eq!(taken(&person, "with a role").await["roles"], json!(["HR"]));
        person.query(jobs).await;
        // Given twice is given once.
        set("HR", true).await;
        set("EXECUTIVE", true).await;
        assert_eq!(taken(&person, "with two").await["roles"].as_array().map(Vec::len), Some(2));
        set("HR", false).await;
        assert_eq!(person.ask(jobs, json!({})).await.codes(), ["NOT_FOUND"]);
        assert_eq!(taken(&person, "with one").await["roles"], json!(["EXECUTIVE"]));
    }
}
