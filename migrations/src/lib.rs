//! Database migrations, additive first, for SQLite and PostgreSQL.
