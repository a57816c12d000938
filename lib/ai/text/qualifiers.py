"""The words that limit a claim or promise more than it does, by language; ``*`` stands for any ending.

Each group has words of about the same meaning: another wording may use any of them, but not none.
"""

from typing import Final

type Groups = tuple[tuple[str, ...], ...]

QUALIFIERS: Final[dict[str, Groups]] = {
    "en": (
        ("not", "no", "never", "none", "cannot", "*n't", "without", "*free", "zero"),
        ("may", "might", "can", "could"),
        ("help*", "support*", "contribut*", "assist*", "aid*"),
        ("up to", "at most", "as much as", "no more than", "maximum", "max"),
        ("at least", "no less than", "minimum", "or more", "more than", "over"),
        ("about", "around", "approximately", "nearly", "almost", "roughly"),
        ("on average", "average"),
        ("only", "solely", "exclusively", "just"),
        ("if", "when", "while", "provided", "as long as", "as part of", "combined with", "together with", "used with"),
        ("unless", "except"),
        ("some", "most", "many", "few"),
        ("per", "each", "every", "daily", "a day", "weekly", "a week"),
        ("after", "within", "in as little as", "following"),
        ("before", "until"),
        ("temporar*", "for a time", "short-term"),
        ("appearance of", "look of", "looks", "visib*", "look", "appear*", "seem*"),
        ("in vitro", "in a laboratory", "in lab*"),
        ("tested", "proven", "shown", "study", "studies", "trial*"),
        ("versus", "vs", "compared", "than"),
        ("partly", "partially", "in part"),
    ),
    "de": (
        ("nicht", "kein*", "nie", "niemals", "ohne", "frei von", "*frei"),
        ("kann", "können", "könnte*", "darf", "mag"),
        ("hilft", "helfen", "unterstütz*", "trägt", "beitragen", "fördert"),
        ("bis zu", "höchstens", "maximal"),
        ("mindestens", "wenigstens", "mehr als", "über"),
        ("etwa", "rund", "ungefähr", "fast", "circa", "ca"),
        ("durchschnittlich", "im schnitt", "im durchschnitt"),
        ("nur", "ausschließlich", "allein"),
        ("wenn", "falls", "sofern", "im rahmen", "zusammen mit", "in kombination", "bei"),
        ("außer", "es sei denn"),
        ("manche*", "einige*", "viele*", "meiste*"),
        ("pro", "je", "jede*", "täglich", "am tag", "wöchentlich"),
        ("nach", "innerhalb", "binnen"),
        ("vor", "bevor"),
        ("vorübergehend", "zeitweise"),
        ("sichtbar*", "aussehen", "erscheinungsbild", "wirkt"),
        ("getestet", "geprüft", "bewiesen", "nachgewiesen", "studie*"),
        ("im vergleich", "gegenüber", "als"),
        ("teilweise", "zum teil"),
    ),
    "fr": (
        ("ne", "n'*", "pas", "non", "sans", "jamais", "aucun*"),
        ("peut", "peuvent", "pourrait", "pourraient"),
        ("aide*", "soutien*", "contribu*", "favoris*", "particip*"),
        ("jusqu'à", "au plus", "maximum"),
        ("au moins", "minimum", "plus de"),
        ("environ", "près de", "presque", "à peu près"),
        ("en moyenne", "moyen*"),
        ("seulement", "uniquement", "exclusivement", "seul*"),
        ("si", "lorsque", "quand", "dans le cadre", "associé*", "avec"),
        ("sauf", "à moins"),
        ("certain*", "quelques", "plupart"),
        ("par", "chaque", "quotidien*"),
        ("après", "en", "dès"),
        ("temporaire*", "momentané*"),
        ("visib*", "apparence", "aspect"),
        ("testé*", "prouvé*", "démontré*", "étude*"),
    ),
    "es": (
        ("no", "sin", "nunca", "ningun*", "ningún", "libre de"),
        ("puede", "pueden", "podría*"),
        ("ayuda*", "contribuye*", "apoya*", "favorece*"),
        ("hasta", "como máximo", "máximo"),
        ("al menos", "como mínimo", "mínimo", "más de"),
        ("aproximadamente", "alrededor de", "casi", "unos", "cerca de"),
        ("de media", "promedio"),
        ("solo", "sólo", "solamente", "únicamente", "exclusivamente"),
        ("si", "cuando", "como parte", "junto con", "combinado*"),
        ("salvo", "excepto", "a menos"),
        ("algun*", "mayoría"),
        ("por", "cada", "diari*", "al día"),
        ("temporal*",),
        ("visib*", "apariencia", "aspecto"),
        ("probado*", "testado*", "demostrado*", "estudio*"),
    ),
    "it": (
        ("non", "senza", "mai", "nessun*", "privo di", "privi di"),
        ("può", "possono", "potrebbe*"),
        ("aiuta*", "contribuisc*", "sostien*", "favorisc*"),
        ("fino a", "al massimo", "massimo"),
        ("almeno", "minimo", "più di", "oltre"),
        ("circa", "quasi", "pressappoco"),
        ("in media",),
        ("solo", "soltanto", "esclusivamente", "solamente"),
        ("se", "quando", "nell'ambito", "insieme", "abbinat*"),
        ("tranne", "salvo", "a meno"),
        ("alcun*", "maggior parte"),
        ("per", "ogni", "al giorno", "quotidian*"),
        ("temporane*",),
        ("visib*", "aspetto"),
        ("testat*", "provat*", "dimostrat*", "studi*"),
    ),
}
"""Groups of which a word that the claim has must stay."""

