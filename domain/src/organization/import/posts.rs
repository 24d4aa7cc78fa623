//! The posts one person's rows name.

use super::{departments::Departments, given::Given, roll::Subject};

/// A concurrent post: its row, its department's place in the tree, its title.
pub(super) type Concurrent = (u32, usize, Option<String>);

/// Primary and concurrent posts.
pub(super) struct Posts {
    pub(super) department: Given<usize>,
    /// All concurrent posts, if the file says.
    pub(super) concurrent: Option<Vec<Concurrent>>,
}

impl Posts {
    pub(super) fn of(departments: &Departments, subject: &Subject<'_>) -> Self {
        let record = &subject.record;
        // Who cannot be told was left out before.
        let department =
            departments.of(&record.department_code, &record.department).unwrap_or_default();
        let mut concurrent: Option<Vec<Concurrent>> = match &record.concurrent {
            Given::Keep => None,
            Given::Clear => Some(Vec::new()),
            Given::Value(posts) => Some(
                posts
                    .iter()
                    .filter_map(|(text, position)| {
                        let place = departments.by_text(text).ok().flatten()?;
                        Some((record.row, place, position.clone()))
                    })
                    .collect(),
            ),
        };
        if subject.by_rows || !subject.posts.is_empty() {
            let list = concurrent.get_or_insert_default();
            for post in &subject.posts {
                let place = departments.of(&post.department_code, &post.department);
                if let Ok(Given::Value(place)) = place {
                    list.push((post.row, place, post.position.value().cloned()));
                }
            }
        }
        Self { department, concurrent }
    }
}
