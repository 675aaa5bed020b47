//! A number with a unit, written as one word: "250ms", "64KiB", "20%".

use std::ops::RangeInclusive;

use crate::problem::Fault;

/// A unit: its name and how many of the smallest unit it is.
pub(super) type Unit = (&'static str, u64);

/// Reads a number with one of `units`, in the smallest unit. Fractions are exact or an error.
pub(super) fn parse(text: &str, units: &[Unit], example: &str) -> Result<u64, Fault> {
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    if number.is_empty() {
        return Err(Fault::new(format!("\"{}\" does not begin with a number", brief(text))));
    }
    let unit_value = units.iter().find(|(name, _)| *name == unit);
    let Some((_, factor)) = unit_value else {
        return Err(wrong_unit(text, number, unit, units, example));
    };
    scaled(number, *factor)
        .ok_or_else(|| Fault::new(format!("\"{}\" is no number that can be used", brief(text))))
}

fn wrong_unit(text: &str, number: &str, unit: &str, units: &[Unit], example: &str) -> Fault {
    let number = brief(number);
    if unit.is_empty() {
        return Fault::new(format!("\"{}\" has no unit", brief(text)))
            .hint(format!("write {example}"));
    }
    let close = meant(unit, units);
    let fault = Fault::new(format!("`{}` is no unit", brief(unit)));
    match close {
        Some(meant) => fault.hint(format!("did you mean \"{number}{meant}\"?")),
        None => fault.hint(format!("write {example}")),
    }
}

/// The unit that somebody means who writes `sec`, `KB`, ` s` or `percent`.
fn meant(unit: &str, units: &[Unit]) -> Option<&'static str> {
    const SPELLINGS: &[(&str, &str)] = &[
        ("millis", "ms"),
        ("msec", "ms"),
        ("milliseconds", "ms"),
        ("sec", "s"),
        ("secs", "s"),
        ("second", "s"),
        ("seconds", "s"),
        ("min", "m"),
        ("mins", "m"),
        ("minute", "m"),
        ("minutes", "m"),
        ("hour", "h"),
        ("hours", "h"),
        ("hr", "h"),
        ("byte", "B"),
        ("bytes", "B"),
        ("b", "B"),
        ("k", "KiB"),
        ("kb", "KiB"),
        ("kib", "KiB"),
        ("m", "MiB"),
        ("mb", "MiB"),
        ("mib", "MiB"),
        ("g", "GiB"),
        ("gb", "GiB"),
        ("gib", "GiB"),
        ("percent", "%"),
    ];
    let wanted = unit.trim().to_ascii_lowercase();
    let exact = units.iter().find(|(name, _)| name.to_ascii_lowercase() == wanted);
    let spelled = SPELLINGS
        .iter()
        .filter(|(spelling, _)| *spelling == wanted)
        .find_map(|(_, name)| units.iter().find(|(unit, _)| unit == name));
    exact.or(spelled).map(|(name, _)| *name)
}

/// Multiplies a decimal number exactly; nothing where it does not fit or is no number.
fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    // More digits than these are no precision that anybody needs.
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let power = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let product = fraction.parse::<u64>().ok()?.checked_mul(factor)?;
    let exact = (product % power == 0).then_some(product / power)?;
    whole.checked_mul(factor)?.checked_add(exact)
}

/// Writes an amount in the largest unit that fits it exactly.
pub(super) fn write(amount: u64, units: &[Unit]) -> String {
    let exact = |(_, factor): &&Unit| amount > 0 && amount.is_multiple_of(*factor);
    let (name, factor) = units
        .iter()
        .filter(exact)
        .max_by_key(|(_, factor)| *factor)
        .or(units.first())
        .copied()
        .unwrap_or(("", 1));
    format!("{}{name}", amount / factor.max(1))
}

/// Says what is allowed: `a duration from 1s to 5m, such as "2s"`.
pub(super) fn allowed<T>(
    kind: &str,
    bound: Option<&RangeInclusive<T>>,
    write: impl Fn(&T) -> String,
    example: &str,
) -> String {
    match bound {
        Some(bound) => format!(
            "{kind} from {} to {}, such as {example}",
            write(bound.start()),
            write(bound.end())
        ),
        None => format!("{kind}, such as {example}"),
    }
}

/// Says why a value is out of bounds.
pub(super) fn beyond<T: PartialOrd>(
    value: &T,
    bound: &RangeInclusive<T>,
    write: impl Fn(&T) -> String,
) -> Option<String> {
    if value < bound.start() {
        return Some(format!("{} is less than the least, {}", write(value), write(bound.start())));
    }
    let too_much = value > bound.end();
    too_much.then(|| format!("{} is more than the most, {}", write(value), write(bound.end())))
}

fn brief(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: &[Unit] = &[("ms", 1), ("s", 1000), ("m", 60_000)];

    #[test]
    fn reads_numbers_with_units() {
        let cases = [("250ms", 250), ("5s", 5000), ("1.5s", 1500), ("0s", 0), ("2m", 120_000)];
        for (text, expected) in cases {
            assert_eq!(parse(text, UNITS, "\"5s\""), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_quantity() {
        let cases = [
            "",
            "s",
            "-5s",
            "5",
            "5 s",
            "5sec",
            "1.0001s",
            "1.s",
            ".5s",
            "1.2.3s",
            "5s5s",
            "99999999999999999999s",
            "18446744073709551615m",
            "0x5s",
            "١s",
        ];
        for text in cases {
            assert!(parse(text, UNITS, "\"5s\"").is_err(), "{text}");
        }
    }

    #[test]
    fn a_near_unit_is_proposed() {
        for (text, hint) in [("5sec", "5s"), ("5 s", "5s"), ("5S", "5s"), ("2minutes", "2m")] {
            let fault = parse(text, UNITS, "\"5s\"").unwrap_err();
            assert_eq!(fault.hint, Some(format!("did you mean \"{hint}\"?")), "{text}");
        }
    }

    #[test]
    fn writes_the_largest_exact_unit() {
        for (amount, text) in [(0, "0ms"), (1, "1ms"), (1500, "1500ms"), (60_000, "1m")] {
            assert_eq!(write(amount, UNITS), text);
        }
    }
}
