//! The organization, its people and departments.

pub mod import;

use chrono_tz::Tz;
use taiwa_domain::{
    access::Administer,
    id::OrganizationId,
    organization::{Locale, Organization, Period, tenant::valid_key},
};

use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// Makes an organization: at the server's own command line only.
pub async fn create(
    app: &App,
    key: &str,
    name: &str,
    zone: Tz,
    locale: Locale,
    fiscal_year_start_month: u8,
) -> Result<Organization> {
    let mut errors = Vec::new();
    if !valid_key(key) {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "key",
            "キーは英小文字で始まる2〜40文字の英小文字・数字・ハイフンにしてください。",
            "The key must have 2 to 40 lower-case letters, digits or hyphens and begin with a letter.",
        ));
    }
    if name.trim().is_empty() || name.chars().count() > 200 {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "name",
            "名前は1〜200文字にしてください。",
            "The name must have 1 to 200 characters.",
        ));
    }
    if !(1..=12).contains(&fiscal_year_start_month) {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "fiscalYearStartMonth",
            "期首月は1〜12にしてください。",
            "The fiscal year starts in a month from 1 to 12.",
        ));
    }
    if !errors.is_empty() {
        return Err(Failure::User(errors));
    }
    if app.database.system().organization_by_key(key).await?.is_some() {
        return Err(UserError::new(
            ErrorCode::Conflict,
            "key",
            format!("組織「{key}」はすでにあります。"),
            format!("There is an organization “{key}” already."),
        )
        .into());
    }
    let organization = Organization {
        id: app.id(),
        key: key.to_owned(),
        name: name.trim().to_owned(),
        zone,
        locale,
        fiscal_year_start_month,
        revision: 0,
    };
    let transaction = app.database.transaction(organization.id).await?;
    transaction.create_organization(&organization, app.now()).await?;
    crate::notice::remind::ask(app, &transaction).await?;
    transaction.commit().await?;
    Ok(organization)
}

/// Finds an organization by its key.
pub async fn by_key(app: &App, key: &str) -> Result<OrganizationId> {
    app.database.system().organization_by_key(key).await?.ok_or_else(|| {
        UserError::new(
            ErrorCode::NotFound,
            "organization",
            format!("組織「{key}」はありません。taiwa organization create {key} で作れます。"),
            format!("There is no organization “{key}”. Make it with: taiwa organization create {key} --name NAME --time-zone ZONE"),
        )
        .into()
    })
}

/// Adds, renames or (without a name) removes one of the organization's own holidays.
pub async fn set_holiday(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    day: chrono::NaiveDate,
    name: Option<&str>,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    if name.is_some_and(|name| name.trim().is_empty() || name.chars().count() > 100) {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "name",
            "祝日の名前は1〜100文字にしてください。",
            "The holiday's name must have 1 to 100 characters.",
        )
        .into());
    }
    let write = begin!(app, actor, idempotency);
    match name {
        Some(name) => write.transaction.set_own_holiday(app.id(), day, name.trim()).await?,
        None => {
            write.transaction.remove_own_holiday(day).await?;
        }
    }
    crate::planning::refresh_later(app, &write.transaction).await?;
    app.commit(write, actor.caller.organization).await
}

/// Public holidays in the organization's zone, with its own, by day.
pub async fn holidays(
    app: &App,
    actor: &Actor,
    period: Period,
) -> Result<Vec<(chrono::NaiveDate, String)>> {
    let reader = app.reader(actor).await?;
    let zone = reader.organization_row().await?.zone;
    let mut days: std::collections::BTreeMap<_, _> =
        taiwa_domain::calendar::holidays::between(zone, period.from, period.until)
            .map(|(day, name)| (day, name.to_owned()))
            .collect();
    days.extend(reader.own_holidays(period).await?);
    Ok(days.into_iter().collect())
}
