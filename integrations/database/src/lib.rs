//! SeaORM on SQLite and PostgreSQL: entities, queries, transactions, outbox.
