//! A configuration file as a tree with positions, and errors that say what is wrong where.
