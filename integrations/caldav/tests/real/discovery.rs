//! Connecting.

use taiwa_caldav::{ConnectError, connect};
use taiwa_domain::calendar::CalendarProvider;
use taiwa_egress::{Egress, EgressPolicy};

use crate::{
    proxy::server_that_answers,
    world::{World, allowed, login},
};

#[tokio::test]
async fn radicale_is_found_with_what_it_can_do() {
    let world = World::radicale().await;
    let account = world.account("hanako").await;
    assert_eq!(account.calendar, format!("{}hanako/work/", world.proxy.url()));
    assert_eq!((account.principal.as_str(), account.sync), ("/hanako/", true));
    assert!(!account.scheduling, "Radicale carries no invitations");
    let stored = serde_json::to_string(&account).expect("it can be stored");
    assert_eq!(serde_json::from_str::<taiwa_caldav::Account>(&stored).ok(), Some(account));
    assert!(!stored.contains("password"), "no secret in it");
    let abilities = world.calendar("hanako").await.abilities();
    assert!(!abilities.invites && !abilities.declines && !abilities.watches);
}

#[tokio::test]
async fn xandikos_is_found_with_what_it_can_do() {
    let world = World::xandikos().await;
    let account = world.account("taro").await;
    assert!(account.scheduling && account.sync, "{account:?}");
    assert_eq!(account.addresses.first().map(String::as_str), Some("taro@example.com"));
    assert!(account.calendar.contains("/taro/"), "{account:?}");
    let abilities = world.calendar("taro").await.abilities();
    assert!(abilities.invites && abilities.declines);
    // The address of the calendar itself leads to the same.
    let login = login("taro", "taro-password");
    let found = connect(&world.egress, &account.calendar, &login).await.expect("it connects");
    assert_eq!(found.calendars[0].account, account);
}

/// People have many calendars; what the server does with invitations is the same for all.
#[tokio::test]
async fn a_home_is_asked_once_for_what_it_can_do() {
    let world = World::xandikos().await;
    let login = login("hanako", "hanako-password");
    let body = "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'/>";
    for number in 0..3 {
        let path = format!("hanako/calendars/more{number}/");
        assert_eq!(world.raw("hanako", "MKCALENDAR", &path, body).await, 201);
    }
    world.proxy.take("");
    let found = connect(&world.egress, &world.proxy.url(), &login).await.expect("it connects");
    assert_eq!(world.proxy.take("OPTIONS"), 1);
    assert_eq!(found.calendars.len(), 4);
    assert!(found.calendars.iter().all(|found| found.account.scheduling));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let world = World::radicale().await;
    let url = world.proxy.url();
    let wrong = connect(&world.egress, &url, &login("hanako", "guess")).await;
    assert!(matches!(wrong, Err(ConnectError::WrongPassword)), "{wrong:?}");
    let hanako = login("hanako", "hanako-password");
    let deleted = world.raw("hanako", "DELETE", "hanako/work/", "").await;
    assert_eq!(deleted, 200);
    let none = connect(&world.egress, &url, &hanako).await;
    assert!(matches!(none, Err(ConnectError::NoCalendar)), "{none:?}");

    for address in ["", "https://", "not an address"] {
        let bad = connect(&world.egress, address, &hanako).await;
        assert!(matches!(bad, Err(ConnectError::BadAddress)), "{address}: {bad:?}");
    }
    let closed = Egress::new(EgressPolicy { allow: Vec::new(), ..allowed() }).expect("a client");
    let forbidden = connect(&closed, &url, &hanako).await;
    assert!(matches!(forbidden, Err(ConnectError::Forbidden)), "{forbidden:?}");

    let (port, server) = server_that_answers(200, None).await;
    let web = connect(&world.egress, &format!("http://127.0.0.1:{port}"), &hanako).await;
    assert!(matches!(web, Err(ConnectError::NotCalDav)), "{web:?}");
    server.abort();

    let (port, server) = server_that_answers(301, Some(("location", url.clone()))).await;
    let elsewhere = connect(&world.egress, &format!("http://127.0.0.1:{port}"), &hanako).await;
    let Err(ConnectError::Elsewhere { address }) = elsewhere else { panic!("{elsewhere:?}") };
    assert!(address.starts_with(&url), "{address}");
    server.abort();

    let wait = Some(("retry-after", "30".to_owned()));
    let (port, server) = server_that_answers(503, wait).await;
    let later = connect(&world.egress, &format!("http://127.0.0.1:{port}"), &hanako).await;
    let Err(ConnectError::Unreachable { retry_after, .. }) = later else { panic!("{later:?}") };
    assert_eq!(retry_after.map(|wait| wait.num_seconds()), Some(30));
    server.abort();
}

#[tokio::test]
async fn a_login_is_never_printed() {
    let text = format!("{:?}", login("hanako", "hanako-password"));
    assert!(!text.contains("hanako-password"), "{text}");
}
