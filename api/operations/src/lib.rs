//! Every use-case, transport-free: authorise, decide, write, outbox.
