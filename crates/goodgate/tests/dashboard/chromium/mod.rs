//! The pages in Debian's Chromium, as people see and use them.

mod acting;
mod attacks;
mod axe;
mod every_page;
mod keyboard;
pub(crate) mod stand;
