//! Marks inside a line.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Strike,
}

fn tag(mark: Mark, closes: bool) -> String {
    let name = match mark {
        Mark::Bold => "strong",
        Mark::Italic => "em",
        Mark::Strike => "s",
    };
    format!("<{}{name}>", if closes { "/" } else { "" })
}
