//! What a cell says about a field: nothing, "empty it", or a value.

/// Blank keeps, `#CLEAR` clears, anything else sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Given<T> {
    /// Blank, or no such column.
    #[default]
    Keep,
    /// `#CLEAR`.
    Clear,
    /// A value.
    Value(T),
}

impl<T> Given<T> {
    pub(super) fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Keep => Given::Keep,
            Self::Clear => Given::Clear,
            Self::Value(value) => Given::Value(f(value)),
        }
    }

    /// The value it leaves behind where `old` stood.
    pub(super) fn over(&self, old: Option<T>) -> Option<T>
    where
        T: Clone,
    {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Value(value) => Some(value.clone()),
        }
    }
}
