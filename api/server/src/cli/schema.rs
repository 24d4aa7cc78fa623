//! `taiwa schema`.

use super::{Common, Problem, output};

pub(super) fn run(common: &Common) -> Result<(), Problem> {
    let sdl = taiwa_graphql::sdl();
    if common.json {
        output::print(true, &serde_json::json!({"sdl": sdl}), String::new);
    } else {
        print!("{sdl}");
    }
    Ok(())
}
