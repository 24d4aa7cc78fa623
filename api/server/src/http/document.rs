//! A document that has passed every check, ready to be executed any number of times.

use async_graphql::Name;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::parser::{self, parse_query};

use super::cost::Cost;
use super::expansion::{self, MAX_NESTING};
use super::lexer::lex;
use super::options::HttpOptions;
use super::refusal::Refusal;

/// A parsed document and what is known of each of its operations.
#[derive(Debug)]
pub(super) struct Document {
    parsed: ExecutableDocument,
    operations: Vec<Operation>,
}

/// What the handler must know of an operation before executing it.
#[derive(Debug)]
pub(super) struct Operation {
    name: Option<Name>,
    /// Query, mutation or subscription.
    pub(super) kind: OperationType,
    /// The formula of its cost.
    pub(super) cost: Cost,
}

impl Document {
    /// Checks and parses a text, the cheap checks first.
    pub(super) fn prepare(text: &str, options: &HttpOptions) -> Result<Self, Refusal> {
        let limits = &options.limits;
        let lexed = lex(text);
        if lexed.tokens > limits.tokens {
            return Err(Refusal::too_many_tokens(limits.tokens, lexed.tokens));
        }
        // Before the parser: it is recursive and would take its whole stack along.
        if lexed.nesting > MAX_NESTING {
            return Err(Refusal::too_deep(MAX_NESTING, lexed.nesting));
        }
        let parsed = parse_query(text).map_err(|error| refuse(&error))?;
        let whole = expansion::check(&parsed, limits)?;
        if whole.introspects && !options.introspection {
            return Err(Refusal::introspection());
        }
        let rootless = |operation: &OperationDefinition| {
            let [item] = operation.selection_set.node.items.as_slice() else { return true };
            !matches!(item.node, Selection::Field(_))
        };
        let mut operations = parsed.operations.iter().map(|(_, it)| &it.node);
        if operations.any(|it| it.ty == OperationType::Subscription && rootless(it)) {
            return Err(Refusal::subscription_root());
        }
        let operations = parsed
            .operations
            .iter()
            .map(|(name, operation)| Operation {
                name: name.cloned(),
                kind: operation.node.ty,
                cost: Cost::of(&parsed, &operation.node),
            })
            .collect();
        Ok(Self { parsed, operations })
    }

    /// The operation to execute.
    pub(super) fn operation(&self, name: Option<&str>) -> Result<&Operation, Refusal> {
        match (name, self.operations.as_slice()) {
            (None, [operation]) => Ok(operation),
            (None, _) => Err(Refusal::operation_name_missing()),
            (Some(wanted), all) => all
                .iter()
                .find(|operation| operation.name.as_deref() == Some(wanted))
                .ok_or_else(|| Refusal::no_such_operation(wanted)),
        }
    }

    /// The document itself, to look at.
    pub(super) fn executable(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// A copy for the executor, which takes documents apart. Names are shared, so this is a
    /// small part of what parsing costs.
    pub(super) fn parsed(&self) -> ExecutableDocument {
        ExecutableDocument {
            operations: match &self.parsed.operations {
                DocumentOperations::Single(one) => DocumentOperations::Single(one.clone()),
                DocumentOperations::Multiple(all) => DocumentOperations::Multiple(all.clone()),
            },
            fragments: self.parsed.fragments.clone(),
        }
    }
}

fn refuse(error: &parser::Error) -> Refusal {
    match error {
        parser::Error::RecursionLimitExceeded => Refusal::too_deep(MAX_NESTING, MAX_NESTING + 1),
        error => Refusal::parse(error.to_string(), error.positions().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepare(text: &str) -> Result<Document, &'static str> {
        Document::prepare(text, &HttpOptions::default()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn nesting_never_reaches_the_parser() {
        for (open, close) in [("{a", "}"), ("[", "]"), ("(", ")"), ("{a:", "}")] {
            for text in [open.repeat(2_000), open.repeat(1_000) + &close.repeat(1_000)] {
                let refused = prepare(&text).unwrap_err();
                assert!(["QUERY_TOO_DEEP", "QUERY_TOO_LARGE"].contains(&refused), "{open}");
            }
        }
    }

    #[test]
    fn size_is_judged_before_syntax() {
        assert_eq!(prepare(&"a ".repeat(5_000)).unwrap_err(), "QUERY_TOO_LARGE");
        assert_eq!(prepare(&"a ".repeat(500)).unwrap_err(), "GRAPHQL_PARSE_FAILED");
        assert_eq!(prepare("").unwrap_err(), "GRAPHQL_PARSE_FAILED");
    }

    #[test]
    fn introspection_is_off_unless_allowed() {
        for text in [
            "{ __schema { types { name } } }",
            "{ ...F } fragment F on Query { x: __type(name: \"A\") { name } }",
        ] {
            assert_eq!(prepare(text).unwrap_err(), "INTROSPECTION_DISABLED");
            let options = HttpOptions { introspection: true, ..HttpOptions::default() };
            assert!(Document::prepare(text, &options).is_ok());
        }
        assert!(prepare("{ __typename }").is_ok());
    }

    #[test]
    fn a_subscription_has_one_field_at_its_root() {
        assert!(prepare("subscription { a { b c } }").is_ok());
        for text in [
            "subscription { a b }",
            "subscription { a x: a }",
            "subscription { ...F } fragment F on Subscription { a }",
            "subscription { ... { a } }",
            "query A { a } subscription B { a b }",
        ] {
            assert_eq!(prepare(text).unwrap_err(), "GRAPHQL_VALIDATION_FAILED", "{text}");
        }
    }

    #[test]
    fn operations_are_found_by_name() {
        let two = prepare("query A { a } mutation B { b }").unwrap();
        assert_eq!(two.operation(Some("B")).unwrap().kind, OperationType::Mutation);
        assert_eq!(two.operation(None).unwrap_err().code, "OPERATION_NAME_MISSING");
        assert_eq!(two.operation(Some("C")).unwrap_err().code, "OPERATION_NOT_FOUND");
        let one = prepare("{ a }").unwrap();
        assert!(one.operation(None).is_ok());
        assert_eq!(one.operation(Some("A")).unwrap_err().code, "OPERATION_NOT_FOUND");
    }
}
