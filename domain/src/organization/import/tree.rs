//! The department tree as the file leaves it: recorded nodes, and those it adds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::text::name_key;
use crate::organization::Snapshot;

/// A department, recorded (the first ones, in the snapshot's order) or new.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) parent: Option<usize>,
    /// First row that names it, for new ones.
    pub(super) row: u32,
}

/// The tree with its indexes.
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// How many are recorded.
    pub(super) recorded: usize,
    pub(super) by_code: HashMap<String, usize>,
    children: HashMap<(Option<usize>, String), usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Tree {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let place: HashMap<_, usize> = snapshot
            .departments
            .iter()
            .enumerate()
            .map(|(index, department)| (department.id, index))
            .collect();
        let nodes: Vec<Node> = snapshot
            .departments
            .iter()
            .map(|department| Node {
                code: department.code.clone(),
                name: department.name.clone(),
                parent: department.parent.and_then(|parent| place.get(&parent).copied()),
                row: 0,
            })
            .collect();
        let by_code = nodes
            .iter()
            .enumerate()
            .filter_map(|(index, node)| Some((node.code.clone()?, index)))
            .collect();
        let recorded = nodes.len();
        let mut tree =
            Self { nodes, recorded, by_code, children: HashMap::new(), by_name: HashMap::new() };
        tree.index();
        tree
    }

    /// Builds the indexes by name anew, after renames and moves.
    pub(super) fn index(&mut self) {
        self.children.clear();
        self.by_name.clear();
        for (index, node) in self.nodes.iter().enumerate() {
            let key = name_key(&node.name);
            // Of two siblings with one name the first recorded one counts.
            self.children.entry((node.parent, key.clone())).or_insert(index);
            self.by_name.entry(key).or_default().push(index);
        }
    }

    pub(super) fn add(&mut self, node: Node) -> usize {
        let index = self.nodes.len();
        let key = name_key(&node.name);
        self.children.entry((node.parent, key.clone())).or_insert(index);
        self.by_name.entry(key).or_default().push(index);
        if let Some(code) = &node.code {
            self.by_code.insert(code.clone(), index);
        }
        self.nodes.push(node);
        index
    }

    pub(super) fn child(&self, parent: Option<usize>, name: &str) -> Option<usize> {
        self.children.get(&(parent, name_key(name))).copied()
    }

    pub(super) fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(&name_key(name)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names from the top down.
    pub(super) fn path(&self, index: usize) -> String {
        let mut names = Vec::new();
        let mut at = Some(index);
        while let Some(node) = at.and_then(|index| self.nodes.get(index)) {
            names.push(node.name.as_str());
            at = node.parent;
            if names.len() > self.nodes.len() {
                break;
            }
        }
        names.reverse();
        names.join(" / ")
    }

    /// The departments that lie on a circle of parents, one list per circle, each from its
    /// smallest place on.
    pub(super) fn circles(&self) -> Vec<Vec<usize>> {
        super::cycle::circles(self.nodes.len(), |index| self.nodes[index].parent)
    }

    /// The new nodes, parents before children, siblings by code and name: an order that does not
    /// depend on the file's.
    pub(super) fn new_in_order(&self) -> Vec<usize> {
        let mut below: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let mut tops: Vec<usize> = Vec::new();
        for index in self.recorded..self.nodes.len() {
            match self.nodes[index].parent.filter(|parent| *parent >= self.recorded) {
                Some(parent) => below.entry(Some(parent)).or_default().push(index),
                None => tops.push(index),
            }
        }
        let key = |index: &usize| {
            let node = &self.nodes[*index];
            (node.parent, node.code.clone(), node.name.clone())
        };
        let mut order = Vec::new();
        let mut level = tops;
        let mut seen = BTreeSet::new();
        while !level.is_empty() {
            level.sort_by_cached_key(|index| (self.path(*index), key(index)));
            let mut next = Vec::new();
            for index in level {
                if seen.insert(index) {
                    order.push(index);
                    next.extend(below.remove(&Some(index)).unwrap_or_default());
                }
            }
            level = next;
        }
        order
    }
}

/// Ends of names of organizational units: only after one of them is `・` a separator, so that
/// 企画・開発部 stays one department and 営業本部・第一営業部 becomes two.
const UNITS: [&str; 14] = [
    "部",
    "課",
    "本部",
    "室",
    "局",
    "支店",
    "支社",
    "センター",
    "グループ",
    "事業所",
    "工場",
    "会社",
    "統括",
    "係",
];

/// The segments of a path.
pub(super) fn segments(text: &str) -> Vec<String> {
    let mut segments: Vec<String> = Vec::new();
    for part in text.split(['/', '／', '>', '＞', '»', '→', '\\', '￥', '¥']) {
        let mut open = String::new();
        for piece in part.split('・') {
            if !open.is_empty() {
                if UNITS.iter().any(|unit| open.trim_end().ends_with(unit)) {
                    segments.push(super::text::squeezed(&open));
                    open.clear();
                } else {
                    open.push('・');
                }
            }
            open.push_str(piece);
        }
        segments.push(super::text::squeezed(&open));
    }
    segments.retain(|segment| !segment.is_empty());
    segments
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn paths_are_split_where_units_end() {
        for (text, parts) in [
            ("営業本部/第一営業部", vec!["営業本部", "第一営業部"]),
            ("営業本部 ＞ 第一営業部 > 一課", vec!["営業本部", "第一営業部", "一課"]),
            ("営業本部・第一営業部", vec!["営業本部", "第一営業部"]),
            ("企画・開発部", vec!["企画・開発部"]),
            ("Research・Design", vec!["Research・Design"]),
            ("IT", vec!["IT"]),
            ("/", vec![]),
        ] {
            assert_eq!(segments(text), parts, "{text}");
        }
    }
}
