//! Black-box tests through HTTP, conformance suites, load tests.
