//! Just enough of the schema language to walk what a server offers.

use std::collections::BTreeMap;

/// A field's arguments and type, without descriptions.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether an argument has no default and may not be left out.
    pub needs_arguments: bool,
    /// Name of its type, without lists and exclamation marks.
    pub kind: String,
}

/// Object and interface types by name, each with its fields.
pub fn objects(sdl: &str) -> BTreeMap<String, Vec<Field>> {
    let plain = without_descriptions(sdl);
    let mut found = BTreeMap::new();
    let mut rest = plain.as_str();
    while let Some(at) = rest.find("\ntype ").or_else(|| rest.find("\ninterface ")) {
        let header = &rest[at + 1..];
        let open = header.find('{').expect("an opening brace");
        let name = header.split_whitespace().nth(1).expect("a name").to_owned();
        let close = header.find("\n}").expect("a closing brace");
        found.insert(name, fields(&header[open + 1..close]));
        rest = &header[close..];
    }
    found
}

fn without_descriptions(sdl: &str) -> String {
    let parts: Vec<&str> = sdl.split("\"\"\"").collect();
    let code = parts.iter().step_by(2).copied().collect::<String>();
    format!("\n{code}")
}

fn fields(body: &str) -> Vec<Field> {
    let mut found = Vec::new();
    let mut rest = body.trim();
    while !rest.is_empty() {
        let end = rest.find(['(', ':']).expect("a field");
        let name = rest[..end].trim().to_owned();
        let mut needs_arguments = false;
        if rest[end..].starts_with('(') {
            let close = rest.find(')').expect("the end of the arguments");
            needs_arguments = rest[end + 1..close]
                .lines()
                .any(|argument| argument.contains('!') && !argument.contains('='));
            rest = &rest[close + 1..];
        } else {
            rest = &rest[end..];
        }
        let line = rest.trim_start_matches(':').trim_start();
        let end = line.find('\n').unwrap_or(line.len());
        let kind = line[..end].chars().filter(char::is_ascii_alphanumeric).collect();
        found.push(Field { name, needs_arguments, kind });
        rest = line[end..].trim_start();
    }
    found
}
