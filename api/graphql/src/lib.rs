//! The GraphQL schema: objects, inputs, loaders, errors.
