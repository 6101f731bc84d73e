//! Names for the people of the floor: a hand-picked first shift, then endless combinations.

/// The first shift. A new user sees these, so they are names that go together.
const FIRST_SHIFT: [(&str, &str); 24] = [
    ("Ana", "Núñez"),
    ("Jonas", "Bergström"),
    ("Amara", "Okafor"),
    ("Liam", "O'Connor"),
    ("Mei", "Tanaka"),
    ("Tomás", "García"),
    ("Zofia", "Kowalska"),
    ("Rahul", "Sharma"),
    ("Chloé", "Lefèvre"),
    ("Diego", "Fernández"),
    ("Ingrid", "Sørensen"),
    ("Kwame", "Mensah"),
    ("Elif", "Yılmaz"),
    ("Lukas", "Schröder"),
    ("Priya", "Nair"),
    ("Mateus", "Gonçalves"),
    ("Hana", "Nováková"),
    ("Noah", "van Dijk"),
    ("Fatima", "El Amrani"),
    ("Grace", "Thompson"),
    ("Minh", "Nguyễn"),
    ("Giulia", "Rossi"),
    ("Samuel", "Achterberg"),
    ("Yuki", "Mori"),
];

const FIRST_NAMES: [&str; 40] = [
    "Adam", "Aisha", "Alina", "Andrés", "Beatriz", "Carlos", "Daniela", "David", "Elena", "Emil", "Erik",
    "Eva", "Farid", "Gabriel", "Hugo", "Ida", "Ivan", "Jana", "João", "Julia", "Karim", "Laura", "Leila",
    "Lina", "Lucía", "Marek", "Maya", "Mikael", "Nadia", "Nils", "Olga", "Omar", "Paolo", "Petra", "Rosa",
    "Sara", "Stefan", "Tariq", "Vera", "Wei",
];

const LAST_NAMES: [&str; 40] = [
    "Adeyemi",
    "Almeida",
    "Andersson",
    "Bauer",
    "Bianchi",
    "Castro",
    "Chen",
    "Costa",
    "Da Silva",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Flores",
    "Greco",
    "Haddad",
    "Hansen",
    "Horvat",
    "Ibrahim",
    "Jansen",
    "Khan",
    "Kim",
    "Kovács",
    "Kumar",
    "Larsson",
    "Lindholm",
    "López",
    "Martin",
    "Meyer",
    "Moreau",
    "Müller",
    "Novák",
    "Patel",
    "Peeters",
    "Popescu",
    "Ruiz",
    "Santos",
    "Silva",
    "Suzuki",
    "Weber",
    "Wójcik",
];

/// First and last name of the agent with this index; different for every index below 41,000.
pub(crate) fn agent_name(index: usize) -> (String, String) {
    if let Some((first, last)) = FIRST_SHIFT.get(index) {
        return ((*first).to_owned(), (*last).to_owned());
    }
    let index = index - FIRST_SHIFT.len();
    let combinations = FIRST_NAMES.len() * LAST_NAMES.len();
    let (round, pair) = (index / combinations, index % combinations);
    let first = FIRST_NAMES[pair % FIRST_NAMES.len()];
    // Shifting the last name with each first name keeps neighbours in the roster from sharing it.
    let last = LAST_NAMES[(pair / FIRST_NAMES.len() + pair) % LAST_NAMES.len()];
    match round {
        0 => (first.to_owned(), last.to_owned()),
        round => (format!("{first} {}.", initial(round)), last.to_owned()),
    }
}

fn initial(round: usize) -> char {
    let offset = u8::try_from((round - 1) % 26).unwrap_or(0);
    char::from(b'A' + offset)
}

/// The part of a sign-in name made from one name: lower-case ASCII letters only.
pub(crate) fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter_map(plain_letter).collect()
}

fn plain_letter(letter: char) -> Option<char> {
    match letter {
        'a'..='z' => Some(letter),
        'á' | 'ã' | 'ä' | 'å' => Some('a'),
        'ç' => Some('c'),
        'é' | 'è' | 'ễ' | 'ê' => Some('e'),
        'í' | 'ı' => Some('i'),
        'ñ' => Some('n'),
        'ó' | 'ö' | 'ø' => Some('o'),
        'ú' | 'ü' => Some('u'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn twenty_thousand_agents_have_twenty_thousand_names() {
        let names: HashSet<_> = (0..20_000).map(agent_name).collect();
        assert_eq!(names.len(), 20_000);
    }

    #[test]
    fn sign_in_names_lose_their_accents() {
        assert_eq!(plain("Núñez"), "nunez");
        assert_eq!(plain("Yılmaz"), "yilmaz");
        assert_eq!(plain("O'Connor"), "oconnor");
        assert_eq!(plain("El Amrani"), "elamrani");
    }
}
