//! Record ids: 15 characters that count, 3 that protect their case.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/// The made-up instance, between key prefix and number.
const INSTANCE: &str = "Lk";

/// The 18-character id of the `number`th record with this key prefix. Ids of one prefix sort by number.
pub(crate) fn make(prefix: &str, number: u64) -> String {
    let mut digits = [b'0'; 10];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(rest % 62).unwrap_or(0)];
        rest /= 62;
    }
    let mut id = format!("{prefix}{INSTANCE}");
    id.extend(digits.iter().map(|&digit| char::from(digit)));
    let check = checksum(&id);
    id.push_str(&check);
    id
}

/// The number [`make`] was given; `None` for an id of another instance.
pub(crate) fn number(id: &str) -> Option<u64> {
    let digits = id.get(3..15)?.strip_prefix(INSTANCE)?;
    digits.bytes().try_fold(0_u64, |sum, byte| {
        let digit = DIGITS.iter().position(|&known| known == byte)?;
        sum.checked_mul(62)?.checked_add(u64::try_from(digit).ok()?)
    })
}

/// The id in its 18-character form; `None` if it is neither 15 nor 18 characters long or its checksum is wrong.
pub(crate) fn normalize(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    match text.len() {
        15 => Some(format!("{text}{}", checksum(text))),
        18 if checksum(&text[..15]).eq_ignore_ascii_case(&text[15..]) => {
            Some(format!("{}{}", &text[..15], checksum(&text[..15])))
        }
        _ => None,
    }
}

/// Three characters, each holding which of five characters are upper case.
fn checksum(id15: &str) -> String {
    id15.as_bytes()
        .chunks(5)
        .map(|group| {
            let upper = group.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
            char::from(CHECK[upper.map(|(bit, _)| 1 << bit).sum::<usize>()])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_valid_checksums_and_sort_by_number() {
        for (id15, want) in
            [("001D000000IqhSL", "001D000000IqhSLIAZ"), ("005000000000000", "005000000000000AAA")]
        {
            assert_eq!(normalize(id15).as_deref(), Some(want));
            assert_eq!(normalize(want).as_deref(), Some(want));
        }
        let (small, large) = (make("a0T", 61), make("a0T", 62));
        assert!(small < large, "{small} {large}");
        assert_eq!((number(&small), number(&large)), (Some(61), Some(62)));
        assert_eq!(normalize(&small).as_deref(), Some(small.as_str()));
    }

    #[test]
    fn what_is_not_an_id_is_refused() {
        for text in ["", "001", "001D000000IqhSLIAY", "001D000000IqhS'", "001D000000IqhSLI", "ääääääää0"]
        {
            assert_eq!(normalize(text), None, "{text}");
        }
    }
}