_NEGATIONS: Final = {language: groups[0] for language, groups in QUALIFIERS.items()}

ADDING: Final[dict[str, Groups]] = {
    "en": (
        _NEGATIONS["en"],
        ("cure*", "heal*", "treat*", "prevent*"),
        ("guarantee*", "always", "forever", "permanent*"),
        ("proven", "clinically"),
        ("best", "only", "unique"),
        ("all", "everyone", "everybody"),
    ),
    "de": (
        _NEGATIONS["de"],
        ("heil*", "behandel*", "verhinder*"),
        ("garant*", "immer", "dauerhaft*"),
        ("bewiesen", "nachgewiesen", "klinisch*"),
        ("beste*", "einzigartig*"),
        ("alle", "jeder"),
    ),
    "fr": (_NEGATIONS["fr"], ("guéri*", "soign*", "prévien*"), ("garanti*", "toujours"), ("prouvé*", "cliniquement")),
    "es": (_NEGATIONS["es"], ("cura*", "trata*", "previen*"), ("garantiza*", "siempre"), ("probado*", "clínicamente")),
    "it": (_NEGATIONS["it"], ("cura*", "guari*", "previen*"), ("garanti*", "sempre"), ("provat*", "clinicamente")),
}
"""Groups of which a word may stand in a wording only if the claim has one of the group."""

_FROM_TWO_TO_TWELVE: Final = {
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    "de": ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
}
NUMBER_WORDS: Final[dict[str, dict[str, str]]] = {
    language: {word: str(number) for number, word in enumerate(words, start=2)}
    for language, words in _FROM_TWO_TO_TWELVE.items()
}


def _units() -> dict[str, str]:
    known = {
        "%": "% percent percentage percents prozent pourcent porciento percento percent",
        "‰": "‰ promille permille",
        "mg": "mg milligram milligrams milligramm milligrammes",
        "µg": "µg mcg microgram micrograms mikrogramm",
        "g": "g gram grams gramm grammes",
        "kg": "kg kilo kilos kilogram kilograms",
        "ml": "ml milliliter milliliters millilitre millilitres",
        "l": "l liter liters litre litres",
        "mm": "mm millimetre millimetres millimeter millimeters",
        "cm": "cm centimetre centimetres centimeter centimeters",
        "m": "m metre metres meter meters",
        "kcal": "kcal calories kilocalories kalorien",
        "kj": "kj kilojoule kilojoules",
        "iu": "iu ie ui",
        "°c": "°c",
        "°f": "°f",
        "second": "s sec second seconds sekunde sekunden seconde secondes segundos secondi",
        "minute": "min minute minutes minuten minutos minuti",
        "hour": "h hr hrs hour hours stunde stunden heure heures horas ore",
        "day": "d day days tag tage tagen jour jours días giorni",
        "week": "week weeks woche wochen semaine semaines semanas settimane",
        "month": "month months monat monate monaten mois meses mesi",
        "year": "year years jahr jahre jahren an ans année années años anni",
        "times": "x times time mal fois veces volte",
    }
    return {word: unit for unit, words in known.items() for word in words.split()}


UNITS: Final = _units()
"""Units as they are written, each with its one name."""
