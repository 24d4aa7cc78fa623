//! Calendar systems: Google alone, at the stand-in.

use std::sync::Arc;

use chrono_tz::Tz;
use secrecy::SecretString;
use taiwa_domain::calendar::{
    Account, CalendarError, CalendarProvider, CalendarSystem, CalendarSystems, ConnectCode,
    ConnectError, Connected, Connecting, Consent, Credential, Revoking,
};
use taiwa_google_calendar::{Endpoints, Google, GoogleCalendar, Limits, OAuthClient, Sleep};
use taiwa_google_standin::StandIn;

use crate::{CLIENT, Hands};

pub(crate) struct Standing {
    google: Arc<Google>,
    client: Arc<OAuthClient>,
    standin: Arc<StandIn>,
}

impl Standing {
    /// Calls `google`, paced by `limits`.
    pub(crate) fn at(google: &Arc<StandIn>, clock: &Arc<Hands>, limits: Limits) -> Arc<Self> {
        let endpoints = Endpoints::below(google.url());
        let chance = Arc::new(|| 0.5);
        let hands = clock.clone();
        let sleep: Sleep = Arc::new(move |wait| {
            let hands = hands.clone();
            Box::pin(async move { hands.sleep(wait).await })
        });
        let adapter = Google::in_a_time_of_its_own(endpoints, limits, clock.clone(), sleep, chance)
            .expect("an adapter");
        let redirect = "https://taiwa.example.com/calendars/google/callback";
        let redirect = redirect.parse().expect("an address");
        let client = OAuthClient::new(CLIENT, "secret".to_owned().into(), redirect);
        Arc::new(Self { google: adapter, client: Arc::new(client), standin: google.clone() })
    }
}

impl CalendarSystems for Standing {
    fn offers(&self, system: CalendarSystem) -> bool {
        system == CalendarSystem::Google
    }

    fn consent(&self, _system: CalendarSystem, _ask: &Consent<'_>) -> Option<String> {
        None
    }

    /// A person's address stands for their consent.
    fn connect<'a>(&'a self, _: CalendarSystem, credential: &'a Credential) -> Connecting<'a> {
        Box::pin(async move {
            let Credential::Delegated { address } = credential else {
                let code = ConnectCode::NotOffered;
                return Err(ConnectError::Refused { code, instead: None });
            };
            let tenant = address.split_once('@').map(|(_, domain)| domain.to_owned());
            Ok(Connected {
                account: Account {
                    system: CalendarSystem::Google,
                    tenant,
                    address: address.clone(),
                    settings: "{}".to_owned(),
                },
                secret: self.standin.hand().consented(address, CLIENT).into(),
            })
        })
    }

    fn open(
        &self,
        _account: &Account,
        secret: &SecretString,
        _zone: Tz,
    ) -> Result<Box<dyn CalendarProvider>, CalendarError> {
        let account = taiwa_google_calendar::Account::user(self.client.clone(), secret.clone());
        Ok(Box::new(GoogleCalendar::primary(self.google.clone(), account)))
    }

    fn revoke<'a>(&'a self, _account: &'a Account, secret: &'a SecretString) -> Revoking<'a> {
        let account = taiwa_google_calendar::Account::user(self.client.clone(), secret.clone());
        Box::pin(async move { account.revoke(&self.google).await })
    }

    fn notices(&self, _system: CalendarSystem) -> Option<String> {
        Some("https://taiwa.example.com/calendars/google/notices".to_owned())
    }
}
