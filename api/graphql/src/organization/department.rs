//! Departments.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, connection::Connection};
use chrono::NaiveDate;
use taiwa_domain::id::DepartmentId;

use super::{PersonFilter, people_page, person::Person};
use crate::{
    id::{Kind, global},
    load::Tree,
    page::Page,
};

/// A node of the department tree, as of a day.
#[derive(Clone)]
pub(crate) struct Department {
    pub(crate) tree: Arc<Tree>,
    pub(crate) place: usize,
    pub(crate) day: NaiveDate,
}

impl Department {
    pub(crate) fn find(tree: Arc<Tree>, id: DepartmentId, day: NaiveDate) -> Option<Self> {
        let place = *tree.places.get(&id)?;
        Some(Self { tree, place, day })
    }

    fn node(&self) -> &taiwa_operations::rows::DepartmentNode {
        &self.tree.nodes[self.place]
    }

    fn at(&self, place: usize) -> Self {
        Self { tree: self.tree.clone(), place, day: self.day }
    }
}

/// A node of the department tree, as of a day.
#[Object]
impl Department {
    /// Global id; stays through renames and moves.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Department, self.node().department.id)
    }

    /// The company's own code.
    async fn code(&self) -> Option<&str> {
        self.node().department.code.as_deref()
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.node().department.name
    }

    /// The department above.
    async fn parent(&self) -> Option<Department> {
        let parent = self.node().department.parent?;
        self.tree.places.get(&parent).map(|place| self.at(*place))
    }

    /// The departments directly below.
    async fn children(&self) -> Vec<Department> {
        let id = self.node().department.id;
        (0..self.tree.nodes.len())
            .filter(|place| self.tree.nodes[*place].department.parent == Some(id))
            .map(|place| self.at(place))
            .collect()
    }

    /// People whose primary post is here, without the departments below.
    async fn own_head_count(&self) -> u32 {
        self.node().own_heads
    }

    /// People whose primary post is here or in a department below.
    async fn head_count(&self) -> u32 {
        self.tree.heads[self.place]
    }

    /// First day of this state (name, code, parent).
    async fn from(&self) -> NaiveDate {
        self.node().department.period.from
    }

    /// People with a post here or below, by employee number.
    async fn people(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let filter = PersonFilter {
            department_id: Some(global(Kind::Department, self.node().department.id)),
            ..PersonFilter::default()
        };
        let page = Page::new(first, after, last, before)?;
        people_page(context, Some(filter), self.day, page).await
    }
}
