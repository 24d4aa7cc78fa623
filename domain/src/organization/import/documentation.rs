//! Holds `README.md` beside this file equal to the code: every alias and every defect stands there.

use super::{DefectCode, Effect, Severity, aliases::ALIASES, message::texts, text::NAME_VARIANTS};
use crate::organization::Locale;

const README: &str = include_str!("README.md");

fn fields() -> String {
    let mut table = String::from("| field | headers |\n|---|---|\n");
    for (field, aliases) in ALIASES {
        let mut aliases = aliases.to_vec();
        aliases.dedup();
        table += &format!("| `{field}` | {} |\n", aliases.join(", "));
    }
    table
}

fn defects() -> String {
    let mut table =
        String::from("| code | severity | left out | what is wrong |\n|---|---|---|---|\n");
    for &code in DefectCode::ALL {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let effect = match code.effect() {
            Effect::File => "the file",
            Effect::Row => "the row",
            Effect::Line => "the line",
            Effect::Parent => "the new parent",
            Effect::Nothing => "–",
        };
        let message = texts(code, Locale::En).0.replace('|', "\\|");
        table += &format!("| `{code}` | {severity} | {effect} | {message} |\n");
    }
    table
}

fn variants() -> String {
    NAME_VARIANTS
        .iter()
        .map(|(variants, plain)| format!("{variants}→{plain}"))
        .collect::<Vec<_>>()
        .join("　")
}

#[test]
fn the_readme_has_the_tables_of_the_code() {
    for part in [fields(), defects(), variants()] {
        assert!(README.contains(&part), "put this into README.md:\n{part}");
    }
}

#[test]
fn the_severity_says_what_happens() {
    for code in DefectCode::ALL {
        let nothing = code.effect() == Effect::Nothing;
        assert_eq!(code.severity() != Severity::Error, nothing, "{code}");
    }
}
