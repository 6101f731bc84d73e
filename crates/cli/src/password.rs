//! Where passwords come from: the environment, a prompt, or, for that of the server, one line of standard input. Never a
//! flag, because the flags of a process are there for everybody on the machine to read.

use std::io::{BufRead, IsTerminal};

use console::profile::Profile;
use console::secret::{Passwords, Secret};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The names of the environment variables.
const SERVER: &str = "SOTTO_PASSWORD";
const PROXY: &str = "SOTTO_PROXY_PASSWORD";

/// Gets what signing in with this profile takes, asking for it if somebody sits at a terminal.
pub(crate) fn get(profile: &Profile) -> Result<Passwords, Failure> {
    let proxy = of_proxy(profile)?;
    Ok(Passwords {
        server: of_server()?,
        proxy,
    })
}

fn of_server() -> Result<Secret, Failure> {
    if let Some(password) = from_environment(SERVER)? {
        return Ok(Secret::new(password));
    }
    let stdin = std::io::stdin();
    let password = if stdin.is_terminal() {
        asked("Password: ")?
    } else {
        first_line(&mut stdin.lock())?
    };
    given(password)
}

/// The password of the proxy, where the profile names a user there.
pub(crate) fn of_proxy(profile: &Profile) -> Result<Option<Secret>, Failure> {
    if profile.proxy_user.is_empty() {
        return Ok(None);
    }
    if let Some(password) = from_environment(PROXY)? {
        return Ok(Some(Secret::new(password)));
    }
    if std::io::stdin().is_terminal() {
        return given(asked("Password of the proxy: ")?).map(Some);
    }
    // Standard input is for the password of the server and for texts.
    let words = format!("that of the proxy is only taken from {PROXY} or from a prompt");
    Err(Failure::NoPassword(words))
}

fn asked(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|error| Failure::NoPassword(error.to_string()))
}

fn given(password: String) -> Result<Secret, Failure> {
    if password.is_empty() {
        return Err(Failure::NoPassword("nothing was given".to_owned()));
    }
    Ok(Secret::new(password))
}

fn from_environment(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(password) => Ok(Some(password).filter(|password| !password.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::NoPassword(format!("{name} is not valid text")))
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
