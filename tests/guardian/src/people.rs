//! Who works there.

/// The application that people consent to.
pub const CLIENT: &str = "client";

/// A person's address.
pub fn email(number: &str) -> String {
    format!("{}@example.com", number.to_lowercase())
}

/// A file with the given people: number and manager's number.
pub(crate) fn file(people: &[(String, String)]) -> Vec<u8> {
    let mut rows = String::from("number,name,email,department,manager number,joined\n");
    for (number, manager) in people {
        let row = format!("{number},Given {number},{},Top,{manager},2020-04-01\n", email(number));
        rows.push_str(&row);
    }
    rows.into_bytes()
}
