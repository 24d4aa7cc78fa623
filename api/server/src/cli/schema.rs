//! `taiwa schema`.

use super::{Common, Problem, output};

pub(super) fn run(common: &Common) -> Result<(), Problem> {
    let sdl = taiwa_graphql::sdl();
    output::print(common.json, || serde_json::json!({"sdl": sdl}), || sdl.trim_end().to_owned());
    Ok(())
}
