//! Where the password comes from: the environment, a prompt, or one line of standard input. Never a flag, because the
//! flags of a process are there for everybody on the machine to read.

use std::io::{BufRead, IsTerminal};

use console::secret::Secret;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The name of the environment variable.
const VARIABLE: &str = "SOTTO_PASSWORD";

/// Gets the password, asking for it if somebody sits at a terminal.
pub(crate) fn get() -> Result<Secret, Failure> {
    if let Some(password) = from_environment()? {
        return Ok(Secret::new(password));
    }
    let stdin = std::io::stdin();
    let password = if stdin.is_terminal() {
        rpassword::prompt_password("Password: ").map_err(|error| Failure::NoPassword(error.to_string()))?
    } else {
        first_line(&mut stdin.lock())?
    };
    if password.is_empty() {
        return Err(Failure::NoPassword("nothing was given".to_owned()));
    }
    Ok(Secret::new(password))
}

fn from_environment() -> Result<Option<String>, Failure> {
    match std::env::var(VARIABLE) {
        Ok(password) => Ok(Some(password).filter(|password| !password.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::NoPassword(format!("{VARIABLE} is not valid text")))
        }
    }
}

/// The first line without its end; what follows is left alone.
fn first_line(input: &mut impl BufRead) -> Result<String, Failure> {
    let mut line = Zeroizing::new(String::new());
    let unreadable =
        |error: std::io::Error| Failure::NoPassword(format!("standard input cannot be read: {error}"));
    input.read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_without_its_end_is_the_password() {
        let mut input = &b" pass word \r\nsomething else\n"[..];
        assert_eq!(first_line(&mut input).unwrap(), " pass word ");
        assert_eq!(input, b"something else\n");
    }

    #[test]
    fn no_line_at_all_gives_nothing() {
        assert_eq!(first_line(&mut &b""[..]).unwrap(), "");
    }
}
