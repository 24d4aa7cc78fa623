//! Which tenant tables a statement touches, and whether it names the tenant for each of them.

/// What touches a table without naming the tenant, in words; empty when all is well.
pub(crate) fn unscoped(sql: &str, tables: &[String]) -> Vec<String> {
    let words = words(sql);
    let mut wrong = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let inserts = word == "into";
        if !(inserts || matches!(word.as_str(), "from" | "join" | "update")) {
            continue;
        }
        let Some(table) = words.get(place + 1).filter(|it| tables.contains(it)) else { continue };
        let key = if table == "organization" { "id" } else { "organization_id" };
        if inserts {
            // The list of columns stands before the values.
            let columns: Vec<&String> = words[place + 2..]
                .iter()
                .take_while(|it| *it != "values" && *it != "select")
                .collect();
            if !columns.iter().any(|it| *it == key) {
                wrong.push(format!("{table} gets rows of no tenant"));
            }
            continue;
        }
        let next = words.get(place + 2).map(String::as_str).unwrap_or_default();
        let alias =
            if next == "as" { words.get(place + 3).map_or("", String::as_str) } else { next };
        // Beside an alias only the alias's own condition counts.
        let names = match KEYWORDS.contains(&alias) {
            true => vec![key.to_owned(), format!("{table}.{key}")],
            false => vec![format!("{alias}.{key}")],
        };
        let scoped = words.windows(2).any(|two| {
            two[1] == "=" && names.contains(&two[0]) || two[0] == "=" && names.contains(&two[1])
        });
        if !scoped {
            wrong.push(format!("{table} {alias} is read or changed of any tenant"));
        }
    }
    wrong
}

/// What may stand after a table that has no alias.
const KEYWORDS: [&str; 8] = ["where", "set", "", ")", "(", "order", "on", "union"];

/// Words, with `a.b` as one, and signs one by one.
fn words(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for sign in sql.replace('"', "").to_lowercase().chars() {
        if sign.is_alphanumeric() || matches!(sign, '_' | '.' | '$') {
            word.push(sign);
            continue;
        }
        if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
        if !sign.is_whitespace() {
            found.push(sign.to_string());
        }
    }
    found.push(word);
    found
}

#[test]
fn a_statement_that_forgets_the_tenant_is_seen() {
    let tables = ["person", "pair", "organization"].map(str::to_owned);
    for fine in [
        "select id from person where organization_id = $1 and id = $2",
        "select p.id from person p join pair r on r.organization_id = p.organization_id where p.organization_id = $1",
        "select p.id from pair as p where $1 = p.organization_id",
        "insert into \"person\" (\"organization_id\", \"id\") values (?, ?)",
        "update person set number = $2 where organization_id = $1",
        "delete from person where organization_id = $1",
        "select name from organization where id = $1",
        "select 1 from elsewhere where id = $1",
        "select id from k join pair p on p.organization_id = $1 and p.id = k.id",
    ] {
        assert!(unscoped(fine, &tables).is_empty(), "{fine}: {:?}", unscoped(fine, &tables));
    }
    for forgotten in [
        "select id from person where id = $1",
        "select organization_id from person where id = $1",
        "select p.id from person p join pair r on r.id = p.id where p.organization_id = $1",
        "select p.id from person p where exists (select 1 from pair where id = p.id) and p.organization_id = $1",
        "insert into person (id) values ($1)",
        "insert into person (id) select organization_id from elsewhere",
        "delete from pair where id = $1",
        "select name from organization where key = $1",
    ] {
        assert!(!unscoped(forgotten, &tables).is_empty(), "{forgotten}");
    }
}
