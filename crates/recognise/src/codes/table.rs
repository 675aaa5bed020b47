//! One macro that writes a family's table: a row is a code, what it means and what it points to.

/// Builds the table of a family.
///
/// A row reads
/// `"CODE" ["other spelling"] "title", status or -, error type or -, "meaning", [Signs] => [causes], mark;`
/// and may end with its own reference before the semicolon. The mark is
///
/// - `verified`: checked against source, documentation or measurement,
/// - `remembered`: not checked,
/// - `harmless`: checked, and the code reports no failure.
macro_rules! table {
    (
        $family:ident, $reference:literal;
        $(
            $code:literal [$($alias:literal),*] $title:literal, $status:tt, $error:tt,
            $meaning:literal,
            [$($sign:ident),*] => [$($cause:ident),*], $mark:ident $($own:literal)?;
        )+
    ) => {
        /// The codes of the family.
        pub(super) const TABLE: &[super::Code] = &[
            $(super::Code {
                family: super::Family::$family,
                code: $code,
                aliases: &[$($alias),*],
                title: $title,
                meaning: $meaning,
                status: $crate::codes::table::table!(@status $status),
                proxy_error: $crate::codes::table::table!(@error $error),
                signs: &[$(goodgate_evidence::Sign::$sign),*],
                causes: &[$(stringify!($cause)),*],
                failure: $crate::codes::table::table!(@failure $mark),
                reference: $crate::codes::table::table!(@reference $reference $($own)?),
                verified: $crate::codes::table::table!(@verified $mark),
            },)+
        ];
    };
    (@status -) => { None };
    (@status $status:literal) => { Some($status) };
    (@error -) => { None };
    (@error $error:ident) => { Some(goodgate_evidence::ProxyError::$error) };
    (@failure harmless) => { false };
    (@failure verified) => { true };
    (@failure remembered) => { true };
    (@verified harmless) => { true };
    (@verified verified) => { true };
    (@verified remembered) => { false };
    (@reference $reference:literal) => { $reference };
    (@reference $reference:literal $own:literal) => { $own };
}

pub(crate) use table;
