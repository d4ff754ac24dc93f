//! Decimal numbers, rounded digit by digit so that no value passes through binary floating point.

/// Why a text is no number for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    NotANumber,
    TooLarge,
}

/// No number LivePerson sends has more digits than this.
const MAX_DIGITS: usize = 60;

/// Appends the number in plain decimal digits, rounded half to even to `scale` digits after the point. Answers
/// whether a digit other than 0 went away.
///
/// # Errors
/// When the text is no number, or has more than `precision - scale` digits before the point.
pub(crate) fn push_rounded(
    text: &str,
    precision: u32,
    scale: u32,
    out: &mut String,
) -> Result<bool, NumberError> {
    let mut decimal = Decimal::parse(text.trim())?;
    let inexact = decimal.round(scale as usize);
    if decimal.point > (precision as usize).saturating_sub(scale as usize) as isize {
        return Err(NumberError::TooLarge);
    }
    decimal.push(out);
    Ok(inexact)
}

/// `0.d1d2d3… × 10^point`, without zeros at either end.
struct Decimal {
    negative: bool,
    digits: [u8; MAX_DIGITS],
    length: usize,
    point: isize,
}

impl Decimal {
    fn parse(text: &str) -> Result<Decimal, NumberError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.parse::<i16>().map_err(|_| NumberError::NotANumber)?)
            }
            None => (text, 0),
        };
        let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
            return Err(NumberError::NotANumber);
        }
        let mut decimal =
            Decimal { negative: mantissa.starts_with('-'), digits: [0; MAX_DIGITS], length: 0, point: 0 };
        let digits = whole.bytes().chain(fraction.bytes());
        let leading_zeros = digits.clone().take_while(|b| *b == b'0').count();
        for (n, digit) in digits.skip(leading_zeros).enumerate() {
            let Some(place) = decimal.digits.get_mut(n) else { return Err(NumberError::TooLarge) };
            *place = digit - b'0';
            decimal.length = n + 1;
        }
        decimal.point = whole.len() as isize - leading_zeros as isize + isize::from(exponent);
        decimal.trim();
        Ok(decimal)
    }

    /// Keeps `scale` digits after the point; answers whether the value changed.
    fn round(&mut self, scale: usize) -> bool {
        let kept = self.point + scale as isize;
        if kept >= self.length as isize {
            return false;
        }
        let cut = usize::try_from(kept);
        let up = cut.is_ok_and(|cut| self.rounds_up(cut));
        self.length = cut.unwrap_or(0);
        if up {
            self.add_one_to_last(scale);
        }
        self.trim();
        true
    }

    fn rounds_up(&self, cut: usize) -> bool {
        let rest = &self.digits[cut..self.length];
        let odd_before = cut > 0 && self.digits[cut - 1] % 2 == 1;
        match rest[0] {
            5 => rest[1..].iter().any(|digit| *digit > 0) || odd_before,
            digit => digit > 5,
        }
    }

    fn add_one_to_last(&mut self, scale: usize) {
        while self.length > 0 && self.digits[self.length - 1] == 9 {
            self.length -= 1;
        }
        if self.length == 0 {
            // 99.9 became 100, or 0.006 became 0.01.
            self.point = (self.point + 1).max(1 - scale as isize);
            self.digits[0] = 1;
            self.length = 1;
        } else {
            self.digits[self.length - 1] += 1;
        }
    }

    fn trim(&mut self) {
        while self.length > 0 && self.digits[self.length - 1] == 0 {
            self.length -= 1;
        }
        if self.length == 0 {
            self.point = 0;
            self.negative = false;
        }
    }

    fn push(&self, out: &mut String) {
        if self.negative {
            out.push('-');
        }
        let digit = |place: isize| {
            let known = usize::try_from(place).ok().filter(|place| *place < self.length);
            char::from(b'0' + known.map_or(0, |place| self.digits[place]))
        };
        if self.point <= 0 {
            out.push('0');
        }
        (0..self.point).for_each(|place| out.push(digit(place)));
        if self.point < self.length as isize {
            out.push('.');
            (self.point..self.length as isize).for_each(|place| out.push(digit(place)));
        }
    }
}
