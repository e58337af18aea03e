//! Statements as constants that a test can list, and a builder for the few whose filters vary.

use crate::db::Arg;

/// Defines statements and lists them, so that none escapes the test that prepares each on both databases.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)*
        /// Every statement above with its name.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}
pub(crate) use statements;

/// How many keys one `IN` list of a fixed statement holds; longer lists are read in pieces.
pub(crate) const PIECE: usize = 8;

/// `$1` to `$8`, for [`PIECE`] keys.
macro_rules! eight {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8"
    };
}
pub(crate) use eight;

/// The keys in pieces of exactly [`PIECE`]; the last piece repeats its last key.
pub(crate) fn pieces<T: Clone + Into<Arg>>(keys: &[T]) -> Vec<Vec<Arg>> {
    keys.chunks(PIECE)
        .map(|chunk| {
            let mut piece: Vec<Arg> = chunk.iter().cloned().map(Into::into).collect();
            if let Some(last) = piece.last().cloned() {
                piece.resize(PIECE, last);
            }
            piece
        })
        .collect()
}

/// A statement made of fixed fragments; values only ever travel as bound arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    text: String,
    args: Vec<Arg>,
}

impl Query {
    /// Begins with a fragment.
    pub(crate) fn new(fragment: &'static str) -> Self {
        Self { text: fragment.to_owned(), args: Vec::new() }
    }

    /// Appends a fragment.
    pub(crate) fn push(&mut self, fragment: &'static str) -> &mut Self {
        self.text.push_str(fragment);
        self
    }

    /// Appends a placeholder for a value.
    pub(crate) fn bind(&mut self, arg: impl Into<Arg>) -> &mut Self {
        self.args.push(arg.into());
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// Appends `column IN (…)`; an empty list fits nothing.
    pub(crate) fn any_of<T: Into<Arg>>(
        &mut self,
        column: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> &mut Self {
        let mut empty = true;
        for value in values {
            self.push(if empty { column } else { "" }).push(if empty { " IN (" } else { ", " }).bind(value);
            empty = false;
        }
        self.push(if empty { "1 = 0" } else { ")" })
    }

    /// The text and its arguments.
    pub(crate) fn parts(&self) -> (&str, &[Arg]) {
        (&self.text, &self.args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bound_and_never_written() {
        let mut q = Query::new("SELECT 1 WHERE ");
        q.any_of("a", ["x'; --", "y"]).push(" AND b = ").bind(3_i64).push(" AND ").any_of("c", Vec::<String>::new());
        let (text, args) = q.parts();
        assert_eq!(text, "SELECT 1 WHERE a IN ($1, $2) AND b = $3 AND 1 = 0");
        assert_eq!(args.len(), 3);
    }

    #[test]
    fn long_lists_come_in_full_pieces() {
        let keys: Vec<String> = (0..9).map(|n| n.to_string()).collect();
        let pieces = pieces(&keys);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|p| p.len() == PIECE));
    }
}
